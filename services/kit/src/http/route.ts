import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import { z } from 'zod';
import type { Caller, CallerKind } from '../caller/index.ts';
import type { Log } from '../log.ts';
import type { Duration } from '../time.ts';
import type { Answer } from './answer.ts';
import type { ExpectsVersion } from './conditional.ts';
import type { KeyedRequest } from './keyed-request.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Who may call: `anyone` also without a token; else one of the kinds. */
export type Allow = 'anyone' | CallerKind;

/** `'/products/:productId'` → `'productId'`. */
export type ParamName<Path extends string> = Path extends `${string}:${infer Name}/${infer Rest}`
  ? Name | ParamName<`/${Rest}`>
  : Path extends `${string}:${infer Name}`
    ? Name
    : never;

type ParamSchemas<Path extends string> = { readonly [Name in ParamName<Path>]?: z.ZodType };
type Output<Schema, Otherwise> = Schema extends z.ZodType ? z.output<Schema> : Otherwise;

/** Content types that a route reads as a stream, and how much of it. */
export type Raw = { types: readonly string[]; limitBytes: number };

/** What `handle` is given. `signal` aborts when the client leaves or the deadline passes. */
export type RouteRequest<
  Params = Readonly<Record<string, string>>,
  Query = unknown,
  Body = unknown,
  RawBody = Readable | undefined,
  ExpectedVersion = unknown,
  Idempotency = unknown,
> = {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly raw: RawBody;
  /** Who calls; a guest without `sub` when no token came. */
  readonly caller: Caller;
  readonly expectedVersion: ExpectedVersion;
  readonly idempotency: Idempotency;
  readonly signal: AbortSignal;
  readonly log: Log;
  readonly requestId: string;
  readonly headers: IncomingHttpHeaders;
};

type RouteBase = {
  method: Method;
  /** One sentence for the API's documentation. */
  summary: string;
  description?: string;
  allow: readonly [Allow, ...Allow[]];
  /** Made of method and path unless given: `getProductsByProductId`. */
  operationId?: string;
  /** Statuses of success for the documentation; 200, or 204 without a response schema, unless given. */
  success?: readonly number[];
  /** Statuses of refusal beyond those that follow from the route itself, for the documentation. */
  refuses?: readonly number[];
  /** Content type of a streamed answer, for the documentation. */
  produces?: string;
  raw?: Raw;
  /** A read that costs others as much as a write is counted as one by whoever counts a client's requests. */
  budget?: 'write';
  /** Lets browsers and shared caches keep the answer to a guest. */
  cache?: { maxAge: Duration; stale?: Duration };
  /** The longest the answer may take; 10 s unless given. A shorter deadline of the request wins. */
  timeout?: Duration;
};

/** A route as the service sees it, its types forgotten. */
export type Route = RouteBase & {
  path: string;
  params?: Readonly<Record<string, z.ZodType | undefined>>;
  query?: z.ZodType;
  body?: z.ZodType;
  response?: z.ZodType;
  expects?: ExpectsVersion;
  idempotent?: 'required' | 'optional';
  handle(request: RouteRequest): Promise<Answer>;
};

type TypedRoute<
  Path extends string,
  Params extends ParamSchemas<Path>,
  Query extends z.ZodType | undefined,
  Body extends z.ZodType | undefined,
  Response extends z.ZodType | undefined,
  Expects extends ExpectsVersion | undefined,
  RawBody extends Raw | undefined,
  Idempotent extends 'required' | 'optional' | undefined,
> = Omit<RouteBase, 'raw'> & {
  path: Path;
  params?: Params;
  query?: Query;
  body?: Body;
  response?: Response;
  expects?: Expects;
  raw?: RawBody;
  /** The request is done once for each `Idempotency-Key`, which `idempotency` brings to the store (`/idempotency`): 400 without a required one. */
  idempotent?: Idempotent;
  handle(
    request: RouteRequest<
      { readonly [Name in ParamName<Path>]: Output<Params[Name], string> },
      Output<Query, Readonly<Record<string, never>>>,
      Output<Body, undefined>,
      RawBody extends Raw ? Readable : undefined,
      Expects extends ExpectsVersion<infer Optional> ? (Optional extends false ? number : number | null) : undefined,
      Idempotent extends 'required' ? KeyedRequest : Idempotent extends 'optional' ? KeyedRequest | null : undefined
    >,
  ): Promise<Answer<Response extends z.ZodType ? z.input<Response> : never>>;
};

/** One operation of a service: who may call it, what it takes, what it answers, and its one line of work. */
export function route<
  const Path extends string,
  const Params extends ParamSchemas<Path> = Record<never, never>,
  Query extends z.ZodType | undefined = undefined,
  Body extends z.ZodType | undefined = undefined,
  Response extends z.ZodType | undefined = undefined,
  Expects extends ExpectsVersion | undefined = undefined,
  RawBody extends Raw | undefined = undefined,
  Idempotent extends 'required' | 'optional' | undefined = undefined,
>(definition: TypedRoute<Path, Params, Query, Body, Response, Expects, RawBody, Idempotent>): Route {
  const erased = definition as unknown as Route;
  for (const part of ['query', 'body'] as const) refuseLenient(erased, part);
  return erased;
}

/** `z.object` drops unknown fields silently; a route must say whether it refuses them (strict) or takes them (loose). */
function refuseLenient({ method, path, ...schemas }: Route, part: 'query' | 'body'): void {
  const schema = schemas[part];
  if (schema instanceof z.ZodObject && schema.def.catchall === undefined)
    throw new TypeError(`${method} ${path}: make its ${part} a z.strictObject (or a z.looseObject)`);
}
