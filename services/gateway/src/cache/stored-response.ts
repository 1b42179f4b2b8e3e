import { createHash } from 'node:crypto';

export interface StoredResponse {
  status: number;
  /** Lower-case names; only what describes the body. */
  headers: Record<string, string>;
  body: Buffer;
  etag: string;
  /** Milliseconds since the epoch. */
  storedAt: number;
  /** The cache's generation when it was asked for (ADR 6). */
  generation: string;
}

const keptHeaders = ['content-type', 'content-language', 'location', 'last-modified'];

/** What may be kept of a service's answer. Its ETag stands; a list, which has none, gets one of its bytes. */
export function storedResponse(
  status: number,
  headers: Record<string, unknown>,
  body: Buffer,
  now: number,
): StoredResponse {
  const kept = keptHeaders.flatMap((name) =>
    typeof headers[name] === 'string' ? [[name, headers[name]] as const] : [],
  );
  const etag = typeof headers['etag'] === 'string' ? headers['etag'] : etagOf(body);
  return { status, headers: Object.fromEntries(kept), body, etag, storedAt: now, generation: '' };
}

function etagOf(body: Buffer): string {
  return `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
}

/** One line of JSON, then the body's bytes. */
export function encode({ body, ...head }: StoredResponse): Buffer {
  return Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), body]);
}

/** Undefined for bytes that `encode` did not write, such as those of another release. */
export function decode(bytes: Buffer): StoredResponse | undefined {
  const end = bytes.indexOf(0x0a);
  try {
    const head = JSON.parse(bytes.toString('utf8', 0, end)) as Omit<StoredResponse, 'body'>;
    return { ...head, body: bytes.subarray(end + 1) };
  } catch {
    return undefined;
  }
}
