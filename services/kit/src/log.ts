import { isSpanContextValid, trace, type SpanContext } from '@opentelemetry/api';
import { pino, type DestinationStream, type Logger } from 'pino';
import { currentRequest } from './request-context.ts';

export type Log = Logger;

export type LogOptions = {
  service: string;
  level: string;
  scope?: string;
  release?: string;
  /** Where lines go; standard output unless given. */
  destination?: DestinationStream;
};

/** JSON lines with the service's name, the request's id and the trace's; secrets are replaced before they are written. */
export function createLog({ service, level, scope, release, destination }: LogOptions): Log {
  return pino(
    {
      level,
      base: { service, scope, release },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }), log: (fields) => withoutSecrets(fields) },
      serializers: { error: serializeError, err: serializeError },
      mixin: currentIds,
    },
    destination ?? (standardOutput ??= batchedOutput()),
  );
}

/** One for all logs of the process. */
let standardOutput: DestinationStream | undefined;

const batchBytes = 4096;
const batchMs = 100;

/**
 * Lines leave together: when there are many, when one is a warning or worse, and after a moment. A write for each cost a
 * twentieth of a request, and as much again in those who read it.
 */
function batchedOutput(): DestinationStream {
  const output = pino.destination({ dest: 1, sync: true, minLength: batchBytes });
  process.once('exit', () => output.flushSync());
  let timer: NodeJS.Timeout | undefined;
  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    output.flush();
  };
  return {
    ...toldTheLevel,
    write(line: string) {
      output.write(line);
      if (this.lastLevel >= warning) flush();
      else timer ??= setTimeout(flush, batchMs).unref();
    },
  } satisfies DestinationStream & typeof toldTheLevel;
}

const warning = pino.levels.values['warn'] ?? 0;
/** What makes pino tell a destination the level of the line that it writes next. */
const toldTheLevel = { [Symbol.for('pino.metadata')]: true, lastLevel: 0 };

const secretNames = new Set([
  'authorization',
  'cookie',
  'set-cookie',
  'x-storefront-caller',
  'password',
  'token',
  'secret',
  'credential',
  'credentials',
  'accesstoken',
  'refreshtoken',
  'privatekey',
]);
const maxDepth = 5;

/**
 * A copy with every secret replaced, by the name it stands under, in whatever case; five levels deep, what lies deeper is
 * left out. (pino's own redaction by paths cost a tenth of a request.) Errors keep what serializeError lets through.
 */
function withoutSecrets(fields: Record<string, unknown>, depth = 1): Record<string, unknown> {
  const copy: Record<string, unknown> = {};
  for (const name of Object.keys(fields))
    copy[name] = secretNames.has(name.toLowerCase()) ? '[redacted]' : withoutSecret(fields[name], depth);
  return copy;
}

function withoutSecret(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Error) return value;
  if (depth >= maxDepth) return '[deeper]';
  if (Array.isArray(value)) return value.map((item) => withoutSecret(item, depth + 1));
  return isPlain(value) ? withoutSecrets(value, depth + 1) : value;
}

function isPlain(value: object): value is Record<string, unknown> {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function currentIds(): object {
  const request = currentRequest();
  const span = activeSpan();
  if (span) return { requestId: request?.requestId, traceId: span.traceId, spanId: span.spanId };
  return request ? { requestId: request.requestId, traceId: request.traceId } : {}; // a new one each time: pino writes the line's fields into it
}

/** The ids of the span that this code runs in, if there is one. */
export function activeSpan(): SpanContext | undefined {
  const span = trace.getActiveSpan()?.spanContext();
  return span && isSpanContextValid(span) ? span : undefined;
}

/** `scheme://user:password@host` without the login: drivers put their URL into messages. */
export function withoutLogins(text: string): string {
  return text
    .replace(/([a-z][a-z0-9+.-]*:\/\/)[^\s/@]+@/gi, '$1[redacted]@')
    .replace(/\b(Bearer|Basic)\s+[\w.~+/=-]+/gi, '$1 [redacted]');
}

function serializeError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  return {
    type: error.name,
    code: 'code' in error ? error.code : undefined,
    message: withoutLogins(error.message),
    stack: withoutLogins(error.stack ?? ''),
    cause: error.cause instanceof Error ? serializeError(error.cause) : undefined,
  };
}
