import { empty, reply, route } from '@storefront/kit/http';
import { eventually } from '@storefront/kit/testing';
import { connect } from 'node:net';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { fieldsOf, serve } from './serve.ts';

const json = { 'content-type': 'application/json' };
const anyone = { allow: ['anyone'], summary: 'A route of a test' } as const;

const create = route({
  ...anyone,
  method: 'POST',
  path: '/notes',
  body: z.looseObject({}),
  response: z.looseObject({}),
  async handle({ body }) {
    return reply(body, { status: 201 });
  },
});
const upload = route({
  ...anyone,
  method: 'POST',
  path: '/uploads',
  raw: { types: ['text/plain', 'application/x-ndjson'], limitBytes: 1_000_000 },
  response: z.strictObject({ size: z.int() }),
  async handle({ raw }) {
    return reply({ size: (await text(raw)).length });
  },
});
const routes = [create, upload];

describe('a JSON body', () => {
  it.each([
    ['not JSON', '{"a":', 'malformed-json'],
    ['empty', '', 'malformed-json'],
    ['not UTF-8', Buffer.from([0x22, 0xff, 0xfe, 0x22]), 'malformed-json'],
    ['41 levels deep', `${'{"a":'.repeat(41)}1${'}'.repeat(41)}`, 'too-deep'],
    ['131,000 levels deep', '['.repeat(131_000), 'malformed-json'],
    ['a pollution', '{"a":{"__proto__":{"isAdmin":true}}}', 'forbidden-name'],
    ['a hidden pollution', '{"\\u005f_proto__":{"isAdmin":true}}', 'forbidden-name'],
    ['another pollution', '{"constructor":{"prototype":{}}}', 'forbidden-name'],
    ['a text with a zero', String.raw`{"a":[{"b":"x\u0000y"}]}`, 'bad-text'],
    ['half a character', String.raw`{"a":"\ud800"}`, 'bad-text'],
  ])('that is %s is refused', async (_, body, code) => {
    const { ask } = await serve(routes);
    expect(await ask('POST', '/notes', { headers: json, body })).toMatchObject({ status: 400, json: { code } });
    expect(({} as Record<string, unknown>)['isAdmin']).toBeUndefined();
  });

  it.each([
    ['a NUL', '{"address":{"name":"a\\u0000b"}}', 'address.name'],
    ['half of a pair of surrogates', '{"address":{"name":"\\ud800"}}', 'address.name'],
    ['the other half', '{"items":[{"tags":["a","\\udc00b"]}]}', 'items[0].tags[1]'],
    ['a NUL in a name', '{"a\\u0000b":1}', 'a\0b'],
    ['a NUL and nothing else', '"\\u0000"', 'body'],
  ])('with a text that no store keeps (%s) is refused, by the name of the field', async (_, body, field) => {
    const { ask } = await serve(routes);
    const answer = await ask('POST', '/notes', { headers: json, body });
    expect(answer).toMatchObject({ status: 400, json: { code: 'bad-text' } });
    expect(fieldsOf(answer)).toEqual([field]);
  });

  it('may have whole pairs of surrogates, and any other character', async () => {
    const { ask } = await serve(routes);
    const body = { name: '\u{1F600} ß \u0001 \uFFFD' };
    expect(await ask('POST', '/notes', { body })).toMatchObject({ status: 201, json: body });
  });

  it('may be 32 levels deep', async () => {
    const { ask } = await serve(routes);
    const body = `${'{"a":'.repeat(32)}1${'}'.repeat(32)}`;
    expect((await ask('POST', '/notes', { headers: json, body })).status).toBe(201);
  });

  it.each([
    [{ 'content-type': 'text/plain' }, 'Content-Type'],
    [{ 'content-type': 'application/json; charset=latin1' }, 'Content-Type'],
    [{}, 'Content-Type'],
    [{ ...json, 'content-encoding': 'gzip' }, 'Content-Encoding'],
  ])('with %j is 415 and says what is wanted', async (headers, field) => {
    const { ask } = await serve(routes);
    const answer = await ask('POST', '/notes', { headers, body: '{}' });
    expect(answer.status).toBe(415);
    expect(fieldsOf(answer)).toEqual([field]);
  });

  it.each(['application/json; charset=UTF-8', 'application/merge-patch+json'])('may come as %s', async (type) => {
    const { ask } = await serve(routes);
    expect((await ask('POST', '/notes', { headers: { 'content-type': type }, body: '{}' })).status).toBe(201);
  });

  it('of more than 256 KiB is 413, whether its length is announced or not, and the connection serves on', async () => {
    const { ask } = await serve(routes);
    const body = JSON.stringify({ a: 'x'.repeat(256 * 1024) });
    const announced = await ask('POST', '/notes', { headers: json, body });
    expect(announced).toMatchObject({ status: 413, json: { code: 'body-too-large' } });
    const streamed = await ask('POST', '/notes', { headers: json, body: Readable.from([body, body]) });
    expect(streamed.status).toBe(413);
    expect((await ask('POST', '/notes', { headers: json, body: '{}' })).status).toBe(201);
  });
});

describe('a streamed body', () => {
  it('reaches the route as it comes', async () => {
    const { ask } = await serve(routes);
    const body = Readable.from(['a'.repeat(10), 'b'.repeat(20)]);
    expect((await ask('POST', '/uploads', { headers: { 'content-type': 'text/plain' }, body })).json).toEqual({
      size: 30,
    });
  });

  it('is refused in the middle once it is over its limit', async () => {
    const { ask } = await serve(routes);
    const body = Readable.from(Array.from({ length: 40 }, () => 'x'.repeat(50_000)));
    const answer = await ask('POST', '/uploads', { headers: { 'content-type': 'text/plain' }, body });
    expect(answer).toMatchObject({ status: 413, json: { code: 'body-too-large' } });
  });

  it('of another type is 415', async () => {
    const { ask } = await serve(routes);
    const answer = await ask('POST', '/uploads', { headers: json, body: '{}' });
    expect(answer).toMatchObject({ status: 415, headers: { accept: 'text/plain, application/x-ndjson' } });
  });

  it('may be left unread: the answer arrives, and the connection serves on', async () => {
    const careless = route({
      ...anyone,
      method: 'POST',
      path: '/careless',
      raw: { types: ['text/plain'], limitBytes: 1_000_000 },
      handle: async () => empty(),
    });
    const { ask } = await serve([careless]);
    const body = 'x'.repeat(900_000);
    for (let i = 0; i < 3; i += 1)
      expect((await ask('POST', '/careless', { headers: { 'content-type': 'text/plain' }, body })).status).toBe(204);
  });

  it('that stops halfway ends the route, and leaves nothing behind', async () => {
    let failure: unknown;
    const waiting = route({
      ...anyone,
      method: 'POST',
      path: '/waiting',
      raw: { types: ['text/plain'], limitBytes: 100 },
      async handle({ raw }) {
        await text(raw).catch((error: unknown) => (failure = error));
        return empty();
      },
    });
    const { url } = await serve([waiting]);
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.write(
      'POST /waiting HTTP/1.1\r\nhost: a\r\ncontent-type: text/plain\r\ncontent-length: 50\r\n\r\nhalf',
      () => setImmediate(() => socket.destroy()),
    );
    await eventually(() => expect(failure).toMatchObject({ code: 'body-cut-short' }));
  });
});

describe('what is not HTTP', () => {
  async function send(url: string, bytes: string): Promise<string> {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.write(bytes);
    return text(socket);
  }

  it('gets a problem document too', async () => {
    const { url } = await serve(routes);
    const answer = await send(url, 'nonsense\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1.1 400 Bad Request/);
    expect(answer).toContain('"code":"malformed-request"');
    const header = `GET / HTTP/1.1\r\nhost: a\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`;
    expect(await send(url, header)).toContain('"code":"headers-too-large"');
  });
});
