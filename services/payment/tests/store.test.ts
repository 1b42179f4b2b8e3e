import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { orderIdOf } from '@storefront/commerce/order-ids';
import { contractionsIn } from '@storefront/kit/migrations';
import { createLog } from '@storefront/kit/log';
import { connectShards, type Shards } from '@storefront/kit/postgres';
import { columnProblems, testShards, testStores, whyNoShards, type TestShards } from '@storefront/kit/testing';
import { sql, type CompiledQuery, type Kysely, type RawBuilder } from 'kysely';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { ProviderEvent } from '../src/domain/provider.ts';
import {
  parkedQuery,
  postgresEvents,
  pruneQuery,
  pruneUnmatchedQuery,
  seenAmongQuery,
  seenQuery,
} from '../src/store/events.ts';
import { inDoubtQuery, openCallsQuery, refundsQuery } from '../src/store/payments.ts';
import type { Tables } from '../src/store/tables.ts';

const folder = join(import.meta.dirname, '../src/store/migrations');
type Own = Omit<Tables, 'outbox' | 'inbox'>;

it('its migrations only expand', async () => {
  expect(await contractionsIn(folder)).toEqual([]);
});

describe.skipIf(!testStores?.orders)(`the tables of payments ${whyNoShards}`, () => {
  let servers: TestShards;
  let db: Kysely<Tables>;
  beforeAll(async () => {
    servers = await testShards({ migrations: folder });
    db = servers.admin(servers.shards[0]?.name ?? '') as Kysely<Tables>;
  });
  afterAll(() => servers?.close());

  function connected(): Shards<Tables> {
    const { username, password } = servers;
    const log = createLog({ service: 'test', level: 'silent' });
    const shards = connectShards<Tables>({ shards: servers.shards, username, password, log, name: 'test' });
    onTestFinished(() => shards.close());
    return shards;
  }

  it('have the columns that the row types say', async () => {
    const problems = await columnProblems<Own>(db as Kysely<unknown>, 'test', {
      payment: {
        bucket: 'int2',
        order_id: 'uuid',
        version: 'int4',
        status: 'text',
        in_doubt: 'bool generated',
        amount_minor: 'int8',
        currency: 'text',
        description: 'text',
        attempt: 'int4 generated',
        method: 'text null',
        return_url: 'text null',
        intent_id: 'text null',
        next_action: 'jsonb null',
        decline: 'jsonb null',
        capture_before: 'timestamptz null',
        captured_minor: 'int8 null',
        cancel_wanted: 'bool generated',
        look_at: 'timestamptz null',
        looks: 'int4 generated',
        lease: 'uuid null',
        leased_until: 'timestamptz null',
        created_at: 'timestamptz generated',
        updated_at: 'timestamptz generated',
      },
      payment_attempt: {
        bucket: 'int2',
        order_id: 'uuid',
        attempt: 'int4',
        method: 'text',
        return_url: 'text null',
        status: 'text null',
        decline: 'jsonb null',
        created_at: 'timestamptz generated',
      },
      refund: {
        bucket: 'int2',
        order_id: 'uuid',
        refund_id: 'uuid',
        amount_minor: 'int8',
        currency: 'text',
        status: 'text',
        stripe_id: 'text null',
        reason: 'text',
        failure: 'text null',
        created_at: 'timestamptz',
        updated_at: 'timestamptz generated',
      },
      stripe_call: {
        bucket: 'int2',
        key: 'text',
        order_id: 'uuid',
        operation: 'text',
        subject: 'text',
        parameters: 'text',
        sent_at: 'timestamptz',
        settled_at: 'timestamptz null',
        outcome: 'text null',
      },
      stripe_event: {
        bucket: 'int2',
        event_id: 'text',
        order_id: 'uuid',
        type: 'text',
        source: 'text',
        seen_at: 'timestamptz generated',
      },
      unmatched_event: {
        bucket: 'int2',
        event_id: 'text',
        type: 'text',
        reason: 'text',
        event: 'jsonb',
        received_at: 'timestamptz generated',
        retry_at: 'timestamptz null',
        tries: 'int4 generated',
      },
      event_position: {
        bucket: 'int2',
        name: 'text',
        position: 'int8',
        read_at: 'timestamptz null',
        lease: 'uuid null',
        leased_until: 'timestamptz null',
      },
    });
    expect(problems).toEqual([]);
  });

  it('begin their primary keys with the bucket', async () => {
    const { rows } = await sql<{ column: string }>`
      select attname as column from pg_constraint join pg_attribute on attrelid = conrelid and attnum = conkey[1]
      where contype = 'p' and connamespace = 'test'::regnamespace and conrelid::regclass::text not like '%kysely%'`.execute(
      db,
    );
    expect(new Set(rows.map(({ column }) => column))).toEqual(new Set(['bucket']));
    expect(rows).toHaveLength(9);
  });

  it('are rid of what is old and belongs to nobody', async () => {
    const shards = connected();
    const rows = sql`insert into test.unmatched_event (bucket, event_id, type, reason, event, received_at)
      select 3, 'evt_' || days, 'charge.dispute.created', 'dispute', '{}', now() - days * interval '1 day'
      from unnest(array[1, 170, 181, 400]) as days`;
    await rows.execute(db);
    expect(await postgresEvents(shards).prune(() => {})).toBe(2);
    const { rows: kept } = await sql<{ event_id: string }>`
      delete from test.unmatched_event returning event_id`.execute(db);
    expect(kept.map(({ event_id: id }) => id).toSorted()).toEqual(['evt_1', 'evt_170']);
  });

  it('tell which of Stripe’s events are worth a look: none that was seen, or that the payment knows of by itself', async () => {
    const shards = connected();
    const [sold, doubtful] = [7, 9].map((bucket) => orderIdOf({ at: new Date(), bucket, random: randomBytes(8) }));
    const insert = (id: string | undefined, bucket: number, status: string, isInDoubt: boolean) =>
      sql`
      insert into test.payment (bucket, order_id, version, status, amount_minor, currency, description, intent_id, in_doubt)
      values (${bucket}, ${id}, 1, ${status}, 2500, 'EUR', 'Order', 'pi_1', ${isInDoubt})`.execute(db);
    await insert(sold, 7, 'captured', false);
    await insert(doubtful, 9, 'authorized', true);
    await sql`insert into test.stripe_event (bucket, event_id, order_id, type, source)
      values (7, 'evt_seen', ${sold}, 'refund.updated', 'webhook')`.execute(db);
    const event = (id: string, status: ProviderEvent['status'], more: Partial<ProviderEvent> = {}): ProviderEvent => ({
      id,
      status,
      type: 'payment_intent.succeeded',
      created: 1,
      intentId: 'pi_1',
      orderId: sold,
      scope: 'acme',
      ...more,
    });
    const page = [
      event('evt_seen', undefined),
      event('evt_reserved', 'authorized'),
      event('evt_taken', 'captured'),
      event('evt_refund', undefined),
      event('evt_bank', 'requires-action'),
      event('evt_of_another_intent', 'captured', { intentId: 'pi_2' }),
      event('evt_of_one_in_doubt', 'authorized', { orderId: doubtful }),
      event('evt_of_nobody', 'captured', { orderId: undefined }),
      event('evt_too_early', 'captured', { orderId: orderIdOf({ at: new Date(), bucket: 7, random: randomBytes(8) }) }),
    ];
    const news = await postgresEvents(shards).unseen(page, () => {});
    expect(news.map(({ id }) => id)).toEqual([
      'evt_refund',
      'evt_bank',
      'evt_of_another_intent',
      'evt_of_one_in_doubt',
      'evt_of_nobody',
      'evt_too_early',
    ]);
  });

  const orderId = '019a2b4c-7d10-8f3a-9c1e-5b2f7a6d8e90';
  const of = { bucket: 3, order_id: orderId };
  const queries: Record<string, (on: Kysely<Tables>) => CompiledQuery> = {
    'a payment': (on) =>
      on.selectFrom('payment').select('version').where('bucket', '=', 3).where('order_id', '=', orderId).compile(),
    'its refunds': (on) => refundsQuery(on, of).compile(),
    'its open calls': (on) => openCallsQuery(on, of).compile(),
    'payments in doubt': (on) => inDoubtQuery(100).compile(on),
    'an event that was seen': (on) => seenQuery(on, 3, 'evt_1').compile(),
    'events that were seen': (on) => seenAmongQuery([{ id: 'evt_1', bucket: 3, orderId }]).compile(on),
    'parked events': (on) => parkedQuery(100).compile(on),
    'old events': (on) => pruneQuery.compile(on),
    'old events of nobody': (on) => pruneUnmatchedQuery.compile(on),
  };

  it.each(Object.keys(queries))('have an index for %s', async (name) => {
    const plan = await db.transaction().execute(async (tx) => {
      await sql`set local search_path = test`.execute(tx);
      // An empty table is read as a whole unless it must not be.
      await sql`set local enable_seqscan = off`.execute(tx);
      const { sql: text, parameters } = queries[name]!(tx);
      const { rows } = await sql<Record<string, string>>`explain ${withParameters(text, parameters)}`.execute(tx);
      return rows.map((row) => row['QUERY PLAN']).join('\n');
    });
    expect(plan).toMatch(/Index/);
    expect(plan).not.toMatch(/Seq Scan on (payment|refund|stripe_|unmatched)/);
  });
});

/** Parts of a statement with its parameters in their places. */
function withParameters(text: string, parameters: readonly unknown[]): RawBuilder<unknown> {
  const parts = text.split(/\$(\d+)/);
  const pieces = parts.map((part, index) => (index % 2 === 0 ? sql.raw(part) : sql`${parameters[Number(part) - 1]}`));
  return sql.join(pieces, sql.raw(''));
}
