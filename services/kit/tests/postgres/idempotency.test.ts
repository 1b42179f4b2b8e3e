import { conflict, notFound, unavailable } from '@storefront/kit/errors';
import { empty, ifMatch, openapiDocument, reply, route } from '@storefront/kit/http';
import { createIdempotency, pruneKeys, type Phases } from '@storefront/kit/idempotency';
import { createLog } from '@storefront/kit/log';
import { bucketOf } from '@storefront/kit/postgres';
import { callerFor, eventually, testStores, whyNoShards, type TestShards } from '@storefront/kit/testing';
import { sql } from 'kysely';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { serve } from '../serve.ts';
import { connect, testNotes, type Tables } from './notes.ts';

const log = createLog({ service: 'test', level: 'silent' });
const Body = z.strictObject({ text: z.string(), size: z.int().exactOptional() });
const Note = z.strictObject({ id: z.string(), text: z.string() });
type NotePhases = Phases<Tables, string, z.input<typeof Note>>;

describe('a route that is done once for a key', () => {
  it('says so in its document', () => {
    const of = (idempotent: 'required' | 'optional') =>
      openapiDocument({
        name: 'notes',
        routes: [
          route({
            method: 'POST',
            path: '/notes',
            summary: 'Writes a note',
            allow: ['anyone'],
            idempotent,
            expects: ifMatch(),
            handle: async () => empty(),
          }),
        ],
      }).paths?.['/notes']?.post;
    const required = of('required');
    expect(required?.parameters).toMatchObject([
      { in: 'header', name: 'If-Match', required: true },
      { in: 'header', name: 'Idempotency-Key', required: true },
    ]);
    expect(Object.keys(required?.responses ?? {})).toEqual(expect.arrayContaining(['400', '409', '422']));
    expect(of('optional')?.parameters?.[1]).not.toMatchObject({ required: true });
  });
});

describe.skipIf(!testStores?.orders)(`a request with an Idempotency-Key ${whyNoShards}`, () => {
  let servers: TestShards;
  beforeAll(async () => {
    servers = await testNotes();
  });
  afterAll(() => servers.close());

  /** A service with two routes that write a note; `before` is run within the transaction, `phases` replace it. */
  async function start(given: { before?: (attempt: number) => unknown; phases?: NotePhases } = {}) {
    const shards = connect(servers);
    const keys = createIdempotency(shards);
    let attempts = 0;
    const write = (path: '/notes' | '/others') =>
      route({
        method: 'POST',
        path,
        summary: 'Writes a note',
        allow: ['customer'],
        idempotent: 'required',
        body: Body,
        response: Note,
        success: [201],
        timeout: '4s',
        async handle({ idempotency, body: { text }, caller: { sub } }) {
          const requester = { bucket: bucketOf(sub) };
          if (given.phases) return keys.onceInPhases(idempotency, requester, given.phases);
          return keys.once(idempotency, requester, async (tx) => {
            await given.before?.((attempts += 1));
            const id = randomUUID();
            await tx.insertInto('notes').values({ bucket: tx.bucket, id, text }).execute();
            return reply({ id, text }, { status: 201, headers: { location: `/notes/${id}` } });
          });
        },
      });
    const { ask } = await serve([write('/notes'), write('/others')]);
    const sub = randomUUID();
    const post = async (
      key: string | undefined,
      text = 'a',
      changes: { path?: string; sub?: string; body?: unknown } = {},
    ) =>
      ask('POST', changes.path ?? '/notes', {
        headers: {
          ...(await callerFor('customer', { audience: 'notes', sub: changes.sub ?? sub })),
          ...(key === undefined ? {} : { 'idempotency-key': key }),
        },
        body: changes.body ?? { text },
      });
    const notes = () =>
      shards.read(bucketOf(sub), (db) =>
        db.selectFrom('notes').selectAll().where('bucket', '=', bucketOf(sub)).execute(),
      );
    const age = (interval: string) =>
      Promise.all(
        servers.shards.map(({ name }) =>
          sql`update test.idempotency set created_at = now() - ${interval}::interval where bucket = ${bucketOf(sub)}`.execute(
            servers.admin(name),
          ),
        ),
      );
    return { post, notes, age, sub, shards };
  }

  it('is done once, and answered with the same bytes each time', async () => {
    const { post, notes } = await start();
    const first = await post('"k"');
    const second = await post('k');
    expect(first).toMatchObject({ status: 201, headers: { 'content-type': 'application/json; charset=utf-8' } });
    expect(first.headers['idempotent-replayed']).toBeUndefined();
    expect(second).toMatchObject({ status: 201, text: first.text, headers: { 'idempotent-replayed': 'true' } });
    for (const header of ['location', 'cache-control', 'content-type'])
      expect(second.headers[header]).toBe(first.headers[header]);
    expect(await notes()).toHaveLength(1);
  });

  it('is done once when it comes ten times at the same time', async () => {
    const { post, notes } = await start();
    const answers = await Promise.all(Array.from({ length: 10 }, () => post('k')));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 201));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(answers.filter(({ headers }) => headers['idempotent-replayed'] === undefined)).toHaveLength(1);
    expect(await notes()).toHaveLength(1);
  });

  it('is another one by another buyer, on another route, and with another key', async () => {
    const { post, notes } = await start();
    const answers = [await post('k'), await post('k', 'a', { sub: randomUUID() })];
    answers.push(await post('k', 'a', { path: '/others' }), await post('l'));
    expect(new Set(answers.map(({ json }) => json['id'])).size).toBe(4);
    expect(await notes()).toHaveLength(3);
  });

  it('with the key of another request is refused, whatever became of that', async () => {
    const { post, notes } = await start();
    await post('k', 'a');
    expect(await post('k', 'b')).toMatchObject({ status: 422, json: { code: 'idempotency-key-reused' } });
    expect(await post('k', 'a')).toMatchObject({ status: 201 });
    expect(await notes()).toHaveLength(1);
  });

  it('is the same one with its fields in another order', async () => {
    const { post } = await start();
    await post('k', '', { body: { text: 'a', size: 1 } });
    expect(await post('k', '', { body: { size: 1, text: 'a' } })).toMatchObject({
      status: 201,
      headers: { 'idempotent-replayed': 'true' },
    });
  });

  it.each([
    [undefined, 'idempotency-key-missing'],
    ['', 'bad-idempotency-key'],
    ['"a', 'bad-idempotency-key'],
    ['a'.repeat(256), 'bad-idempotency-key'],
  ])('whose key is %j is 400', async (key, code) => {
    const { post, notes } = await start();
    expect(await post(key)).toMatchObject({ status: 400, json: { code, errors: [{ field: 'Idempotency-Key' }] } });
    expect(await notes()).toEqual([]);
  });

  it('that failed on our side, or was to be tried again, does the work with the same key', async () => {
    const { post, notes } = await start({
      before: (attempt) => {
        if (attempt === 1) throw new Error('a bug');
        if (attempt === 2) throw unavailable('bank-away', 'The bank is away.');
      },
    });
    expect((await post('k')).status).toBe(500);
    expect((await post('k')).status).toBe(503);
    expect((await post('k')).status).toBe(201);
    expect(await notes()).toHaveLength(1);
  });

  it('that was refused for good is refused with the same bytes, and leaves nothing else behind', async () => {
    const { post, notes } = await start({
      before: (attempt) => {
        if (attempt === 1) throw conflict('sold-out', 'It is sold out.');
      },
    });
    const first = await post('k');
    expect(first).toMatchObject({ status: 409, json: { code: 'sold-out' } });
    expect(await post('k')).toMatchObject({
      status: 409,
      text: first.text,
      headers: { 'idempotent-replayed': 'true' },
    });
    expect(await notes()).toEqual([]);
  });

  it('for something that is not there leaves no row behind, and does the work once it is', async () => {
    const { post, sub, shards } = await start({
      before: (attempt) => {
        if (attempt <= 2) throw notFound('cart', 'c-1');
      },
    });
    for (let i = 0; i < 2; i += 1) expect((await post('k')).status).toBe(404);
    const bucket = bucketOf(sub);
    const rows = shards.read(bucket, (db) =>
      db.selectFrom('idempotency').select('key').where('bucket', '=', bucket).execute(),
    );
    expect(await rows).toEqual([]);
    expect((await post('k')).status).toBe(201);
  });

  it('waits for the one before it, and is 409 when that takes longer than two seconds', async () => {
    let release = () => {};
    const isReleased = new Promise<void>((resolve) => (release = resolve));
    const begun = Promise.withResolvers<void>();
    const before = () => {
      begun.resolve();
      return isReleased;
    };
    const { post, notes } = await start({ before });
    const first = post('k');
    await begun.promise;
    const second = await post('k');
    expect(second).toMatchObject({
      status: 409,
      json: { code: 'request-in-progress' },
      headers: { 'retry-after': '1' },
    });
    const third = post('k');
    release();
    expect((await third).text).toBe((await first).text);
    expect(await notes()).toHaveLength(1);
  });

  it('that waits for the one before it takes no connection from others', async () => {
    let release = () => {};
    const isReleased = new Promise<void>((resolve) => (release = resolve));
    const { post, notes } = await start({ before: () => isReleased });
    const answers = Array.from({ length: 10 }, () => post('k'));
    let isAnswered = false;
    void Promise.race(answers).then(() => (isAnswered = true));
    for (let i = 0; i < 20; i += 1) expect(await notes()).toEqual([]);
    expect(isAnswered).toBe(false);
    release();
    expect(new Set((await Promise.all(answers)).map(({ text }) => text)).size).toBe(1);
  });

  it('of two processes is done once too', async () => {
    const [one, other] = [await start(), await start()];
    const asked = Array.from({ length: 6 }, (_, i) => (i % 2 === 0 ? one : other).post('k', 'a', { sub: one.sub }));
    expect(new Set((await Promise.all(asked)).map(({ text }) => text)).size).toBe(1);
    expect(await one.notes()).toHaveLength(1);
  });

  it('after 48 hours is refused for a month, and its answer forgotten', async () => {
    const { post, notes, age, sub, shards } = await start();
    await post('k');
    await age('49 hours');
    const isExpired = async () => expect(await post('k')).toMatchObject({ status: 409, json: { code: 'key-expired' } });
    await isExpired();
    const pruning = pruneKeys(shards, { log, every: '50ms' });
    await pruning.start();
    onTestFinished(() => pruning.stop());
    const rows = () =>
      shards.read(bucketOf(sub), (db) =>
        db.selectFrom('idempotency').selectAll().where('bucket', '=', bucketOf(sub)).execute(),
      );
    await eventually(async () => expect(await rows()).toMatchObject([{ status: 'expired', response_body: null }]));
    await isExpired();
    await age('31 days');
    await eventually(async () => expect(await rows()).toEqual([]));
    expect((await post('k')).status).toBe(201);
    expect(await notes()).toHaveLength(2);
  });

  describe('in phases', () => {
    const id = 'only';
    const begin: NotePhases['begin'] = async (tx, { isResumed }) => {
      if (!isResumed) await tx.insertInto('notes').values({ bucket: tx.bucket, id, text: 'begun' }).execute();
      return id;
    };
    const finished = (shards: ReturnType<typeof connect>, sub: string): NotePhases['finish'] => {
      const bucket = bucketOf(sub);
      return (state, keep) =>
        shards.withBucket(bucket, async (tx) => {
          const note = tx.updateTable('notes').where('bucket', '=', bucket).where('id', '=', state);
          await note.set({ text: 'finished' }).execute();
          return keep(tx, reply({ id: state, text: 'finished' }, { status: 201 }));
        });
    };

    it('keeps the answer with its last effect, and others wait for that', async () => {
      let release = () => {};
      const isReleased = new Promise<void>((resolve) => (release = resolve));
      const phases: NotePhases = { begin, finish: async () => empty() };
      const { post, notes, shards, sub } = await start({ phases });
      phases.finish = async (...given) => {
        await isReleased;
        return finished(shards, sub)(...given);
      };
      const first = post('k');
      await eventually(async () => expect(await notes()).toMatchObject([{ text: 'begun' }]));
      expect(await post('k')).toMatchObject({ status: 409, json: { code: 'request-in-progress' } });
      const third = post('k');
      release();
      expect(await third).toMatchObject({ status: 201, text: (await first).text });
      expect(await notes()).toMatchObject([{ text: 'finished' }]);
    });

    it('is taken up where it stopped: at once after a failure, after 30 s when its process died', async () => {
      const phases: NotePhases = { begin, finish: () => Promise.reject(unavailable('away', 'Away.')) };
      const { post, notes, shards, sub } = await start({ phases });
      expect((await post('k')).status).toBe(503);
      let hangs = () => {};
      const isHanging = new Promise<void>((resolve) => (hangs = resolve));
      phases.finish = () => {
        hangs();
        return new Promise(() => {});
      };
      void post('k', 'a').catch(() => {});
      await isHanging;
      const other = await start({ phases: { begin, finish: finished(shards, sub) } });
      const retry = () => other.post('k', 'a', { sub });
      expect((await retry()).status).toBe(409);
      await Promise.all(
        servers.shards.map(({ name }) =>
          sql`update test.idempotency set locked_until = now() where bucket = ${bucketOf(sub)}`.execute(
            servers.admin(name),
          ),
        ),
      );
      expect((await retry()).status).toBe(201);
      expect(await notes()).toMatchObject([{ text: 'finished' }]);
    });

    it('keeps a final refusal of its second phase', async () => {
      let calls = 0;
      const finish = () => {
        calls += 1;
        return Promise.reject(conflict('sold-out', 'It is sold out.'));
      };
      const { post } = await start({ phases: { begin, finish } });
      const first = await post('k');
      expect(first).toMatchObject({ status: 409, json: { code: 'sold-out' } });
      expect(await post('k')).toMatchObject({
        status: 409,
        text: first.text,
        headers: { 'idempotent-replayed': 'true' },
      });
      expect(calls).toBe(1);
    });
  });

  it('needs a buyer: a guest without one is a bug, not everybody', async () => {
    const keys = createIdempotency(connect(servers));
    const anonymous = route({
      method: 'POST',
      path: '/notes',
      summary: 'Writes a note',
      allow: ['anyone'],
      idempotent: 'optional',
      async handle({ idempotency }) {
        if (idempotency === null) return empty();
        return keys.once(idempotency, { bucket: 0 }, async () => empty());
      },
    });
    const { ask } = await serve([anonymous]);
    expect((await ask('POST', '/notes')).status).toBe(204);
    expect((await ask('POST', '/notes', { headers: { 'idempotency-key': 'k' } })).status).toBe(500);
  });
});
