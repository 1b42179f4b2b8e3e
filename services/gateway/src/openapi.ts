import { documents as ownDocuments } from './documents.ts';
import { joinDocuments, type Joining } from './routing/join.ts';
import type { OpenApiDocument } from './routing/open-api.ts';

/** The public API as one OpenAPI 3.1 document. */
export function document({
  documents = ownDocuments,
  publicUrl = 'http://127.0.0.1:8080',
  version = '1',
}: Partial<Joining> = {}): OpenApiDocument {
  return joinDocuments({ documents, publicUrl, version });
}
