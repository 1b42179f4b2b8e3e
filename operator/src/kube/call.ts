/** One call to the API server: a time limit, retries where a repeated call does no harm, errors as `ClusterError`. */
import { setTimeout as delay } from 'node:timers/promises';
import { request } from 'undici';
import { ClusterError } from '../cluster.ts';
import type { Conflict, Kind } from '../cluster.ts';
import type { Connection } from './connection.ts';

/** As RBAC calls them. */
export type Verb = 'get' | 'list' | 'watch' | 'create' | 'patch' | 'delete';

export type Call = {
  verb: Verb;
  kind: Kind;
  subresource?: 'status';
  path: string;
  query?: Record<string, string>;
  headers?: Record<string, string>;
  body?: object;
  signal?: AbortSignal;
};

/** What was asked and what came of it; `status` 0 means no answer. */
export type Observation = Pick<Call, 'verb' | 'kind' | 'subresource'> & {
  status: number;
  seconds: number;
  host: string;
};

export type CallerOptions = {
  onCall?: (observation: Observation) => void;
  timeoutMs?: number;
  random?: () => number;
  /** First pause before a repeated call; it doubles. */
  pauseMs?: number;
};

type Answer = { status: number; text: string; retryAfterMs?: number; cause?: unknown };

const methods = { get: 'GET', list: 'GET', watch: 'GET', create: 'POST', patch: 'PATCH', delete: 'DELETE' } as const;
const MAX_ATTEMPTS = 5;
const MAX_PAUSE_MS = 10_000;
const overloaded = new Set([429, 500, 502, 503, 504]);

export type Caller = { call(call: Call): Promise<unknown> };

export function createCaller(connection: Connection, options: CallerOptions = {}): Caller {
  const { random = Math.random, pauseMs = 100 } = options;
  return {
    async call(call) {
      for (let attempt = 1; ; attempt += 1) {
        const answer = await once(connection, call, options);
        if (answer.status >= 200 && answer.status < 300) return parse(answer.text, call);
        if (attempt === MAX_ATTEMPTS || !mayRepeat(call, answer)) throw failure(call, answer);
        const backOff = pauseMs * 2 ** (attempt - 1) * (0.5 + random());
        await delay(Math.min(MAX_PAUSE_MS, answer.retryAfterMs ?? backOff), undefined, signalOf(call));
      }
    },
  };
}

const signalOf = ({ signal }: Call): { signal?: AbortSignal } => (signal === undefined ? {} : { signal });

/** A create may have happened although its answer was lost, so it is repeated only when the server says that it refused it. */
function mayRepeat(call: Call, answer: Answer): boolean {
  if (call.signal?.aborted) return false;
  if (call.verb === 'create') return answer.status === 429;
  return answer.status === 0 || overloaded.has(answer.status);
}

async function once(connection: Connection, call: Call, options: CallerOptions): Promise<Answer> {
  const began = performance.now();
  let host = '';
  let answer: Answer;
  try {
    const route = await connection.route();
    host = new URL(route.server).host;
    const limit = AbortSignal.timeout(options.timeoutMs ?? 30_000);
    const response = await request(`${route.server}${call.path}${queryOf(call.query)}`, {
      method: methods[call.verb],
      dispatcher: route.calls,
      headers: { accept: 'application/json', ...route.headers, ...call.headers },
      body: call.body === undefined ? null : JSON.stringify(call.body),
      signal: call.signal === undefined ? limit : AbortSignal.any([limit, call.signal]),
    });
    const retryAfterMs = Number(response.headers['retry-after']) * 1000;
    answer = {
      status: response.statusCode,
      text: await response.body.text(),
      ...(retryAfterMs >= 0 ? { retryAfterMs } : {}),
    };
  } catch (cause) {
    answer = { status: 0, text: '', cause };
  }
  options.onCall?.({ ...observed(call), status: answer.status, seconds: (performance.now() - began) / 1000, host });
  return answer;
}

export const observed = ({ verb, kind, subresource }: Call): Pick<Observation, 'verb' | 'kind' | 'subresource'> => ({
  verb,
  kind,
  ...(subresource === undefined ? {} : { subresource }),
});

export const queryOf = (query: Record<string, string> = {}): string => {
  const text = new URLSearchParams(query).toString();
  return text === '' ? '' : `?${text}`;
};

function parse(text: string, call: Call): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ClusterError(`${call.verb} ${call.path}: the API server's answer is not JSON`, {
      status: 0,
      reason: 'BadAnswer',
      cause,
    });
  }
}

type StatusBody = {
  message?: string;
  reason?: string;
  details?: { causes?: { reason?: string; message?: string; field?: string }[] };
};

function failure(call: Call, { status, text, cause }: Answer): ClusterError {
  const what = `${call.verb} ${call.path}`;
  if (status === 0)
    return new ClusterError(`${what}: no answer (${messageOf(cause)})`, { status, reason: 'NoAnswer', cause });
  return statusError(what, status, text);
}

/** The error in a `Status` object of the API server (or in whatever stands in its place). */
export function statusError(what: string, status: number, text: string): ClusterError {
  let body: StatusBody = {};
  try {
    body = JSON.parse(text) as StatusBody;
  } catch {
    body = { message: text.slice(0, 500) };
  }
  return new ClusterError(`${what}: ${status} ${body.message ?? ''}`.trim(), {
    status,
    reason: body.reason ?? 'Unknown',
    conflicts: conflictsOf(body),
  });
}

function conflictsOf({ details }: StatusBody): Conflict[] {
  return (details?.causes ?? [])
    .filter(({ reason }) => reason === 'FieldManagerConflict')
    .map(({ message = '', field = '' }) => ({ manager: /"([^"]+)"/.exec(message)?.[1] ?? 'unknown', field }));
}

const messageOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));
