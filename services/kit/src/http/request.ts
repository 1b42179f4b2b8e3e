import type { IncomingHttpHeaders } from 'node:http';
import { parse as parseQueryString } from 'node:querystring';
import type { Readable } from 'node:stream';
import { z } from 'zod';
import { guest, type Caller } from '../caller/index.ts';
import { compiled } from '../compiled.ts';
import { forbidden, invalid, unauthenticated } from '../errors.ts';
import type { Log } from '../log.ts';
import { readJson, readRaw, refuseName, refuseText } from './body.ts';
import { readExpectedVersion } from './conditional.ts';
import { keyedRequest, type KeyedRequest } from './keyed-request.ts';
import { fieldsOf } from './problem.ts';
import type { Allow, Route, RouteRequest } from './route.ts';
import type { ServiceContext } from './state.ts';

/** What a route's `handle` is given. Signal and log are made when somebody asks for them. */
export class ValidatedRequest implements RouteRequest {
  readonly #ctx: ServiceContext;
  readonly #log: Log;
  readonly params: Readonly<Record<string, string>>;
  readonly query: unknown;
  readonly caller: Caller;
  readonly expectedVersion: number | null | undefined;
  readonly raw: Readable | undefined;
  readonly idempotency: KeyedRequest | null | undefined;
  body: unknown;
  #abort: AbortController | undefined;
  #requestLog: Log | undefined;

  /** Checks everything but the body, cheapest first; throws what the client is to be told. */
  constructor(ctx: ServiceContext, route: Route, params: Record<string, string>, log: Log) {
    this.#ctx = ctx;
    this.#log = log;
    this.caller = admit(ctx.state.caller, route.allow);
    this.params = readParams(route, params);
    this.query = readQuery(route, ctx.querystring);
    this.expectedVersion = route.expects && readExpectedVersion(ctx.req.headers['if-match'], route.expects);
    this.raw = route.raw && readRaw(ctx.req, route.raw);
    this.idempotency = route.idempotent && keyedRequest(ctx, route, { wish: route.idempotent, of: this });
  }

  async readBody(schema: z.ZodType): Promise<void> {
    this.body = check(schema, await readJson(this.#ctx.req), 'body');
  }

  get requestId(): string {
    return this.#ctx.state.request.requestId;
  }

  get headers(): IncomingHttpHeaders {
    return this.#ctx.req.headers;
  }

  get log(): Log {
    this.#requestLog ??= this.#log.child({ route: this.#ctx.state.route });
    return this.#requestLog;
  }

  get signal(): AbortSignal {
    if (!this.#abort) {
      const abort = new AbortController();
      this.#abort = abort;
      const { res } = this.#ctx;
      if (res.closed) abort.abort();
      res.once('close', () => {
        if (!res.writableFinished) abort.abort(new Error('the client left'));
      });
    }
    return this.#abort.signal;
  }

  /** The deadline has passed: whoever took the signal stops. */
  expire(reason: Error): void {
    this.#abort?.abort(reason);
  }
}

function admit(caller: Caller | undefined, allow: readonly Allow[]): Caller {
  const isOpen = allow.includes('anyone');
  if (caller === undefined) {
    if (isOpen) return guest;
    throw unauthenticated('This needs a caller who is known.');
  }
  if (isOpen || allow.includes(caller.kind)) return caller;
  throw forbidden(`A ${caller.kind} may not do this.`);
}

function readParams(route: Route, params: Record<string, string>): Record<string, string> {
  for (const [name, text] of Object.entries(params)) refuseText(text, name);
  if (!route.params) return params;
  const read: Record<string, string> = {};
  for (const [name, text] of Object.entries(params)) {
    const schema = route.params[name];
    read[name] = schema ? (check(schema, text, name) as string) : text;
  }
  return read;
}

const noQuery: Readonly<Record<string, never>> = Object.freeze({});
const nothing = z.strictObject({});

/** A name given once is text, given again a list: a schema that wants one value refuses the list, naming the field. */
function readQuery(route: Route, querystring: string): unknown {
  if (querystring === '') return route.query ? check(route.query, {}, 'query') : noQuery;
  const given = { ...parseQueryString(querystring) };
  for (const [name, value] of Object.entries(given)) {
    refuseName(name);
    for (const text of [value ?? []].flat()) refuseText(text, name);
  }
  return check(route.query ?? nothing, given, 'query');
}

function check(schema: z.ZodType, value: unknown, whole: string): unknown {
  const result = compiled(schema).safeParse(value);
  if (result.success) return result.data;
  throw invalid('invalid-request', 'The request is not valid.', fieldsOf(result.error.issues, whole));
}
