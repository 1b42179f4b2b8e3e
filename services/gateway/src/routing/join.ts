import type { OpenApiDocument, Operation } from './open-api.ts';
import { operations, publicPath } from './route-table.ts';

export interface Joining {
  documents: Readonly<Record<string, OpenApiDocument>>;
  publicUrl: string;
  version: string;
}

const problem = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
});

/** What the gateway itself may answer instead of the service. */
const gatewayResponses = {
  '429': problem('Too many requests: `Retry-After` says when to come back'),
  '503': problem('The service is away for the moment: `Retry-After` says when to come back'),
};

/** Who may call, by the kind that services name, and how a client shows to be it. */
const securitySchemes = {
  guest: {
    type: 'http',
    scheme: 'bearer',
    description:
      'The token of a cart (`POST /api/carts`), which opens all that belongs to its buyer; or that of an order (`POST /api/orders`, and the link of each mail), which opens that order',
  },
  merchant: { type: 'http', scheme: 'bearer', description: "The merchant's token" },
} as const;

/** One document out of the services' own: public paths, shared schemas once, nothing internal. */
export function joinDocuments({ documents, publicUrl, version }: Joining): OpenApiDocument {
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
    components: { securitySchemes: { ...securitySchemes } },
  };
  for (const [service, document] of Object.entries(documents)) addDocument(joined, service, document);
  return joined;
}

function addDocument(joined: OpenApiDocument, service: string, document: OpenApiDocument): void {
  for (const { path, method, operation } of operations(document)) {
    const address = publicPath(method, path);
    const item = (joined.paths[address] ??= {});
    if (item[method]) throw new Error(`${service} declares ${method} ${address}, as a service before it does`);
    item[method] = publicOperation(operation);
  }
  addComponents(joined, service, document);
}

function publicOperation(operation: Operation): Operation {
  const { 'x-allow': allow = [], 'x-cache': _, 'x-budget': __, security: ___, ...rest } = operation;
  return { ...rest, security: securityOf(allow), responses: { ...operation.responses, ...gatewayResponses } };
}

/** Nothing is needed where anyone may call; else one of these. */
function securityOf(allow: readonly string[]): Record<string, never[]>[] {
  if (allow.includes('anyone')) return [];
  const schemes = Object.keys(securitySchemes).filter((kind) => allow.includes(kind));
  if (schemes.length === 0) throw new Error(`nobody outside can show to be one of ${allow.join(', ')}`);
  return schemes.map((kind) => ({ [kind]: [] }));
}

/** Two services may share a schema (`Money`) but not disagree about it: that is found here, at start and in a test. */
function addComponents(joined: OpenApiDocument, service: string, document: OpenApiDocument): void {
  for (const [section, name] of referredTo(document)) {
    const value = document.components?.[section]?.[name];
    const target = ((joined.components ??= {})[section] ??= {});
    const known = target[name];
    if (known !== undefined && JSON.stringify(known) !== JSON.stringify(value))
      throw new Error(`${service} declares another ${section}/${name} than the services before it`);
    target[name] = value;
  }
}

/** Section and name of each component that the public operations need: what services say to each other stays inside. */
function referredTo(document: OpenApiDocument): [section: string, name: string][] {
  const found = new Map<string, [string, string]>();
  const visit = (part: unknown): void => {
    for (const [reference, section = '', name = ''] of JSON.stringify(part ?? null).matchAll(references)) {
      if (found.has(reference)) continue;
      found.set(reference, [section, name]);
      visit(document.components?.[section]?.[name]);
    }
  };
  visit(operations(document));
  return [...found.values()];
}

const references = /"#\/components\/([^/"]+)\/([^"]+)"/g;
