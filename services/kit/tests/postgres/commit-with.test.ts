import { withParts, type OwnTransaction, type Part } from '@storefront/kit/postgres';
import { testStores, whyNoShards, type TestShards } from '@storefront/kit/testing';
import type { QueryCreator } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, freshBucket, idsOn, mover, testNotes, write, type Tables } from './notes.ts';
import { recordStatements } from './statements.ts';

describe.skipIf(!testStores?.orders)(`a transaction that commits with its last statement ${whyNoShards}`, () => {
  let servers: TestShards;
  beforeAll(async () => {
    servers = await testNotes();
  });
  afterAll(() => servers.close());

  const insertOf = (tx: QueryCreator<Tables>, bucket: number, id: string) =>
    tx.insertInto('notes').values({ bucket, id, text: id });

  it('is that one statement, if it has no other', async () => {
    const shards = connect(servers);
    const bucket = freshBucket(servers, 0);
    await write(shards, bucket, 'a');
    const statements = recordStatements();
    const work = (id: string) => (tx: OwnTransaction<Tables>) => {
      const part: Part<Tables> = (db) => insertOf(db, bucket, `${id}, with its part`);
      return tx.commitWith(insertOf(withParts<Tables>(tx, { part }) as QueryCreator<Tables>, bucket, id));
    };
    expect(await shards.withBucket(bucket, work('b'))).toBe(true);
    expect(statements()).toHaveLength(1);
    expect(await idsOn(servers, 0, bucket)).toEqual(['a', 'b', 'b, with its part']);
  });

  it('needs no round trip more for its commit', async () => {
    const shards = connect(servers);
    const bucket = freshBucket(servers, 0);
    await write(shards, bucket, 'a');
    const statements = recordStatements();
    await shards.withBucket(bucket, async (tx) => {
      await insertOf(tx, bucket, 'b').execute();
      const committing = tx.commitWith(insertOf(tx, bucket, 'c'));
      await Promise.resolve();
      expect(statements().map((text) => text.split(' ')[0])).toEqual(['begin', 'with', 'with', 'commit']);
      expect(await committing).toBe(true);
    });
    expect(statements()).toHaveLength(4);
    expect(await idsOn(servers, 0, bucket)).toEqual(['a', 'b', 'c']);
  });

  it.each(['its only one', 'its second one'])('keeps nothing where that, %s, writes no row', async (which) => {
    const shards = connect(servers);
    const bucket = freshBucket(servers, 0);
    await write(shards, bucket, 'a');
    const seen = await shards.withBucket(bucket, async (tx) => {
      if (which === 'its second one') await insertOf(tx, bucket, 'b').execute();
      const part: Part<Tables> = (db) => insertOf(db, bucket, 'c');
      const taken = insertOf(withParts<Tables>(tx, { part }), bucket, 'a');
      expect(await tx.commitWith(taken.onConflict((conflict) => conflict.doNothing()))).toBe(false);
      return tx.selectFrom('notes').select('id').where('bucket', '=', bucket).execute();
    });
    expect(seen).toEqual([{ id: 'a' }]);
    expect(await idsOn(servers, 0, bucket)).toEqual(['a']);
  });

  it.each(['an insert', 'an update'])('is done again on the new owner where the map was stale: %s', async (kind) => {
    const shards = connect(servers);
    const bucket = freshBucket(servers, 0);
    await write(shards, bucket, 'a', 'old');
    await mover(servers, bucket).move(0, 1);
    await write(connect(servers), bucket, 'a', 'new');
    const isWritten = await shards.withBucket(bucket, (tx) =>
      tx.commitWith(
        kind === 'an insert'
          ? insertOf(tx, bucket, 'b')
          : tx.updateTable('notes').set({ id: 'b' }).where('bucket', '=', bucket).where('text', '=', 'new'),
      ),
    );
    expect(isWritten).toBe(true);
    expect(await idsOn(servers, 1, bucket)).toContain('b');
    expect(await idsOn(servers, 0, bucket)).toEqual(['a']);
  });

  it('takes no other statement after it', async () => {
    const shards = connect(servers);
    const bucket = freshBucket(servers, 0);
    const work = shards.withBucket(bucket, async (tx) => {
      await tx.commitWith(insertOf(tx, bucket, 'a'));
      await insertOf(tx, bucket, 'b').execute();
    });
    await expect(work).rejects.toThrow('after the one that committed');
    expect(await idsOn(servers, 0, bucket)).toEqual(['a']);
  });
});
