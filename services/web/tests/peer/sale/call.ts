import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';

/** A request to the API as the peer's parts see it. */
export type Call = {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  token: string | undefined;
  body: unknown;
};

export type Reply = [status: number, body: unknown];

export async function readCall(request: IncomingMessage): Promise<Call> {
  const url = new URL(request.url ?? '/', 'http://peer');
  const said = await text(request);
  return {
    method: request.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    headers: request.headers,
    token: request.headers.authorization?.replace(/^Bearer /, ''),
    body: said === '' ? undefined : (JSON.parse(said) as unknown),
  };
}

/** A problem document as kit writes it. */
export const refuse = (status: number, code: string, errors?: { field: string; message: string }[]): Reply => [
  status,
  {
    type: `/problems/${code}`,
    title: 'Refused',
    status,
    detail: `The API says ${code}.`,
    code,
    requestId: 'peer',
    ...(errors && { errors }),
  },
];
