import { Writable } from 'node:stream';
import { createService, type Route, type ServiceOptions } from '@storefront/kit/http';
import { createLog } from '@storefront/kit/log';
import { testConfig } from '@storefront/kit/testing';
import { Agent, request, type Dispatcher } from 'undici';
import { onTestFinished } from 'vitest';

type Json = Record<string, unknown>;
export type Received = { status: number; headers: Record<string, string>; text: string; json: Json };

/** Starts a service on a free port for one test, and a way to ask it. */
export async function serve(routes: Route[], options: Partial<ServiceOptions> = {}) {
  const lines: Json[] = [];
  const destination = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(JSON.parse(chunk.toString()) as Json);
      done();
    },
  });
  const log = createLog({ service: 'notes', level: 'info', destination });
  const service = createService({ name: 'notes', config: testConfig('notes'), log, routes, ...options });
  const { url } = await service.start();
  const dispatcher = new Agent();
  onTestFinished(async () => {
    await dispatcher.close();
    await service.stop();
  });

  async function ask(method: string, path: string, given: { headers?: Record<string, string>; body?: unknown } = {}) {
    const { body, headers } = given;
    const isJson = typeof body === 'object' && !(body instanceof Uint8Array) && body !== null && !('pipe' in body);
    const answer = await request(url + path, {
      method: method as Dispatcher.HttpMethod,
      dispatcher,
      headers: { ...(isJson ? { 'content-type': 'application/json' } : {}), ...headers },
      body: isJson ? JSON.stringify(body) : ((body as string | undefined) ?? null),
    });
    return received(answer);
  }
  return { url, ask, lines, service };
}

async function received({ statusCode, headers, body }: Dispatcher.ResponseData): Promise<Received> {
  const text = await body.text();
  const isJson = /\+?json(;|$)/.test(String(headers['content-type']).replace('x-ndjson', ''));
  const json = isJson && text !== '' ? (JSON.parse(text) as Json) : {};
  return { status: statusCode, headers: headers as Record<string, string>, text, json };
}

/** The `errors[].field` of a problem document. */
export function fieldsOf({ json }: Received): string[] {
  return ((json['errors'] ?? []) as { field: string }[]).map(({ field }) => field);
}
