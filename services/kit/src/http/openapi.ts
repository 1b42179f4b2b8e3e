import { z } from 'zod';
import {
  createDocument,
  type ZodOpenApiOperationObject,
  type ZodOpenApiPathsObject,
  type ZodOpenApiResponseObject,
  type ZodOpenApiResponsesObject,
} from 'zod-openapi';
import { callerHeader } from '../caller/index.ts';
import { Problem } from '../errors.ts';
import { STATUS_CODES } from '../node-http.ts';
import { problemType } from './problem.ts';
import type { Route } from './route.ts';

export type OpenApiDocument = ReturnType<typeof createDocument>;

export type OpenApiOptions = {
  name: string;
  title?: string;
  description?: string;
  version?: string;
  routes: readonly Route[];
  /** How clients show who they are: `caller`, the internal token (services, the default), or `bearer` (the public API). */
  security?: 'caller' | 'bearer';
};

const schemes = {
  caller: {
    type: 'apiKey',
    in: 'header',
    name: callerHeader,
    description: 'JWT signed by the gateway, 60 seconds: { kind, sub, scopes, aud }',
  },
  bearer: { type: 'http', scheme: 'bearer', description: 'The merchant token of this shop' },
} as const;

/** The service's API as OpenAPI 3.1, out of its routes alone: no store, no server. */
export function openapiDocument(options: OpenApiOptions): OpenApiDocument {
  const { name, routes, title = name, version = '1', description, security = 'caller' } = options;
  const paths: ZodOpenApiPathsObject = {};
  for (const route of routes) {
    const path = templateOf(route.path);
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(route, security) };
  }
  return createDocument({
    openapi: '3.1.0',
    info: { title, version, ...(description === undefined ? {} : { description }) },
    paths,
    components: { securitySchemes: { [security]: schemes[security] } },
  });
}

/** `/products/:productId` → `/products/{productId}`. */
export function templateOf(path: string): string {
  return path.replace(/:(\w+)/g, '{$1}');
}

function operationOf(route: Route, security: string): ZodOpenApiOperationObject {
  const { method, path, summary, description, allow } = route;
  const needed = { [security]: [] };
  return {
    operationId: route.operationId ?? operationIdOf(method, path),
    summary,
    ...(description === undefined ? {} : { description }),
    tags: [path.split('/')[1] || 'root'],
    security: allow.includes('anyone') ? [{}, needed] : [needed],
    'x-allow': allow,
    ...(route.cache ? { 'x-cache': route.cache } : {}),
    ...(route.budget ? { 'x-budget': route.budget } : {}),
    requestParams: parametersOf(route),
    ...requestBodyOf(route),
    responses: responsesOf(route),
  };
}

/** `GET /products/:productId` → `getProductsByProductId`. */
function operationIdOf(method: string, path: string): string {
  const words = path.split(/[/-]/).filter(Boolean);
  const capitals = words.map((word) => (word.startsWith(':') ? `By${capital(word.slice(1))}` : capital(word)));
  return method.toLowerCase() + capitals.join('');
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

function parametersOf(route: Route): NonNullable<ZodOpenApiOperationObject['requestParams']> {
  const names = [...route.path.matchAll(/:(\w+)/g)].map(([, name]) => name as string);
  const params = Object.fromEntries(names.map((name) => [name, route.params?.[name] ?? z.string()]));
  return {
    ...(names.length === 0 ? {} : { path: z.object(params) }),
    ...(route.query ? { query: route.query as z.ZodObject } : {}),
    ...headersOf(route),
  };
}

function headersOf({ expects, idempotent }: Route): { header?: z.ZodObject } {
  const version = z.string().meta({ description: 'ETag of the version to change', example: '"3"' });
  const key = z.string().meta({
    description:
      'Chosen by the client for one thing to be done, and sent with every repetition of it; good for 48 hours',
    example: '"8e03978e-40d5-43dd-bc93-6894a57f9324"',
  });
  const headers = {
    ...(expects ? { 'If-Match': expects.optional ? version.exactOptional() : version } : {}),
    ...(idempotent ? { 'Idempotency-Key': idempotent === 'optional' ? key.exactOptional() : key } : {}),
  };
  return Object.keys(headers).length === 0 ? {} : { header: z.object(headers) };
}

function requestBodyOf({ body, raw }: Route): Pick<ZodOpenApiOperationObject, 'requestBody'> {
  if (body) return { requestBody: { required: true, content: { 'application/json': { schema: body } } } };
  if (!raw) return {};
  const content = Object.fromEntries(raw.types.map((type) => [type, { schema: { type: 'string' as const } }]));
  return { requestBody: { required: true, description: `At most ${raw.limitBytes} bytes`, content } };
}

function responsesOf(route: Route): ZodOpenApiResponsesObject {
  const responses: Record<string, ZodOpenApiResponseObject> = {};
  const isEmpty = !route.response && !route.produces;
  for (const status of route.success ?? [isEmpty ? 204 : 200]) responses[status] = successOf(route, status);
  if (route.method === 'GET' && route.response)
    responses[304] = { description: 'Not changed since the ETag in If-None-Match' };
  for (const status of refusalsOf(route)) responses[status] = refusal(status);
  return responses as ZodOpenApiResponsesObject;
}

function successOf({ response, produces }: Route, status: number): ZodOpenApiResponseObject {
  const description = STATUS_CODES[status] ?? 'Success';
  if (status === 204) return { description };
  if (produces) return { description, content: { [produces]: { schema: response ?? { type: 'string' } } } };
  return response ? { description, content: { 'application/json': { schema: response } } } : { description };
}

/** What a route refuses with, as follows from what it takes. */
function refusalsOf(route: Route): number[] {
  const statuses = new Set<number>([400, 401, 500, 503, ...(route.refuses ?? [])]);
  const add = (condition: unknown, ...more: number[]) => {
    if (condition) for (const status of more) statuses.add(status);
  };
  add(!route.allow.includes('anyone'), 403);
  add(route.path.includes(':'), 404);
  add(route.body ?? route.raw, 408, 413, 415);
  add(route.idempotent, 409, 422);
  add(route.expects, 412);
  add(route.expects && !route.expects.optional, 428);
  return [...statuses].toSorted((a, b) => a - b);
}

const refusals = new Map<number, ZodOpenApiResponseObject>();

/** One response object a status, so that each is one component of the document. */
function refusal(status: number): ZodOpenApiResponseObject {
  const known = refusals.get(status);
  if (known) return known;
  const title = STATUS_CODES[status] ?? 'Error';
  const code = title.toLowerCase().replaceAll(' ', '-');
  const made: ZodOpenApiResponseObject = {
    id: `Problem${status}`,
    description: title,
    content: {
      [problemType]: {
        schema: Problem,
        example: {
          type: `/problems/${code}`,
          title,
          status,
          detail: `${title}.`,
          code,
          requestId: '4bf92f35-77b3-4da6',
        },
      },
    },
    ...(status === 503 || status === 429
      ? { headers: z.object({ 'Retry-After': z.string().meta({ description: 'Seconds', example: '1' }) }) }
      : {}),
  };
  refusals.set(status, made);
  return made;
}
