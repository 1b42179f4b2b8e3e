import { notFound } from '@storefront/kit/errors';
import { bucketOf } from '@storefront/kit/postgres';
import { testStores, whyNoShards, type TestShards } from '@storefront/kit/testing';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, find, freshBucket, idsOn, mover, testNotes, write } from './notes.ts';
import { recordStatements } from './statements.ts';

describe('the bucket of a key', () => {
  it('is the first 12 bits of its SHA-256', () => {
    expect(bucketOf('')).toBe(0xe3b);
    expect(bucketOf('abc')).toBe(0xba7);
  });
});

describe.skipIf(!testStores?.orders)(`the work of a bucket ${whyNoShards}`, () => {
  let servers: TestShards;
  beforeAll(async () => {
    servers = await testNotes();
  });
  afterAll(() => servers.close());

  it('is one transaction on the shard that has the bucket', async () => {
    const shards = connect(servers);
    for (const index of [0, 1]) {
      const bucket = freshBucket(servers, index);
      await write(shards, bucket, 'a');
      expect([await idsOn(servers, 0, bucket), await idsOn(servers, 1, bucket)].map((ids) => ids.length)).toEqual(
        index === 0 ? [1, 0] : [0, 1],
      );
      const failing = shards.withBucket(bucket, async (tx) => {
        await tx.insertInto('notes').values({ bucket, id: 'b', text: 'b' }).execute();
        throw notFound('note', 'c');
      });
      await expect(failing).rejects.toMatchObject({ code: 'note-not-found' });
      expect(await idsOn(servers, index, bucket)).toEqual(['a']);
    }
  });

  it('costs no round trip for the fence: begin, its own statements, commit', async () => {
    const shards = connect(servers);
    const bucket = freshBucket(servers, 0);
    await write(shards, bucket, 'a');
    const statements = recordStatements();
    await shards.withBucket(bucket, async (tx) => {
      await tx.insertInto('notes').values({ bucket, id: 'b', text: 'b' }).execute();
      await tx.updateTable('notes').set({ text: 'c' }).where('bucket', '=', bucket).where('id', '=', 'b').execute();
    });
    expect(statements().map((text) => text.split(' ')[0])).toEqual(['begin', 'with', 'update', 'commit']);
    expect(statements()[1]).toContain('for share');
  });

  it.each([
    'an update',
    'a deletion',
    'an insert of several rows',
    'an insert that may be there already',
    'a write with a name of its own',
  ])('lets %s carry it', async (kind) => {
    const shards = connect(servers);
    const bucket = freshBucket(servers, 0);
    await write(shards, bucket, 'a');
    const statements = recordStatements();
    await shards.withBucket(bucket, async (tx) => {
      const rows = [
        { bucket, id: 'b', text: 'b', weight: 2 },
        { bucket, id: 'c', text: 'c' },
      ];
      const writes = {
        'an update': tx.updateTable('notes').set({ text: 'b' }).where('bucket', '=', bucket),
        'a deletion': tx.deleteFrom('notes').where('bucket', '=', bucket),
        'an insert of several rows': tx.insertInto('notes').values(rows),
        'an insert that may be there already': tx
          .insertInto('notes')
          .values(rows)
          .onConflict((conflict) => conflict.doNothing()),
        'a write with a name of its own': tx
          .with('given', (db) => db.selectFrom('notes').select('text').where('bucket', '=', bucket))
          .updateTable('notes')
          .set((eb) => ({ text: eb.selectFrom('given').select(sql<string>`text || '!'`.as('text')) }))
          .where((eb) => eb.and([eb('bucket', '=', bucket), eb('id', '=', 'a')])),
      };
      await writes[kind as keyof typeof writes].execute();
    });
    expect(statements()).toHaveLength(3);
    expect(statements()[1]).toMatch(/^with .*"fence" as \(select .* for share\)/s);
  });

  it('asks for the fence by itself where no statement carried it, or none wrote a row', async () => {
    const shards = connect(servers);
    const bucket = freshBucket(servers, 0);
    await write(shards, bucket, 'a');
    const statements = recordStatements();
    await shards.withBucket(bucket, (tx) => sql`update notes set text = 'raw' where bucket = ${bucket}`.execute(tx));
    expect(statements()).toHaveLength(4);
    await shards.withBucket(bucket, (tx) =>
      tx.updateTable('notes').set({ text: 'b' }).where('bucket', '=', bucket).where('id', '=', 'none').execute(),
    );
    expect(statements()).toHaveLength(8);
  });

  it('keeps a mover out from its first write to its commit', async () => {
    const shards = connect(servers);
    const bucket = freshBucket(servers, 0);
    const close = () =>
      servers
        .admin(servers.shards[0]?.name ?? '')
        .transaction()
        .execute(async (tx) => {
          await sql`set local lock_timeout = '200ms'`.execute(tx);
          await sql`update routing.bucket_owner set mode = 'ro' where bucket = ${bucket}`.execute(tx);
        });
    await shards.withBucket(bucket, async (tx) => {
      await tx.insertInto('notes').values({ bucket, id: 'a', text: 'a' }).execute();
      await expect(close()).rejects.toMatchObject({ code: '55P03' });
    });
    await close();
  });

  it('with a stale map is fenced, and done again on the new owner with nothing left on the old one', async () => {
    const shards = connect(servers);
    const bucket = freshBucket(servers, 0);
    await write(shards, bucket, 'before');
    await mover(servers, bucket).move(0, 1);
    let runs = 0;
    await shards.withBucket(bucket, async (tx) => {
      runs += 1;
      await tx.insertInto('notes').values({ bucket, id: 'after', text: 'a' }).execute();
    });
    expect(runs).toBe(2);
    expect(await idsOn(servers, 0, bucket)).toEqual(['before']);
    expect(await idsOn(servers, 1, bucket)).toEqual(['after']);
  });

  it('with a stale map writes nothing to the old owner either, when it is raw or finds nothing to change', async () => {
    const shards = connect(servers);
    const bucket = freshBucket(servers, 0);
    await write(shards, bucket, 'a', 'old');
    await mover(servers, bucket).move(0, 1);
    await write(connect(servers), bucket, 'a', 'new');
    await shards.withBucket(bucket, (tx) =>
      sql`update notes set text = text || '!' where bucket = ${bucket}`.execute(tx),
    );
    expect(await shards.read(bucket, (db) => find(db, bucket, 'a'))).toMatchObject({ text: 'new!' });

    const stale = connect(servers);
    await stale.read(bucket, (db) => find(db, bucket, 'a'));
    await mover(servers, bucket).move(1, 0);
    const change = stale.withBucket(bucket, async (tx) => {
      const one = tx.updateTable('notes').set({ version: 2 }).where('bucket', '=', bucket).where('text', '=', 'old');
      const { numUpdatedRows } = await one.executeTakeFirstOrThrow();
      if (numUpdatedRows === 0n) throw notFound('note', 'a');
      return numUpdatedRows;
    });
    expect(await change).toBe(1n);
  });

  it('waits for a bucket that is being moved, and says so when it takes longer than a second', async () => {
    const shards = connect(servers);
    const bucket = freshBucket(servers, 0);
    await write(shards, bucket, 'a');
    const { close, open } = mover(servers, bucket);
    await close(0);
    await expect(write(shards, bucket, 'b')).rejects.toMatchObject({
      code: 'bucket-moving',
      status: 503,
      details: { retryAfter: 1 },
    });
    const waiting = write(shards, bucket, 'c');
    await open(1);
    await waiting;
    expect(await idsOn(servers, 0, bucket)).toEqual(['a']);
    expect(await idsOn(servers, 1, bucket)).toEqual(['c']);
  });

  it('is done again once after a deadlock', async () => {
    const shards = connect(servers);
    const bucket = freshBucket(servers, 0);
    for (const id of ['a', 'b']) await write(shards, bucket, id);
    let [runs, locked] = [0, 0];
    let meet = () => {};
    const met = new Promise<void>((resolve) => (meet = resolve));
    const both = (ids: string[]) =>
      shards.withBucket(bucket, async (tx) => {
        runs += 1;
        for (const id of ids) {
          const note = tx.updateTable('notes').where('bucket', '=', bucket).where('id', '=', id);
          await note.set((eb) => ({ version: eb('version', '+', 1) })).execute();
          locked += 1;
          if (locked === 2) meet();
          await met;
        }
      });
    await Promise.all([both(['a', 'b']), both(['b', 'a'])]);
    expect(runs).toBe(3);
    expect(await shards.read(bucket, (db) => find(db, bucket, 'a'))).toMatchObject({ version: 3 });
  });

  it('may not touch another bucket, nor all of them', async () => {
    const shards = connect(servers);
    const bucket = freshBucket(servers, 0);
    const other = bucket + 1;
    const row = { id: 'a', text: 'a' };
    await shards.read(bucket, (db) => find(db, bucket, 'a'));
    const within = (work: Parameters<typeof shards.read>[1]) => [
      () => shards.withBucket(bucket, work),
      () => shards.read(bucket, work),
    ];
    const refused = [
      within((db) =>
        db
          .insertInto('notes')
          .values({ ...row, bucket: other })
          .execute(),
      ),
      within((db) => db.updateTable('notes').set({ text: 'b' }).where('id', '=', 'a').execute()),
      within((db) => db.deleteFrom('notes').where('bucket', '=', other).execute()),
      within((db) => db.selectFrom('notes').selectAll().execute()),
      within((db) => db.selectFrom('notes as n').selectAll().where('n.bucket', '>', 0).execute()),
      within((db) =>
        db
          .selectFrom('notes')
          .selectAll()
          .where((eb) => eb.or([eb('bucket', '=', bucket), eb('id', '=', 'a')]))
          .execute(),
      ),
    ].flat();
    for (const work of refused) await expect(work()).rejects.toThrow(/bucket/);
    expect(await idsOn(servers, 0, other)).toEqual([]);
  });

  it('does not mind a column that a migration adds meanwhile', async () => {
    const shards = connect(servers, { shards: servers.shards.map((shard) => ({ ...shard, pool: 1 })) });
    const bucket = freshBucket(servers, 0);
    const work = (id: string) =>
      shards.withBucket(bucket, async (tx) => {
        const row = { bucket, id, text: 'a' };
        await tx.insertInto('notes').values(row).returningAll().executeTakeFirstOrThrow();
        const note = tx.updateTable('notes').set({ text: 'b' }).where('bucket', '=', bucket).where('id', '=', id);
        return note.returning(['id', 'text']).execute();
      });
    for (const id of ['a', 'b', 'c', 'd', 'e', 'f', 'g']) await work(id);
    await shards.read(bucket, (db) => find(db, bucket, 'a'));
    await sql`alter table test.notes add column mood text`.execute(servers.admin(servers.shards[0]?.name ?? ''));
    expect(await work('h')).toEqual([{ id: 'h', text: 'b' }]);
    expect(await shards.read(bucket, (db) => find(db, bucket, 'a'))).toMatchObject({ mood: null });
  });

  it('is done by an account that cannot change the map', async () => {
    const shards = connect(servers);
    for (const { db } of shards.all()) {
      await expect(sql`update routing.bucket_owner set mode = 'ro'`.execute(db)).rejects.toMatchObject({
        code: '42501',
      });
      await expect(sql`create table mine (a int)`.execute(db)).rejects.toMatchObject({ code: '42501' });
    }
  });

  it('reads integers as numbers and days as text, and refuses an integer that would not be exact', async () => {
    const shards = connect(servers);
    const bucket = freshBucket(servers, 0);
    const exact = Number.MAX_SAFE_INTEGER;
    const day = '2026-03-29';
    await shards.withBucket(bucket, (tx) =>
      tx.insertInto('notes').values({ bucket, id: 'a', text: 'a', weight: exact, written_on: day }).execute(),
    );
    expect(await shards.read(bucket, (db) => find(db, bucket, 'a'))).toMatchObject({ weight: exact, written_on: day });
    await shards.withBucket(bucket, (tx) =>
      sql`update notes set weight = weight + 1 where bucket = ${bucket}`.execute(tx),
    );
    await expect(shards.read(bucket, (db) => find(db, bucket, 'a'))).rejects.toThrow(/too large/);
  });
});
