import type { Readable } from 'node:stream';

type Headers = Readonly<Record<string, string>>;

/** What a route answers with; `Body` is checked against the route's response schema, at compile time and at run time. */
export type Answer<Body = unknown> =
  | { kind: 'reply'; body: Body; status: number; etag: string | undefined; headers: Headers | undefined }
  | { kind: 'json'; text: string; status: number; headers: Headers | undefined }
  | { kind: 'empty'; status: number; headers: Headers | undefined }
  | { kind: 'frozen'; text: string; status: number; headers: Headers }
  | { kind: 'stream'; body: Readable; contentType: string; status: number; headers: Headers | undefined };

/** JSON, parsed by the route's response schema. `etag` (a version, without quotes) makes it answer 304 to `If-None-Match`. */
export function reply<Body>(
  body: Body,
  { status = 200, etag, headers }: { status?: number; etag?: string | number; headers?: Headers } = {},
): Answer<Body> {
  return { kind: 'reply', body, status, etag: etag === undefined ? undefined : `"${etag}"`, headers };
}

/** JSON as it is sent already: nothing checks it any more, so its parts were when they were stored. */
export function replyJson(
  text: string,
  { status = 200, headers }: { status?: number; headers?: Headers } = {},
): Answer<never> {
  return { kind: 'json', text, status, headers };
}

export function empty(status = 204, { headers }: { headers?: Headers } = {}): Answer<never> {
  return { kind: 'empty', status, headers };
}

/** What was sent before, or will be sent again (`/idempotency`): text and headers as they were kept. */
export function replyFrozen(
  { text, status, headers }: { text: string; status: number; headers: Headers },
  { isReplay = false } = {},
): Answer<never> {
  return { kind: 'frozen', text, status, headers: isReplay ? { ...headers, 'idempotent-replayed': 'true' } : headers };
}

/** Bytes as they come; the route's timeout ends with the first of them. */
export function stream(
  body: Readable,
  { contentType, status = 200, headers }: { contentType: string; status?: number; headers?: Headers },
): Answer<never> {
  return { kind: 'stream', body, contentType, status, headers };
}
