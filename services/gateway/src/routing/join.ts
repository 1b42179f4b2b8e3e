import type { OpenApiDocument, Operation } from './open-api.ts';
import { operations, publicPath } from './route-table.ts';

const problem = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
});

/** What the gateway itself may answer instead of the service. */
const gatewayResponses = {
  '429': problem('Too many requests: `Retry-After` says when to come back'),
  '503': problem('The service is away for the moment: `Retry-After` says when to come back'),
};

/** One document out of the services' own: public paths, shared schemas once, nothing internal. */
export function joinDocuments(
  documents: Record<string, OpenApiDocument>,
  publicUrl: string,
  version: string,
): OpenApiDocument {
  const joined: OpenApiDocument = {
    openapi: '3.1.0',
    info: {
      title: 'Storefront API',
      version,
      description:
        'Lists take `limit` and `cursor` and answer `{ items, nextCursor }`. Errors are problem documents (RFC 9457). Money is an integer in the smallest unit of its currency.',
    },
    servers: [{ url: publicUrl }],
    paths: {},
    components: {
      securitySchemes: { merchant: { type: 'http', scheme: 'bearer', description: "The merchant's token" } },
    },
  };
  for (const [service, document] of Object.entries(documents)) addDocument(joined, service, document);
  return joined;
}

function addDocument(joined: OpenApiDocument, service: string, document: OpenApiDocument): void {
  for (const { path, method, operation } of operations(document)) {
    const item = (joined.paths[publicPath(method, path)] ??= {});
    item[method] = publicOperation(operation);
  }
  addComponents(joined, service, document);
}

function publicOperation(operation: Operation): Operation {
  const { 'x-allow': allow = [], 'x-cache': _, security: __, ...rest } = operation;
  const isOpen = allow.some((kind) => kind === 'anyone' || kind === 'guest');
  return {
    ...rest,
    security: isOpen ? [] : [{ merchant: [] }],
    responses: { ...operation.responses, ...gatewayResponses },
  };
}

/** Two services may share a schema (`Money`) but not disagree about it: that is found here, at start and in a test. */
function addComponents(joined: OpenApiDocument, service: string, document: OpenApiDocument): void {
  for (const [section, entries] of Object.entries(document.components ?? {})) {
    if (section === 'securitySchemes') continue;
    const target = ((joined.components ??= {})[section] ??= {});
    for (const [name, value] of Object.entries(entries)) {
      const known = target[name];
      if (known !== undefined && JSON.stringify(known) !== JSON.stringify(value))
        throw new Error(`${service} declares another ${section}/${name} than the services before it`);
      target[name] = value;
    }
  }
}
