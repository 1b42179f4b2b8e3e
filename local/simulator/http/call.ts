import type { IncomingMessage } from 'node:http';

/** One request, read whole. */
export type Call = {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingMessage['headers'];
  body: string;
};

/** `json` or `text`: what is sent. */
export type Answer = {
  status: number;
  headers?: Record<string, string>;
  json?: unknown;
  text?: { type: string; content: string | Buffer };
};

export const json = (status: number, value: unknown, headers: Record<string, string> = {}): Answer => ({
  status,
  json: value,
  headers,
});

export const page = (content: string, headers: Record<string, string> = {}): Answer => ({
  status: 200,
  text: { type: 'text/html; charset=utf-8', content },
  headers: { 'cache-control': 'no-store', ...headers },
});

export const redirect = (location: string): Answer => ({ status: 303, headers: { location } });

/** Larger than any request of either vendor, or not an address at all. */
export class UnreadableRequest extends Error {}

const largestBytes = 1024 * 1024;

export async function readCall(request: IncomingMessage): Promise<Call> {
  const url = URL.parse(`http://simulator${request.url ?? '/'}`);
  if (!url) throw new UnreadableRequest();
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > largestBytes) throw new UnreadableRequest();
    chunks.push(chunk);
  }
  return {
    method: request.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    headers: request.headers,
    body: Buffer.concat(chunks).toString('utf8'),
  };
}

/** The name or token of `Authorization: Bearer …` or `Basic …`, whose password both vendors leave empty. */
export function readCredential(call: Call): string | undefined {
  const [, scheme = '', value = ''] = /^(Bearer|Basic) (.+)$/i.exec(call.headers.authorization ?? '') ?? [];
  if (scheme.toLowerCase() === 'bearer') return value;
  if (scheme.toLowerCase() === 'basic') return Buffer.from(value, 'base64').toString('utf8').split(':')[0];
  return undefined;
}
