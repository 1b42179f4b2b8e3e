import { createHealth, createHealthServer } from '@storefront/kit/health';
import { ifMatch, openapiDocument, reply, route, stream } from '@storefront/kit/http';
import { createMetrics } from '@storefront/kit/metrics';
import { eventually } from '@storefront/kit/testing';
import { Readable } from 'node:stream';
import { request } from 'undici';
import { describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { serve } from './serve.ts';

const Note = z.strictObject({ id: z.string(), text: z.string() }).meta({ id: 'Note', description: 'A note' });
const change = route({
  method: 'PATCH',
  path: '/notes/:id',
  summary: 'Changes a note',
  allow: ['merchant'],
  refuses: [409],
  expects: ifMatch(),
  body: z.strictObject({ text: z.string() }),
  response: Note,
  handle: async ({ params, body }) => reply({ id: params.id, ...body }),
});
const find = route({
  method: 'GET',
  path: '/notes/:id',
  summary: 'One note',
  allow: ['anyone'],
  params: { id: z.string().meta({ example: 'n1' }) },
  query: z.strictObject({ lang: z.string().exactOptional() }),
  response: Note,
  handle: async ({ params }) => reply({ id: params.id, text: '' }),
});
const download = route({
  method: 'POST',
  path: '/notes/import-all',
  summary: 'Many notes',
  allow: ['merchant'],
  raw: { types: ['application/x-ndjson'], limitBytes: 1000 },
  produces: 'application/x-ndjson',
  response: Note,
  handle: async () => stream(Readable.from([]), { contentType: 'application/x-ndjson' }),
});
const routes = [find, change, download];

describe('what a service says of itself', () => {
  it('is alive and ready once it has started', async () => {
    const { ask } = await serve(routes);
    expect(await ask('GET', '/livez')).toMatchObject({ status: 200, text: 'ok\n' });
    expect(await ask('GET', '/readyz')).toMatchObject({ status: 200, text: 'ok\n' });
  });

  it('counts requests by the template of their route, never by their path', async () => {
    const { ask } = await serve(routes);
    await ask('GET', '/notes/secret-id');
    await ask('GET', '/nowhere/secret-id');
    await ask('DELETE', '/notes/secret-id');
    const { text } = await ask('GET', '/metrics');
    const counted = [...text.matchAll(/http_request_duration_seconds_count\{([^}]*)\} 1/g)].map(([, labels]) => labels);
    expect(counted.map((labels) => labels?.replace(/^service=.*?,method/, 'method'))).toEqual([
      'method="GET",route="/notes/:id",status="200"',
      'method="GET",route="unmatched",status="404"',
      'method="DELETE",route="/notes/:id",status="405"',
    ]);
    expect(text).toContain('http_requests_in_flight{service="notes",scope="test"} 0');
    for (const name of [
      'process_cpu_seconds_total',
      'nodejs_eventloop_lag_p99_seconds',
      'process_resident_memory_bytes',
    ])
      expect(text).toContain(name);
    expect(text).not.toContain('secret-id');
  });

  it('wakes the process for its lag no more than ten times a second', async () => {
    const { ask } = await serve(routes);
    const shortest = async () => {
      const { text } = await ask('GET', '/metrics');
      return Number(/nodejs_eventloop_lag_min_seconds\{[^}]*\} (\S+)/.exec(text)?.[1]);
    };
    await eventually(
      async () => {
        const seconds = await shortest();
        expect(seconds).toBeGreaterThan(0.09);
        expect(seconds).toBeLessThan(10);
      },
      { every: '300ms' },
    );
  });

  it('holds no health of a store: a process without routes has the same probes', async () => {
    const health = createHealth();
    const server = createHealthServer({ health, metrics: createMetrics({ service: 'operator' }), port: 0 });
    const { url } = await server.start();
    onTestFinished(() => server.stop());
    const ready = async () => {
      const { statusCode, body } = await request(`${url}/readyz`);
      return `${statusCode} ${(await body.text()).trim()}`;
    };
    expect(await ready()).toBe('503 starting');
    health.started();
    expect(await ready()).toBe('200 ok');
    health.draining();
    health.started();
    expect(await ready()).toBe('503 draining');
  });
});

type Operation = {
  operationId: string;
  security: object[];
  parameters: { in: string; name: string }[];
  responses: Record<string, object>;
  requestBody?: { content: object };
};
type Document = {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: Record<string, object>;
};

function operation({ paths }: Document, method: string, path: string): Operation {
  const found = paths[path]?.[method];
  if (!found) throw new Error(`${method} ${path} is not documented`);
  return found;
}

describe('the OpenAPI document', () => {
  it('is the same from the running service and from its routes alone', async () => {
    const { ask } = await serve(routes);
    const { json } = await ask('GET', '/openapi.json');
    expect(json).toEqual(JSON.parse(JSON.stringify(openapiDocument({ name: 'notes', routes }))));
  });

  it('names each operation, who may call it, what it takes and every way it can be refused', () => {
    const document = openapiDocument({ name: 'notes', routes }) as unknown as Document;
    expect(document.openapi).toBe('3.1.0');
    const get = operation(document, 'get', '/notes/{id}');
    expect(get).toMatchObject({ operationId: 'getNotesById', security: [{}, { caller: [] }] });
    expect(get.parameters.map((parameter) => `${parameter.in} ${parameter.name}`)).toEqual(['path id', 'query lang']);
    expect(Object.keys(get.responses).join(' ')).toBe('200 304 400 401 404 500 503');
    const patch = operation(document, 'patch', '/notes/{id}');
    expect(patch).toMatchObject({ operationId: 'patchNotesById', security: [{ caller: [] }] });
    expect(Object.keys(patch.responses).join(' ')).toBe('200 400 401 403 404 408 409 412 413 415 428 500 503');
    expect(patch.responses['409']).toEqual({ $ref: '#/components/responses/Problem409' });
    const upload = operation(document, 'post', '/notes/import-all');
    expect(upload.operationId).toBe('postNotesImportAll');
    expect(upload.requestBody?.content).toHaveProperty(['application/x-ndjson']);
  });

  it('refers to nothing that it does not hold', () => {
    const text = JSON.stringify(openapiDocument({ name: 'notes', routes, security: 'bearer' }));
    const document = JSON.parse(text) as Record<string, unknown>;
    const references = [...text.matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path]) => path as string);
    expect(references.length).toBeGreaterThan(10);
    for (const path of references) {
      const target = path.split('/').reduce<unknown>((node, key) => (node as Record<string, unknown>)[key], document);
      expect(target, path).toBeDefined();
    }
  });
});
