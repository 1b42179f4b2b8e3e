import { createRequire } from 'node:module';
import { randomUUID } from 'node:crypto';
import { contractionsIn } from '@storefront/kit/migrations';
import { columnProblems, eventually, whyNoBroker } from '@storefront/kit/testing';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { takeDueSteps } from '../src/store/due-steps.ts';
import { takeDueMails } from '../src/store/mails.ts';
import { migrations, openShop, type Shop } from './shop.ts';
import type { Tables } from '../src/store/tables.ts';

type Statement = { text: string };
/** kit's driver. */
const { Client } = createRequire(import.meta.url)('pg') as {
  Client: { prototype: { query: (statement: Statement | string) => unknown } };
};
const sent = vi.spyOn(Client.prototype, 'query');

/** What was asked of the servers since the last look; without what relay, sweeps and checks of the map ask by themselves. */
function statements(): string[] {
  const texts = sent.mock.calls.map(([statement]) => (typeof statement === 'string' ? statement : statement.text));
  sent.mockClear();
  const isBackground =
    /lease_outbox|routing\.bucket_owner o|^select order_id from (saga_step|mail) |^select bucket, epoch|unnest|pg_|current_schema|prune/i;
  return texts.filter((text) => !isBackground.test(text)).map((text) => text.replace(/\s+/g, ' ').toLowerCase());
}

/** What a statement does in the end, whatever else it writes on the way. */
function nameOf(text: string): string {
  const [, verb = text, table = ''] = /.*\b(insert into|update) "(orders|outbox|mail)" (?:\(|set)/.exec(text) ?? [];
  return `${verb.replace(' into', '')} ${table}`;
}

it('migrations only expand', async () => expect(await contractionsIn(migrations)).toEqual([]));

describe.skipIf(whyNoBroker)(`how orders are stored ${whyNoBroker}`, () => {
  let shop: Shop;
  beforeAll(async () => {
    // A mail server so near that each mail has left before its order is changed next; a machine at work may take longer than 200 ms.
    shop = await openShop({ mail: { send: async () => {}, close() {} }, joinWithin: '5s' });
  });
  afterEach(() => sent.mockClear());
  afterAll(() => shop?.close());
  const db = () => shop.shards.admin(shop.shards.shards[0]?.name ?? '');

  it('the migrated columns are those of the row types', async () => {
    const key = { bucket: 'int2', order_id: 'uuid' } as const;
    expect(
      await columnProblems<Omit<Tables, 'inbox' | 'outbox' | 'idempotency'>>(db(), 'test', {
        orders: {
          ...key,
          number: 'text',
          buyer_id: 'uuid',
          cart_id: 'uuid',
          version: 'int4',
          state: 'text',
          status: 'text',
          payment_status: 'text',
          fulfilment_status: 'text',
          currency: 'text',
          total_minor: 'int8',
          captured_minor: 'int8',
          refunded_minor: 'int8',
          email: 'text',
          address: 'jsonb',
          shipping: 'jsonb',
          totals: 'jsonb',
          weight_grams: 'int4',
          payment: 'jsonb',
          cancellation: 'jsonb null',
          sequence: 'int4',
          placed_with: 'text',
          placed_at: 'timestamptz',
          updated_at: 'timestamptz',
        },
        order_line: {
          ...key,
          line: 'int2',
          sku: 'text',
          product_id: 'uuid',
          slug: 'text',
          name: 'text',
          options: 'jsonb',
          image: 'jsonb null',
          units: 'int4',
          unit_price_minor: 'int8',
          totals: 'jsonb',
        },
        payment_attempt: { ...key, attempt: 'int2', method: 'text', status: 'text', made_at: 'timestamptz' },
        shipment: {
          ...key,
          parcel: 'int2',
          shipment_id: 'uuid',
          version: 'int4',
          status: 'text',
          carrier: 'text',
          service: 'text',
          tracking_code: 'text null',
          tracking_url: 'text null',
          handed_over_at: 'timestamptz null',
          delivered_at: 'timestamptz null',
        },
        refund: {
          ...key,
          refund_id: 'uuid',
          amount_minor: 'int8',
          status: 'text',
          includes_shipping: 'bool',
          restock: 'bool',
          reason: 'text',
          made_at: 'timestamptz',
        },
        refund_line: { ...key, refund_id: 'uuid', line: 'int2', units: 'int4' },
        saga_step: {
          ...key,
          saga: 'text',
          step: 'text',
          attempt: 'int2',
          status: 'text',
          turned_from: 'text null',
          request: 'jsonb null',
          reason: 'text null',
          tries: 'int4',
          due_at: 'timestamptz',
          deadline_at: 'timestamptz null',
          updated_at: 'timestamptz',
        },
        order_history: { ...key, sequence: 'int4', what: 'text', at: 'timestamptz' },
        mail: {
          ...key,
          kind: 'text',
          status: 'text',
          tries: 'int4',
          due_at: 'timestamptz',
          sent_at: 'timestamptz null',
        },
        order_anomaly: { ...key, anomaly_id: 'uuid', what: 'text', details: 'jsonb', at: 'timestamptz' },
      }),
    ).toEqual([]);
  });

  it('placing takes two transactions, the whole way to the captured payment and its mail two more', async () => {
    const isThrough = async (orderId: string) => {
      const steps = await shop.rows('saga_step', orderId);
      expect(steps.some((row) => row['step'] === 'hand-over')).toBe(true);
      expect(await shop.rows('mail', orderId)).toMatchObject([{ status: 'sent' }]);
    };
    const { orderId: before } = await shop.place('pm_card_ok');
    await eventually(() => isThrough(before));
    const cart = shop.fill();
    shop.peers.payment.knobs.next('PUT /payments/:orderId', 'hang');
    sent.mockClear();
    const { body } = await shop.post(cart, { paymentMethod: 'pm_card_ok' });
    const placing = statements();
    // Each commits by itself: key and order with all that belongs to it; the order with what came of the reservation, and the answer.
    expect(placing.map(nameOf)).toEqual(['insert orders', 'update orders']);
    // What has a star is parsed and planned each time.
    expect(placing.filter((text) => text.includes('*'))).toEqual([]);
    shop.peers.payment.knobs.release();
    await eventually(() => isThrough(body.orderId));
    const later = statements().filter((text) => !text.includes('"test".'));
    const writes = later
      .filter((text) => !/^(begin|commit|select)/.test(text))
      .map(nameOf)
      .toSorted();
    expect(writes).toEqual(['update orders', 'update orders']);
    expect(later).not.toContain('begin');
    // Nothing is read again of what is at hand; before money is taken, one look whether it is still wanted.
    const reads = later.filter((text) => text.startsWith('select'));
    expect(reads).toEqual(['select "version" from "orders" where "bucket" = $1 and "order_id" = $2']);
  });

  it('a change of an order leaves its indexes alone', async () => {
    const placed = await Promise.all(Array.from({ length: 10 }, () => shop.place('pm_card_ok')));
    for (const { orderId } of placed) await shop.reached(orderId, 'captured');
    await eventually(
      async () => {
        const counts = shop.shards.shards.map(({ name }) =>
          sql<{ changed: number; inPlace: number }>`select n_tup_upd::int as changed, n_tup_hot_upd::int as "inPlace"
          from pg_stat_user_tables where schemaname = 'test' and relname = 'orders'`.execute(shop.shards.admin(name)),
        );
        const rows = (await Promise.all(counts)).flatMap((one) => one.rows);
        const sum = (key: 'changed' | 'inPlace') => rows.reduce((total, row) => total + row[key], 0);
        expect(sum('changed')).toBeGreaterThanOrEqual(30);
        expect(sum('inPlace')).toBeGreaterThan(0.6 * sum('changed'));
        // An idle connection tells its counts after ten seconds.
      },
      { within: '15s' },
    );
  });

  it('what looks each second whether anything is due is not planned each time', async () => {
    const [shard] = shop.deps.shards.all();
    await eventually(async () => {
      await takeDueSteps(shard!, new Date(), 1);
      await takeDueMails(shard!, new Date(), 1);
      const { rows } = await sql<{ planned: number; reused: number }>`select custom_plans::int as planned,
        generic_plans::int as reused from pg_prepared_statements where statement ~ '^select order_id from (saga_step|mail) '`.execute(
        shard!.db,
      );
      expect(rows).toHaveLength(2);
      for (const { planned, reused } of rows) expect(reused).toBeGreaterThan(planned);
    });
  });

  it('every query finds what it looks for by an index', async () => {
    sent.mockClear();
    const { orderId, buyerId, cartId } = await shop.place('pm_card_3ds');
    await shop.ask('GET', `/orders/${orderId}?waitFor=payment`, { token: orderId });
    const list = () => shop.ask<{ nextCursor: string | null }>('GET', '/orders?limit=1', { sub: buyerId });
    const other = shop.fill();
    shop.peers.cart.carts.set(other.cartId, { ...other, buyerId });
    await shop.post({ ...other, buyerId });
    const cursor = encodeURIComponent((await list()).body.nextCursor ?? '');
    await shop.ask('GET', `/orders?limit=1&cursor=${cursor}`, { sub: buyerId });
    expect((await shop.post(shop.peers.cart.carts.get(cartId)!)).status).toBe(409);
    await shop.peers.payment.approve(orderId);
    await shop.reached(orderId, 'captured');
    await shop.ask('POST', `/orders/${orderId}/refunds`, { body: { reason: 'x' }, key: randomUUID(), merchant: true });
    await shop.ask('POST', `/orders/${orderId}/cancel`, { body: {}, token: orderId });
    await shop.reached(orderId, 'cancelled');
    const textsAsked = () =>
      new Set(sent.mock.calls.flatMap(([one]) => (typeof one === 'object' && isOurs(one.text) ? one.text : [])));
    // A mail about a bank is due, and a step that waits for it.
    await shop.place('pm_card_3ds');
    await eventually(async () => {
      shop.travel(121_000);
      const all = [...textsAsked()].join(' ');
      expect(all).toContain('update saga_step s');
      expect(all).toContain('update mail m');
    });
    const asked = textsAsked();
    expect(asked.size).toBeGreaterThan(15);
    const problems = await Promise.all([...asked].map((text) => scansOf(text)));
    expect(problems.flat()).toEqual([]);
    expect(await scansOf('select order_id from orders where email = $1')).toHaveLength(1);
  });

  const tables =
    'orders|order_line|saga_step|order_history|mail|shipment|refund|refund_line|payment_attempt|order_anomaly';
  const isOurs = (text: string) => new RegExp(`(from|into|update|join) "?(${tables})\\b`).test(text);

  /** What reads one of our tables without a condition on an index, even when that is made as dear as can be. */
  async function scansOf(text: string): Promise<string[]> {
    const plan = await db()
      .transaction()
      .execute(async (tx) => {
        await sql`select set_config('enable_seqscan', 'off', true), set_config('search_path', 'test', true)`.execute(
          tx,
        );
        const { rows } = await sql
          .raw<Record<string, unknown>>(`explain (generic_plan, format json) ${text}`)
          .execute(tx);
        return rows[0]?.['QUERY PLAN'];
      });
    return nodesOf(plan)
      .filter(
        (node) =>
          new RegExp(`^(${tables})$`).test(String(node['Relation Name'])) && node['Node Type'].endsWith(' Scan'),
      )
      .filter((node) => !('Index Cond' in node) && !('Recheck Cond' in node))
      .map((node) => `${node['Node Type']} of ${String(node['Relation Name'])}: ${text}`);
  }
});

type PlanNode = { 'Node Type': string; Plans?: PlanNode[]; 'Relation Name'?: string };

function nodesOf(plan: unknown): PlanNode[] {
  const walk = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(walk)];
  return (plan as { Plan: PlanNode }[]).flatMap(({ Plan }) => walk(Plan));
}
