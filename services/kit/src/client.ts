import type { Readable } from 'node:stream';
import { Pool, type Dispatcher } from 'undici';
import { callerHeader, type ServiceCaller } from './caller/index.ts';
import { ServiceError, unavailable } from './errors.ts';
import { exchange, type Whole } from './exchange.ts';
import { currentRequest } from './request-context.ts';
import { ms, type Duration } from './time.ts';

export type QueryValue = string | number | boolean | readonly string[] | undefined;

export type ClientRequest = {
  method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path with its parameters encoded; a query goes to `query`. */
  path: string;
  query?: Readonly<Record<string, QueryValue>>;
  /** An object is sent as JSON; text, bytes and streams as they are, with the `content-type` of `headers`. */
  body?: unknown;
  headers?: Readonly<Record<string, string>>;
  /** Signed caller token for this service; unless given that of the client's signer or of the request being served, none with `null`. */
  caller?: string | null;
  signal?: AbortSignal;
  /** Shorter than what is left of the current request's deadline and the client's timeout, never longer. */
  deadline?: Duration;
};

export type ClientResponse = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
  json(): unknown;
};

export type ClientStream = Omit<ClientResponse, 'body' | 'json'> & { readonly body: Readable };

export type Client = {
  /** Answers of 400–499 are returned; 5xx, a lost connection and a missed deadline are `unavailable`. */
  request(request: ClientRequest): Promise<ClientResponse>;
  /** Like request, but the body is not read: the caller must consume or destroy it. The deadline ends with the first byte. */
  stream(request: ClientRequest): Promise<ClientStream>;
  close(): Promise<void>;
};

export type ClientOptions = {
  /** The service that is called. */
  name: string;
  baseUrl: string;
  timeout?: Duration;
  connections?: number;
  /** Says who calls: this service itself. Without it whoever called this service is passed on, whom others do not believe. */
  signer?: ServiceCaller;
};

/** Calls one other service through its loopback port; passes on request id, deadline and caller (traces follow by themselves). */
export function createClient(options: ClientOptions): Client {
  const { name, baseUrl, timeout = '10s', connections = 64, signer } = options;
  const { origin, pathname } = new URL(baseUrl);
  const prefix = pathname.replace(/\/$/, '');
  const pool = new Pool(origin, { connections, pipelining: 1, keepAliveTimeout: 4_000, connect: { timeout: 2_000 } });
  const target: Target = { pool, prefix, token: () => signer?.(name) ?? currentRequest()?.callerToken };

  return {
    async request(request) {
      const { status, headers, body } = await whole(target, request, { name, timeout });
      return { status, headers, body, json: () => JSON.parse(body.toString()) as unknown };
    },
    stream: (request) => begun(target, request, { name, timeout }),
    close: () => pool.close(),
  };
}

/** `token` says who calls, unless a request says so itself. */
type Target = { pool: Pool; prefix: string; token: () => Promise<string> | string | undefined };
type Called = { name: string; timeout: Duration };

async function whole(target: Target, request: ClientRequest, { name, timeout }: Called): Promise<Whole> {
  const leftMs = budgetOf(request, timeout);
  if (leftMs <= 0) throw late(name);
  const { signal } = request;
  const options = await optionsOf(target, request, leftMs);
  const answer = await exchange(target.pool, options, { leftMs, late: () => late(name), signal }).catch(
    (cause: unknown) => {
      throw failure(name, cause, signal);
    },
  );
  if (answer.status < 500) return answer;
  throw refusal(name, answer, parsed(answer.body.toString()));
}

/** The deadline holds until the first byte: a stream's body may take its time. */
async function begun(target: Target, request: ClientRequest, { name, timeout }: Called): Promise<ClientStream> {
  const leftMs = budgetOf(request, timeout);
  if (leftMs <= 0) throw late(name);
  const options = await optionsOf(target, request, leftMs);
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(late(name)), leftMs);
  const signal = request.signal ? AbortSignal.any([request.signal, deadline.signal]) : deadline.signal;
  try {
    const { statusCode: status, headers, body } = await target.pool.request({ ...options, signal });
    if (status < 500) return { status, headers, body };
    throw refusal(name, { status, headers }, parsed(await body.text().catch(() => '')));
  } catch (cause) {
    throw failure(name, cause, signal);
  } finally {
    clearTimeout(timer);
  }
}

async function optionsOf(target: Target, request: ClientRequest, leftMs: number): Promise<Dispatcher.DispatchOptions> {
  const caller = request.caller === undefined ? await target.token() : request.caller;
  return {
    method: request.method,
    path: target.prefix + request.path + queryOf(request.query),
    headers: headersOf(request, caller, leftMs),
    body: bodyOf(request.body),
  };
}

function refusal(name: string, { status, headers }: Pick<ClientResponse, 'status' | 'headers'>, problem: unknown) {
  if ((problem as { code?: unknown } | null | undefined)?.code === 'deadline-exceeded') return late(name);
  return unavailable('upstream-unavailable', `The ${name} service answered ${status}.`, {
    retryAfter: Number(headers['retry-after']) || 1,
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function budgetOf(request: ClientRequest, timeout: Duration): number {
  const limits = [ms(timeout)];
  if (request.deadline) limits.push(ms(request.deadline));
  const current = currentRequest();
  if (current) limits.push(current.deadlineAt - performance.now());
  return Math.min(...limits);
}

function headersOf(
  request: ClientRequest,
  caller: string | null | undefined,
  budgetMs: number,
): Record<string, string> {
  const current = currentRequest();
  const headers: Record<string, string> = { 'x-request-deadline-ms': String(Math.floor(budgetMs)) };
  if (current) headers['x-request-id'] = current.requestId;
  if (caller) headers[callerHeader] = caller;
  if (isJson(request.body)) headers['content-type'] = 'application/json';
  return Object.assign(headers, request.headers);
}

function isJson(body: unknown): boolean {
  return body !== undefined && typeof body !== 'string' && !isBytes(body);
}

function isBytes(body: unknown): body is Uint8Array | Readable {
  return body instanceof Uint8Array || (typeof body === 'object' && body !== null && 'pipe' in body);
}

function bodyOf(body: unknown): string | Uint8Array | Readable | null {
  if (body === undefined) return null;
  if (typeof body === 'string' || isBytes(body)) return body;
  return JSON.stringify(body);
}

function queryOf(query: ClientRequest['query']): string {
  if (!query) return '';
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) continue;
    for (const item of Array.isArray(value) ? value : [value]) search.append(name, String(item));
  }
  const text = search.toString();
  return text === '' ? '' : `?${text}`;
}

function late(name: string) {
  return unavailable('deadline-exceeded', `The ${name} service did not answer in time.`);
}

/** A signal's reason is whoever aborts own word, and the deadline's our own; all else is the network's. */
function failure(name: string, cause: unknown, signal: AbortSignal | undefined) {
  if (signal?.aborted || cause instanceof ServiceError) return cause;
  return unavailable('upstream-unavailable', `The ${name} service cannot be reached.`, { cause });
}
