import { empty, reply, route, stream } from '@storefront/kit/http';
import { conflict, Problem, tooMany } from '@storefront/kit/errors';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { fieldsOf, serve } from './serve.ts';

const Note = z.strictObject({ id: z.string(), text: z.string() }).meta({ id: 'Note' });
const anyone = { allow: ['anyone'], summary: 'A route of a test' } as const;

const list = route({
  ...anyone,
  method: 'GET',
  path: '/notes',
  query: z.strictObject({ limit: z.coerce.number().int().max(100).exactOptional(), q: z.string().exactOptional() }),
  response: z.looseObject({}),
  async handle({ query }) {
    return reply(query);
  },
});
const one = route({
  ...anyone,
  method: 'GET',
  path: '/notes/:id',
  params: { id: z.string().max(8) },
  response: Note,
  async handle({ params }) {
    return reply({ id: params.id, text: 'one' });
  },
});
const special = route({
  ...anyone,
  method: 'GET',
  path: '/notes/special',
  response: Note,
  async handle() {
    return reply({ id: 'special', text: 'by its own route' });
  },
});
const create = route({
  ...anyone,
  method: 'POST',
  path: '/notes',
  body: z.strictObject({
    text: z.string().min(1),
    lines: z.array(z.strictObject({ sku: z.string().regex(/^[a-z]+$/) })).exactOptional(),
    owner: z
      .discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('person'), name: z.string() }),
        z.strictObject({ kind: z.literal('team'), size: z.int() }),
      ])
      .exactOptional(),
    price: z.union([z.strictObject({ amount: z.int() }), z.null()]).exactOptional(),
  }),
  response: z.looseObject({}),
  async handle({ body }) {
    return reply(body, { status: 201 });
  },
});
const all = [list, one, special, create];

describe('a route', () => {
  it('answers what its handler replies, as JSON', async () => {
    const { ask } = await serve(all);
    const answer = await ask('GET', '/notes/a%20b');
    expect(answer).toMatchObject({ status: 200, json: { id: 'a b', text: 'one' } });
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
  });

  it('of a fixed path wins over one with a parameter, whatever their order', async () => {
    const { ask } = await serve(all);
    expect((await ask('GET', '/notes/special')).json['text']).toBe('by its own route');
  });

  it('answers HEAD as GET, without the body', async () => {
    const { ask } = await serve(all);
    expect(await ask('HEAD', '/notes/a')).toMatchObject({ status: 200, text: '', headers: { 'content-length': '23' } });
  });

  it('never lets an inner field out: a reply that does not fit its schema is a bug of ours', async () => {
    const leaky = route({
      ...anyone,
      method: 'GET',
      path: '/leak',
      response: Note,
      async handle() {
        return reply(Object.assign({ id: '1', text: '' }, { passwordHash: 'inner' }));
      },
    });
    const { ask, lines } = await serve([leaky]);
    const answer = await ask('GET', '/leak');
    expect(answer.status).toBe(500);
    expect(answer.text).not.toContain('inner');
    expect(JSON.stringify(lines)).toContain('passwordHash');
  });

  it('may answer nothing, or bytes as they come', async () => {
    const nothing = route({ ...anyone, method: 'DELETE', path: '/n', handle: async () => empty() });
    const bytes = route({
      ...anyone,
      method: 'GET',
      path: '/n',
      handle: async () => stream(Readable.from(['a\n', 'b\n']), { contentType: 'application/x-ndjson' }),
    });
    const { ask } = await serve([nothing, bytes]);
    expect(await ask('DELETE', '/n')).toMatchObject({ status: 204, text: '' });
    expect(await ask('GET', '/n')).toMatchObject({
      text: 'a\nb\n',
      headers: { 'content-type': 'application/x-ndjson' },
    });
  });

  it('cuts the connection when a stream breaks: half an answer must not look whole', async () => {
    const broken = route({
      ...anyone,
      method: 'GET',
      path: '/broken',
      async handle() {
        async function* lines() {
          yield 'first\n';
          throw new Error('the store is gone');
        }
        return stream(Readable.from(lines()), { contentType: 'text/plain' });
      },
    });
    const { ask } = await serve([broken]);
    await expect(ask('GET', '/broken')).rejects.toThrow(/closed|terminated/);
  });

  it('cannot be made with a schema that drops unknown fields silently', () => {
    const make = () =>
      route({ ...anyone, method: 'POST', path: '/x', body: z.object({}), handle: async () => empty() });
    expect(make).toThrow('POST /x: make its body a z.strictObject');
  });
});

describe('a request that is not valid', () => {
  it.each([
    ['GET', '/notes?limit=many', undefined, ['limit']],
    ['GET', '/notes?limit=1&limit=2', undefined, ['limit']],
    ['GET', '/notes?lmit=1', undefined, ['lmit']],
    ['GET', '/notes?__proto__=1', undefined, ['__proto__']],
    ['GET', '/notes/far-too-long', undefined, ['id']],
    ['GET', '/notes/%zz%zz%zz', undefined, ['id']],
    ['GET', '/notes/a%00b', undefined, ['id']],
    ['GET', '/notes?q=a%00b', undefined, ['q']],
    ['GET', '/notes?limit=1&q=a&q=%00', undefined, ['q']],
    ['GET', '/notes?a%00b=1', undefined, ['a\0b']],
    ['POST', '/notes', {}, ['text']],
    ['POST', '/notes', { text: { $gt: '' } }, ['text']],
    ['POST', '/notes', { text: '', more: 1 }, ['text', 'more']],
    ['POST', '/notes', { text: 'a', lines: [{ sku: 'a' }, { sku: 'A', x: 1 }] }, ['lines[1].sku', 'lines[1].x']],
    ['POST', '/notes', { text: 'a', owner: { kind: 'team', size: 'big' } }, ['owner.size']],
    ['POST', '/notes', { text: 'a', owner: { kind: 'other' } }, ['owner.kind']],
    ['POST', '/notes', { text: 'a', price: { amount: 1.5 } }, ['price.amount']],
    ['POST', '/notes', [], ['body']],
    ['POST', '/notes', { text: 'a', '': 1 }, ['body']],
    ['GET', '/notes?=1', undefined, ['query']],
  ] as const)('%s %s %j is 400 and names the field', async (method, path, body, fields) => {
    const { ask } = await serve(all);
    const answer = await ask(method, path, { body });
    expect(answer.status).toBe(400);
    expect(fieldsOf(answer)).toEqual(fields);
    Problem.parse(answer.json);
    expect(answer.headers).toMatchObject({ 'content-type': 'application/problem+json', 'cache-control': 'no-store' });
  });
});

describe('problems', () => {
  it('say 404 for a path that is not there', async () => {
    const { ask } = await serve(all);
    expect(await ask('GET', '/nothing')).toMatchObject({ status: 404, json: { code: 'path-not-found' } });
    expect((await ask('GET', '/notes/')).status).toBe(404);
  });

  it('say 405 with the methods that are possible, and OPTIONS answers the same', async () => {
    const { ask } = await serve(all);
    const refused = await ask('DELETE', '/notes');
    expect(refused).toMatchObject({ status: 405, json: { code: 'method-not-allowed' } });
    expect(refused.headers['allow']).toBe('GET, HEAD, POST, OPTIONS');
    expect(await ask('OPTIONS', '/notes')).toMatchObject({
      status: 204,
      headers: { allow: 'GET, HEAD, POST, OPTIONS' },
    });
  });

  it('carry what the service says of an expected outcome', async () => {
    const throwing = (path: `/${string}`, error: Error) =>
      route({
        ...anyone,
        method: 'GET',
        path,
        async handle() {
          throw error;
        },
      });
    const { ask } = await serve([
      throwing('/taken', conflict('slug-taken', 'This slug is taken.', [{ field: 'slug', message: 'is taken' }])),
      throwing('/busy', tooMany('Too many.', { retryAfter: 7 })),
      throwing('/lost', Object.assign(new Error('10.0.0.1: timed out'), { name: 'MongoServerSelectionError' })),
      throwing('/bug', new Error('secret of the house')),
    ]);
    expect(await ask('GET', '/taken')).toMatchObject({
      status: 409,
      json: { type: '/problems/slug-taken', title: 'Conflict', status: 409, detail: 'This slug is taken.' },
    });
    expect(await ask('GET', '/busy')).toMatchObject({ status: 429, headers: { 'retry-after': '7' } });
    const lost = await ask('GET', '/lost');
    expect(lost).toMatchObject({ status: 503, json: { code: 'store-unavailable' }, headers: { 'retry-after': '1' } });
    expect(lost.text).not.toContain('10.0.0.1');
    const bug = await ask('GET', '/bug');
    expect(bug).toMatchObject({ status: 500, json: { code: 'internal' } });
    expect(bug.text).not.toContain('secret');
  });

  it('and answers carry the id of the request, the given one or a new one, and the log has it too', async () => {
    const { ask, lines } = await serve(all);
    const given = await ask('GET', '/nothing', { headers: { 'x-request-id': 'from-the-edge-1' } });
    expect(given.json['requestId']).toBe('from-the-edge-1');
    expect(given.headers['x-request-id']).toBe('from-the-edge-1');
    const made = await ask('GET', '/notes/a', { headers: { 'x-request-id': 'not valid {}' } });
    expect(made.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    expect(lines.filter((line) => line['msg'] === 'request').map((line) => line['requestId'])).toEqual([
      'from-the-edge-1',
      made.headers['x-request-id'],
    ]);
  });
});
