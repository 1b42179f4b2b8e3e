import { outbox } from '@storefront/kit/broker';
import { testStores, whyNoBroker } from '@storefront/kit/testing';
import { sql, type CompiledQuery, type Kysely } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { leaseStatements } from '../../src/broker/postgres/lease.ts';
import { prune, pruneInboxQuery, pruneOutboxQuery } from '../../src/broker/postgres/prune.ts';
import { markQuery } from '../../src/broker/postgres/source.ts';
import { written } from './fixtures/notes.ts';
import { connectShards, createShards, type Tables, type TestShards } from './fixtures/shards.ts';

describe.skipIf(whyNoBroker || !testStores)(`outbox and inbox of a busy year ${whyNoBroker}`, () => {
  let databases: Awaited<ReturnType<typeof createShards>>;
  let shards: TestShards;
  let db: Kysely<Tables>;

  beforeAll(async () => {
    databases = await createShards(1);
    shards = connectShards(databases.addresses);
    db = shards.all()[0]!.db;
    // 30,000 that were sent, most of them long ago, and 300 that wait, of which one relay holds a third.
    await sql`INSERT INTO outbox (bucket, id, aggregatetype, aggregateid, type, payload, headers, sent_at, lease, leased_until)
      SELECT n % 4096, gen_random_uuid(), 'note', n, 'note.written', '{}', '{}',
        CASE WHEN n % 100 > 0 THEN now() - n * interval '10 seconds' END,
        CASE WHEN n % 300 = 0 THEN gen_random_uuid() END,
        CASE WHEN n % 300 = 0 THEN now() + interval '1 hour' END
      FROM generate_series(1, 30000) AS n`.execute(db);
    await sql`INSERT INTO inbox (bucket, consumer, message_id, received_at)
      SELECT n % 4096, 'readers', gen_random_uuid(), now() - n * interval '1 minute'
      FROM generate_series(1, 30000) AS n`.execute(db);
    await sql`ANALYZE outbox, inbox`.execute(db);
  });
  afterAll(async () => {
    await shards.close();
    await databases.drop();
  });

  /** The plan of a statement, its own temporary names replaced by values. */
  async function planOf(statement: string, parameters: readonly unknown[] = []): Promise<string> {
    const query: CompiledQuery = { ...sql`SELECT`.compile(db), sql: `EXPLAIN ${statement}`, parameters };
    const { rows } = await db.executeQuery<Record<'QUERY PLAN', string>>(query);
    return rows.map((row) => row['QUERY PLAN']).join('\n');
  }
  const given = (text: string) =>
    text
      .replace('INTO mine', '')
      .replace(/\bmost\b/g, '500')
      .replace(/\bmine\b/g, `'{1,2,3}'::smallint[]`)
      .replace(/\bholder\b/g, 'gen_random_uuid()')
      .replace(/\bhold_ms\b/g, '1000');

  it('looks for what waits among that alone', async () => {
    for (const statement of [leaseStatements.lock, leaseStatements.take]) {
      const plan = await planOf(given(statement));
      expect(plan).toMatch(/outbox_unsent|outbox_leased/);
      expect(plan).not.toContain('Seq Scan');
    }
  });

  it('marks and prunes by keys and indexes', async () => {
    const items = Array.from({ length: 5 }, (_, n) => ({
      item: { bucket: n, id: crypto.randomUUID() },
      publication: 'confirmed' as const,
    }));
    const mark = markQuery(items, sql`sent_at = now()`).compile(db);
    expect(await planOf(mark.sql, mark.parameters)).not.toContain('Seq Scan');
    // How the thousand that were found are then met with the table is a matter of its size.
    for (const [index, query] of [
      ['outbox_sent', pruneOutboxQuery('1d')],
      ['inbox_received', pruneInboxQuery('14d')],
    ] as const) {
      const { sql: text, parameters } = query.compile(db);
      expect(await planOf(text, parameters)).toMatch(
        new RegExp(`LockRows.*\\n.*(Index|Index Only) Scan using ${index}`),
      );
    }
  });

  it('prunes what is old in batches, and nothing that waits', async () => {
    shards.statements.splice(0);
    const deleted = await prune(db, { keepSent: '1d', keepReceived: '14d' });
    const { rows } = await sql<{ sent: number; waiting: number; received: number }>`SELECT
      (SELECT count(*)::int FROM outbox WHERE sent_at IS NOT NULL) AS sent,
      (SELECT count(*)::int FROM outbox WHERE sent_at IS NULL) AS waiting,
      (SELECT count(*)::int FROM inbox) AS received`.execute(db);
    // 8640 × 10 s is a day, of which each hundredth waits; 20160 minutes are 14 days.
    expect(rows[0]).toMatchObject({ waiting: 300 });
    expect(rows[0]!.sent).toBeGreaterThan(8_500);
    expect(rows[0]!.sent).toBeLessThan(8_600);
    expect(rows[0]!.received).toBeGreaterThan(20_100);
    expect(rows[0]!.received).toBeLessThanOrEqual(20_160);
    expect(deleted).toBe(30_000 - 300 - rows[0]!.sent + 30_000 - rows[0]!.received);
    expect(shards.statements.filter((text) => text.includes('DELETE'))).toHaveLength(22 + 10);
  });

  it('takes an event of a bucket that others write in at the same time', async () => {
    await Promise.all(Array.from({ length: 50 }, (_, n) => shards.withBucket(9, (tx) => outbox(tx, written(`n${n}`)))));
    const { rows } = await sql<{ bucket: number }>`SELECT * FROM lease_outbox(gen_random_uuid(), 500, 1000)`.execute(
      db,
    );
    expect(rows.filter(({ bucket }) => bucket === 9).length).toBeGreaterThanOrEqual(50);
  });
});
