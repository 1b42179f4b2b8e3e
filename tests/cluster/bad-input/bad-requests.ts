/** Requests that no route may take, made out of the API's own document. */
import { randomUUID } from 'node:crypto';

import { hostileBodies, type HostileBody, type JsonSchema } from '@storefront/kit/testing';

export interface ApiDocument {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, JsonSchema> };
}

interface Operation {
  operationId: string;
  security: Record<string, unknown>[];
  parameters?: { name: string; in: 'path' | 'query' | 'header'; schema: JsonSchema }[];
  requestBody?: { content: Record<string, { schema: JsonSchema }> };
}

export interface BadRequest {
  name: string;
  method: string;
  path: string;
  headers: Record<string, string>;
  body?: string;
  /** The field that the problem must name. */
  field?: string;
}

type Headers = Record<string, string>;

/** What is there for the requests to be about: a guest's cart, another one's order, and what their owners could send. */
export interface Ground {
  callers: {
    /** Whose cart it is. */
    guest: Headers;
    /** Whose order it is. */
    buyer: Headers;
    merchant: Headers;
  };
  /** By their names in paths and queries. */
  ids: Record<'cartId' | 'sku' | 'orderId', string>;
  /** By the names of fields: all around what is wrong is good, where carts and orders are changed. */
  samples: Record<string, unknown>;
}

/** Of things that are not there: a merchant's good half of a request would change the catalogue. */
const absent: Record<string, string> = {
  productId: '6f1c9a50-2f5e-4f0e-9c55-3b1d2a7e8f90',
  slug: 'a-slug',
  sha256: 'a'.repeat(64),
  width: '320',
  carrier: 'easypost',
};

/** Values that have hurt other shops: operators, paths, control characters, too much of everything. */
const hostile = [
  '{"$gt":""}',
  '[object Object]',
  '../../etc/passwd',
  '\u0000',
  'NaN',
  '-1',
  '1e309',
  'x'.repeat(3_000),
  '\uD83D',
  "' or 1=1 --",
];
/** As many of kit's strangers as the budget of a merchant allows. */
const wrongTypes: unknown[] = [
  null,
  true,
  -1,
  [],
  {},
  { $gt: '' },
  [{ $ne: null }],
  'x'.repeat(20_000),
  'a\0b',
  '\uD800',
];

export function badRequests(document: ApiDocument, ground: Ground): BadRequest[] {
  const ids: Record<string, string> = { ...absent, ...ground.ids };
  return Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).flatMap(([method, operation]) => {
      const base = { method: method.toUpperCase(), headers: callerOf(path, operation, ground) };
      const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? 'x');
      const samples = /^\/api\/(carts|orders)/.test(path) ? ground.samples : undefined;
      return [
        ...badPaths(path, operation).map((bad) => ({ ...base, ...bad })),
        ...badQueries(filled, operation).map((bad) => ({ ...base, ...bad })),
        ...badBodies(operation, document, samples).map(({ headers, ...bad }) => ({
          ...base,
          path: filled,
          ...bad,
          headers: { ...base.headers, ...headers },
        })),
      ];
    }),
  );
}

/** A guest where one may call at all: it may do less. */
function callerOf(path: string, { security }: Operation, { callers }: Ground): Headers {
  const kinds = security.flatMap((needed) => Object.keys(needed));
  if (kinds.length === 0) return {};
  if (!kinds.includes('guest')) return callers.merchant;
  return path.includes('{orderId}') ? callers.buyer : callers.guest;
}

function badPaths(path: string, { operationId }: Operation) {
  if (!path.includes('{')) return [];
  return hostile.map((value) => ({
    name: `${operationId}: ${JSON.stringify(value.slice(0, 20))} in the path`,
    path: path.replaceAll(/\{\w+\}/g, encode(value)),
  }));
}

function badQueries(path: string, { operationId, parameters = [] }: Operation) {
  const names = parameters.filter((parameter) => parameter.in === 'query').map(({ name }) => name);
  const values = names.flatMap((name) =>
    hostile.map((value) => ({
      name: `${operationId}: ${name}=${JSON.stringify(value.slice(0, 20))}`,
      path: `${path}?${name}=${encode(value)}`,
    })),
  );
  const operators = names.map((name) => ({
    name: `${operationId}: ${name}[$gt]=`,
    path: `${path}?${name}%5B%24gt%5D=`,
    field: `${name}[$gt]`,
  }));
  return [
    ...values,
    ...operators,
    { name: `${operationId}: an unknown parameter`, path: `${path}?nonsense=1`, field: 'nonsense' },
  ];
}

/** At every place of the body, however deep. Without samples there is nothing around it: nothing may come of it. */
function badBodies(
  { operationId, requestBody }: Operation,
  document: ApiDocument,
  samples: Ground['samples'] | undefined,
) {
  const schema = requestBody?.content['application/json']?.schema;
  if (!schema) return [];
  return hostileBodies(schema, document, { values: wrongTypes, ...(samples && { samples }) })
    .filter((hostile) => !isGood(hostile, schema, document))
    .map(({ name, contentType, ...bad }) => ({
      name: `${operationId}: ${name}`,
      headers: { 'content-type': contentType, 'if-match': '"1"', 'idempotency-key': `"${randomUUID()}"` },
      ...bad,
    }));
}

/** Nothing at all is a good body where all is optional. */
function isGood({ body, contentType }: HostileBody, schema: JsonSchema, document: ApiDocument): boolean {
  const { required = [] } = schema.$ref
    ? (document.components.schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {})
    : schema;
  return body === '{}' && contentType === 'application/json' && required.length === 0;
}

/** A lone surrogate has no encoding; it is sent as the bytes that a careless client would send. */
function encode(value: string): string {
  return value.isWellFormed() ? encodeURIComponent(value) : '%ED%A0%BD';
}
