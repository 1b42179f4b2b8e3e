import { outbox } from '@storefront/kit/broker';
import { whyNoBroker } from '@storefront/kit/testing';
import { sql, type Kysely } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { written } from './fixtures/notes.ts';
import { connectShards, createShards, type Tables, type TestShards } from './fixtures/shards.ts';

describe.skipIf(whyNoBroker)(`what a relay takes from an outbox ${whyNoBroker}`, () => {
  let databases: Awaited<ReturnType<typeof createShards>>;
  let shards: TestShards;
  let db: Kysely<Tables>;

  beforeAll(async () => {
    databases = await createShards(1);
    shards = connectShards(databases.addresses);
    db = shards.all()[0]!.db;
  });
  afterAll(async () => {
    await shards.close();
    await databases.drop();
  });
  beforeEach(async () => {
    await sql`TRUNCATE outbox`.execute(db);
  });

  const write = (bucket: number, note: string) => shards.withBucket(bucket, (tx) => outbox(tx, written(note)));
  /** The notes it gets, at most so many. */
  async function take(on: Kysely<Tables> = db, most = 500, holdMs = 60_000): Promise<string[]> {
    const query = sql<{ aggregateid: string }>`SELECT * FROM lease_outbox(gen_random_uuid(), ${most}, ${holdMs})`;
    return (await query.execute(on)).rows.map(({ aggregateid }) => aggregateid).toSorted();
  }

  it('is nobody else’s until the lease is over', async () => {
    await write(1, 'a');
    expect(await take(db, 500, 50)).toEqual(['a']);
    expect(await take()).toEqual([]);
    await expect.poll(() => take()).toEqual(['a']);
  });

  it('is of no bucket that another relay is sending from, or a later event could overtake an earlier one', async () => {
    await write(1, 'a');
    expect(await take()).toEqual(['a']);
    await write(1, 'b');
    await write(2, 'c');
    expect(await take()).toEqual(['c']);
  });

  it('is of no bucket that another relay is just deciding about', async () => {
    for (const note of ['a', 'b']) await write(1, note);
    await write(2, 'c');
    await db.transaction().execute(async (deciding) => {
      expect(await take(deciding, 1)).toEqual(['a']);
      expect(await take()).toEqual(['c']);
    });
  });

  it('are the oldest, where there are more', async () => {
    for (const note of ['a', 'b', 'c', 'd']) await write(note.charCodeAt(0), note);
    expect(await take(db, 3)).toEqual(['a', 'b', 'c']);
    expect(await take(db, 3)).toEqual(['d']);
  });

  it('is also what was written under a sequence number before that of something sent', async () => {
    const late = await new Promise<() => Promise<void>>((resolve) => {
      const gate = Promise.withResolvers<void>();
      const done = shards.withBucket(1, async (tx) => {
        await outbox(tx, written('early number'));
        resolve(async () => {
          gate.resolve();
          await done;
        });
        await gate.promise;
      });
    });
    await write(2, 'late number');
    expect(await take()).toEqual(['late number']);
    await late();
    expect(await take()).toEqual(['early number']);
  });
});
