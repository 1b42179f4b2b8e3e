import { versionMismatch } from '@storefront/kit/errors';
import { ifMatch, reply, route } from '@storefront/kit/http';
import { callerFor } from '@storefront/kit/testing';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { fieldsOf, serve } from './serve.ts';

const Note = z.strictObject({ text: z.string(), version: z.int() });

function noteRoutes() {
  let note = { text: 'first', version: 1 };
  const change = (text: string, expected: number | null) => {
    if (expected !== null && expected !== note.version) throw versionMismatch('note', note.version);
    note = { text, version: note.version + 1 };
    return reply(note, { etag: note.version });
  };
  const body = z.strictObject({ text: z.string() });
  const shared = { summary: 'A note', allow: ['anyone'], response: Note } as const;
  return [
    route({
      ...shared,
      method: 'GET',
      path: '/note',
      cache: { maxAge: '30s', stale: '5m' },
      handle: async () => reply(note, { etag: note.version }),
    }),
    route({
      ...shared,
      method: 'PATCH',
      path: '/note',
      expects: ifMatch(),
      body,
      handle: async (request) => change(request.body.text, request.expectedVersion),
    }),
    route({
      ...shared,
      method: 'PUT',
      path: '/note',
      expects: ifMatch({ optional: true }),
      body,
      handle: async (request) => change(request.body.text, request.expectedVersion),
    }),
  ];
}

describe('a versioned record', () => {
  it('is not sent again to who has it already', async () => {
    const { ask } = await serve(noteRoutes());
    const first = await ask('GET', '/note');
    expect(first.headers['etag']).toBe('"1"');
    for (const tag of ['"1"', 'W/"1"', '"0", "1"', '*'])
      expect(await ask('GET', '/note', { headers: { 'if-none-match': tag } })).toMatchObject({ status: 304, text: '' });
    expect((await ask('GET', '/note', { headers: { 'if-none-match': '"0"' } })).status).toBe(200);
  });

  it('changes only for who names its version', async () => {
    const { ask } = await serve(noteRoutes());
    const change = (tag?: string) =>
      ask('PATCH', '/note', { headers: tag ? { 'if-match': tag } : {}, body: { text: 'second' } });

    const without = await change();
    expect(without).toMatchObject({ status: 428, json: { code: 'precondition-required' } });
    expect(fieldsOf(without)).toEqual(['If-Match']);
    expect((await change('*')).status).toBe(428);
    expect(await change('"7"')).toMatchObject({
      status: 412,
      headers: { etag: '"1"' },
      json: { code: 'version-mismatch' },
    });
    expect((await change('"somebody-elses"')).status).toBe(412);
    expect((await change('"1", "2"')).status).toBe(400);
    expect(await change('"1"')).toMatchObject({ status: 200, headers: { etag: '"2"' }, json: { version: 2 } });
    expect((await change('W/"2"')).status).toBe(200);
    expect((await change('"1"')).status).toBe(412);
  });

  it('may be changed without a version where the route says so', async () => {
    const { ask } = await serve(noteRoutes());
    expect((await ask('PUT', '/note', { body: { text: 'a' } })).json).toMatchObject({ version: 2 });
    expect((await ask('PUT', '/note', { headers: { 'if-match': '"1"' }, body: { text: 'a' } })).status).toBe(412);
  });

  it('may be kept by shared caches when a guest reads it, and by nobody when it is changed', async () => {
    const { ask } = await serve(noteRoutes());
    const control = async (...request: Parameters<typeof ask>) => (await ask(...request)).headers['cache-control'];
    expect(await control('GET', '/note')).toBe('public, max-age=30, stale-while-revalidate=300');
    const merchant = await callerFor('merchant', { audience: 'notes' });
    expect(await control('GET', '/note', { headers: merchant })).toBe('private, no-cache');
    expect(await control('PUT', '/note', { body: { text: 'a' } })).toBe('no-store');
  });
});
