import { documents } from './documents.ts';
import type { OpenApiDocument } from './routing/open-api.ts';
import { joinDocuments } from './routing/join.ts';

/** The public API as one OpenAPI 3.1 document. */
export function document(publicUrl = 'http://127.0.0.1:8080', version = '1'): OpenApiDocument {
  return joinDocuments(documents, publicUrl, version);
}
