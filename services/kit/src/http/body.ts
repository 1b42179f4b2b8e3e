import type { IncomingMessage } from 'node:http';
import { Transform, type Readable, type TransformCallback } from 'node:stream';
import { invalid, ServiceError } from '../errors.ts';
import type { Raw } from './route.ts';

/** What a body in one piece may have: of the API's JSON, and of what Stripe and the carriers send. */
export const bodyLimitBytes = 256 * 1024;
const wholeTimeoutMs = 10_000;
const idleTimeoutMs = 30_000;
const maxDepth = 32;
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** A JSON body: at most 256 KiB in 10 s, `application/json`, 32 levels deep. */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  refuseEncoding(request);
  if (!isJson(mediaTypeOf(request))) throw wrongType(['application/json']);
  const bytes = await readWhole(request);
  const value = parse(bytes);
  refuseShape(value, '', 1);
  return value;
}

/** The body as a stream: refused while it comes once it is over the limit, and when nothing comes for 30 s. */
export function readRaw(request: IncomingMessage, { types, limitBytes }: Raw): Readable {
  refuseEncoding(request);
  if (!types.includes(mediaTypeOf(request))) throw wrongType(types);
  refuseLength(request, limitBytes);
  const limited = new LimitedBody(limitBytes);
  request.setTimeout(idleTimeoutMs, () => {
    // Silence is the client's fault only while we wait for it.
    if (!request.complete && !limited.writableNeedDrain) limited.destroy(tooSlow());
  });
  request.once('aborted', () => limited.destroy(cutShort()));
  limited.once('close', () => request.unpipe(limited));
  return request.pipe(limited);
}

/** Reads on, for a moment, what a request still sends that has its answer: a client that is cut off while it writes never sees the answer. */
export function discardRest(request: IncomingMessage, { capBytes = 4 * 1024 * 1024, forMs = 5_000 } = {}): void {
  if (request.complete || request.destroyed) return;
  const timer = setTimeout(() => request.destroy(), forMs).unref();
  let left = capBytes;
  request.on('data', (chunk: Buffer) => {
    left -= chunk.length;
    if (left < 0) request.destroy();
  });
  request.once('close', () => clearTimeout(timer));
  request.unpipe();
  request.resume();
}

class LimitedBody extends Transform {
  readonly #limitBytes: number;
  #leftBytes: number;

  constructor(limitBytes: number) {
    super();
    this.#limitBytes = limitBytes;
    this.#leftBytes = limitBytes;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#leftBytes -= chunk.length;
    if (this.#leftBytes < 0) done(tooLarge(this.#limitBytes));
    else done(null, chunk);
  }
}

/** A body in one piece, whatever is in it: at most 256 KiB in 10 s. */
export async function readWhole(request: IncomingMessage): Promise<Buffer> {
  refuseLength(request, bodyLimitBytes);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const timer = setTimeout(() => settle(tooSlow()), wholeTimeoutMs);
    const settle = (error?: ServiceError) => {
      clearTimeout(timer);
      request.off('data', onData).off('end', settle).off('close', onClose);
      if (error) reject(error);
      else resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks));
    };
    const onData = (chunk: Buffer) => {
      size += chunk.length;
      if (size > bodyLimitBytes) settle(tooLarge(bodyLimitBytes));
      else chunks.push(chunk);
    };
    const onClose = () => settle(cutShort());
    request.on('data', onData).once('end', settle).once('close', onClose);
  });
}

function parse(bytes: Buffer): unknown {
  if (bytes.length === 0) throw malformed('The body is empty.');
  try {
    return JSON.parse(utf8.decode(bytes));
  } catch (cause) {
    const place = /position \d+/.exec(String(cause))?.[0];
    throw malformed(`The body is not valid JSON${place ? ` (at ${place})` : ''}.`);
  }
}

/** Names that reach an object's prototype when somebody merges what was parsed. */
const poisonous = new Set(['__proto__', 'constructor', 'prototype']);

/** `field` is the path to the value: empty for the body itself. */
function refuseShape(value: unknown, field: string, depth: number): void {
  if (typeof value === 'string') return refuseText(value, field || 'body');
  if (typeof value !== 'object' || value === null) return;
  if (depth > maxDepth)
    throw invalid('too-deep', `The body is nested deeper than ${maxDepth} levels.`, [
      { field: field.slice(0, 200), message: 'is nested too deeply' },
    ]);
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i += 1) refuseShape(value[i], `${field}[${i}]`, depth + 1);
    return;
  }
  for (const key of Object.keys(value)) {
    refuseName(key);
    refuseShape((value as Record<string, unknown>)[key], field === '' ? key : `${field}.${key}`, depth + 1);
  }
}

/** Refuses the names by which a prototype could be polluted, in a body or a query, and those that are no text. */
export function refuseName(name: string): void {
  if (poisonous.has(name))
    throw invalid('forbidden-name', `The name "${name}" is not allowed.`, [{ field: name, message: 'is not allowed' }]);
  refuseText(name, name);
}

/** Refuses what JSON and URLs can say and PostgreSQL cannot keep: U+0000, and half of a pair of surrogates. */
export function refuseText(text: string, field: string): void {
  if (!text.includes('\0') && text.isWellFormed()) return;
  throw invalid('bad-text', 'A text has a character that cannot be kept.', [
    { field: field.slice(0, 200), message: 'must be Unicode text without the character U+0000' },
  ]);
}

function mediaTypeOf(request: IncomingMessage): string {
  const [type = '', ...parameters] = (request.headers['content-type'] ?? '').toLowerCase().split(';');
  const charset = parameters.find((parameter) => parameter.trim().startsWith('charset='));
  if (charset && !/charset="?utf-?8"?$/.test(charset.trim())) return '';
  return type.trim();
}

function isJson(mediaType: string): boolean {
  return mediaType === 'application/json' || /^application\/[\w.-]+\+json$/.test(mediaType);
}

function refuseEncoding(request: IncomingMessage): void {
  const encoding = request.headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity')
    throw new ServiceError('invalid', 'unsupported-encoding', 'Send the body without a content encoding.', {
      status: 415,
      fields: [{ field: 'Content-Encoding', message: 'is not supported' }],
    });
}

function refuseLength(request: IncomingMessage, limitBytes: number): void {
  if (Number(request.headers['content-length'] ?? 0) > limitBytes) throw tooLarge(limitBytes);
}

function malformed(message: string): ServiceError {
  return invalid('malformed-json', message, [{ field: 'body', message: 'must be JSON in UTF-8' }]);
}

function wrongType(types: readonly string[]): ServiceError {
  return new ServiceError('invalid', 'unsupported-media-type', `Send the body as ${types.join(' or ')}.`, {
    status: 415,
    fields: [{ field: 'Content-Type', message: `must be ${types.join(' or ')}` }],
    headers: { accept: types.join(', ') },
  });
}

function tooLarge(limitBytes: number): ServiceError {
  return new ServiceError('invalid', 'body-too-large', `The body is larger than ${limitBytes} bytes.`, {
    status: 413,
    fields: [{ field: 'body', message: `must be at most ${limitBytes} bytes` }],
  });
}

function tooSlow(): ServiceError {
  return new ServiceError('invalid', 'body-too-slow', 'The body did not arrive in time.', { status: 408 });
}

function cutShort(): ServiceError {
  return invalid('body-cut-short', 'The connection was closed before the body was complete.');
}
