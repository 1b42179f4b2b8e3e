import { contractionsIn } from '@storefront/kit/migrations';
import { bucketOf, connectShards, type Shards } from '@storefront/kit/postgres';
import { createLog } from '@storefront/kit/log';
import { columnProblems, testShards, testStores, whyNoShards, type TestShards } from '@storefront/kit/testing';
import { sql, type CompiledQuery, type Kysely } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postgresCarrierRates, pruneRatesQuery, selectRates } from '../src/store/carrier-rates.ts';
import {
  dueQuery,
  leaseShipment,
  selectAttempts,
  selectOrder,
  selectParcel,
  selectScans,
  selectShipment,
} from '../src/store/queries.ts';
import type { Tables } from '../src/store/tables.ts';
import { anOrder, migrations } from './open-shipping.ts';

it('migrations only expand', async () => expect(await contractionsIn(migrations)).toEqual([]));

describe.skipIf(!testStores?.orders)(`the schema ${whyNoShards}`, () => {
  let servers: TestShards;
  let shards: Shards<Tables>;
  let db: Kysely<Tables>;
  beforeAll(async () => {
    servers = await testShards({ migrations });
    const log = createLog({ service: 'test', level: 'silent' });
    const { shards: settings, username, password } = servers;
    shards = connectShards<Tables>({ shards: settings, username, password, log, name: 'test' });
    db = shards.all()[0]?.db as Kysely<Tables>;
    await fill(db);
    for (const table of ['shipment', 'label_attempt', 'tracking_event', 'carrier_rates'])
      await sql`analyze ${sql.table(`test.${table}`)}`.execute(admin());
  });
  const admin = () => servers.admin(servers.shards[0]?.name ?? '');
  afterAll(async () => {
    await shards?.close();
    await servers?.close();
  });

  it('has the columns that the row types say', async () => {
    const problems = await columnProblems<Omit<Tables, 'outbox' | 'inbox'>>(admin(), 'test', {
      shipment: {
        bucket: 'int2',
        id: 'uuid',
        order_id: 'uuid',
        parcel: 'int4',
        version: 'int4',
        status: 'text',
        carrier: 'text',
        service: 'text',
        address: 'jsonb',
        weight_grams: 'int4',
        order_reference: 'text',
        price_minor: 'int8 null',
        price_currency: 'text null',
        carrier_id: 'text null',
        tracking_code: 'text null',
        tracking_url: 'text null',
        label_url: 'text null',
        refusal: 'text null',
        void_wanted_at: 'timestamptz null',
        handed_over_at: 'timestamptz null',
        delivered_at: 'timestamptz null',
        created_at: 'timestamptz',
        updated_at: 'timestamptz',
        tries: 'int4',
        due_at: 'timestamptz null',
        lease: 'uuid null',
      },
      label_attempt: {
        bucket: 'int2',
        shipment_id: 'uuid',
        attempt: 'int4',
        carrier_id: 'text',
        rate_id: 'text',
        price_minor: 'int8',
        price_currency: 'text',
        state: 'text',
        asked_at: 'timestamptz',
        closed_at: 'timestamptz null',
      },
      tracking_event: {
        bucket: 'int2',
        shipment_id: 'uuid',
        at: 'timestamptz',
        status: 'text',
        message: 'text',
        place: 'text null',
      },
      carrier_rates: { bucket: 'int2', key: 'text', rates: 'jsonb', asked_at: 'timestamptz' },
    });
    expect(problems).toEqual([]);
  });

  const place = { orderId: anOrder(), parcel: 1 };
  const ref = { bucket: 7, id: anOrder() };
  const now = new Date();
  const lease = { lease: '00000000-0000-4000-8000-000000000000', now };
  const queries: [string, (on: Kysely<Tables>) => Explained][] = [
    ['the parcels of an order', (on) => selectOrder(on, place.orderId)],
    ['one of them', (on) => selectParcel(on, place)],
    ['one by its id', (on) => selectShipment(on, ref)],
    ['its scans', (on) => selectScans(on, ref)],
    ['its attempts', (on) => selectAttempts(on, ref)],
    ['what is due', () => dueQuery(8, now)],
    ['a lease', (on) => leaseShipment(on, ref, lease)],
    ['a lease before it is due', (on) => leaseShipment(on, ref, { ...lease, early: true })],
    ['the rates of a parcel', (on) => selectRates(on, 'a key')],
    ['old rates', () => pruneRatesQuery(new Date(now.getTime() - 86_400_000))],
  ];
  it.each(queries)('finds %s by an index', async (_, query) => {
    expect(await scansOf(query(db))).toEqual([]);
  });

  it('is rid of all old rates at once, however many there are', async () => {
    const before = new Date(Date.now() - 50_000_000);
    const count = async (where: string) => {
      const counting = sql<{ count: number }>`select count(*)::int as count from carrier_rates where ${sql.raw(where)}`;
      return (await counting.execute(db)).rows[0]?.count;
    };
    const old = `asked_at < '${before.toISOString()}'`;
    const [kept, found] = [await count(`not ${old}`), await count(old)];
    expect(found).toBeGreaterThan(5_000);
    const onError = (_: string, error: unknown) => expect.fail(String(error));
    await postgresCarrierRates(shards).prune(before, { signal: new AbortController().signal, onError });
    expect([await count(`not ${old}`), await count(old)]).toEqual([kept, 0]);
  });

  it('would notice a query without one', async () => {
    expect(await scansOf(sql`SELECT * FROM shipment WHERE tracking_code = 'x'`)).toEqual(['shipment']);
  });

  /** Tables that a query reads from end to end. */
  async function scansOf(query: Explained): Promise<string[]> {
    const { sql: text, parameters } = query.compile(db);
    const explain = sql.raw<{ 'QUERY PLAN': unknown }>(`explain (format json) ${inlined(text, parameters)}`);
    const { rows } = await explain.execute(db);
    return (
      JSON.stringify(rows)
        .match(/"Seq Scan"[^}]*?"Relation Name":"\w+"/g)
        ?.map((found) => /(\w+)"$/.exec(found)?.[1] ?? '') ?? []
    );
  }
});

/** What the builder and a template have in common. */
type Explained = { compile(db: Kysely<Tables>): CompiledQuery };

/** Parameters as literals: the planner is to see what it sees in earnest. */
function inlined(text: string, parameters: readonly unknown[]): string {
  return text.replace(/\$(\d+)/g, (_, index: string) => {
    const value = parameters[Number(index) - 1];
    if (value instanceof Date) return `'${value.toISOString()}'::timestamptz`;
    return typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : String(value);
  });
}

/** As many rows as make a scan more costly than an index. */
async function fill(db: Kysely<Tables>): Promise<void> {
  const bucket = bucketOf('a key');
  for (const statement of [
    `INSERT INTO shipment SELECT n % 1000, gen_random_uuid(), gen_random_uuid(), 1, 1, 'labelled', 'c', 's', '{}', 1, '', null, null,
       null, null, null, null, null, null, null, null, now(), now(), 0, CASE WHEN n % 100 = 0 THEN now() + n * interval '1 s' END, null
     FROM generate_series(1, 20000) n`,
    `INSERT INTO label_attempt SELECT n % 1000, gen_random_uuid(), 1, 'c', 'r', 1, 'EUR', 'bought', now(), now() FROM generate_series(1, 20000) n`,
    `INSERT INTO tracking_event SELECT n % 1000, gen_random_uuid(), now(), 'labelled', 'm', null FROM generate_series(1, 20000) n`,
    `INSERT INTO carrier_rates SELECT ${bucket}, 'k' || n, '{}', now() - n * interval '4 s' FROM generate_series(1, 20000) n`,
  ])
    await sql.raw(statement).execute(db);
}
