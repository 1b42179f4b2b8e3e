import { randomBytes } from 'node:crypto';

import pg from 'pg';

import type {
  AppliedSeen,
  BucketSeen,
  EventSeen,
  MailSeen,
  OrderRefundSeen,
  OrderSeen,
  PaymentSeen,
  RefundSeen,
  RunSeen,
  ShipmentSeen,
} from '../snapshot.ts';
import type { Target } from '../target.ts';

/** What one shard has. */
export type ShardSeen = {
  buckets: BucketSeen[];
  orders: OrderSeen[];
  runs: RunSeen[];
  orderRefunds: OrderRefundSeen[];
  mails: MailSeen[];
  payments: PaymentSeen[];
  paymentRefunds: RefundSeen[];
  shipments: ShipmentSeen[];
  sent: EventSeen[];
  applied: AppliedSeen[];
};

export type ShardReader = { look(): Promise<ShardSeen>; close(): Promise<void> };

/** Services and the schemas that they own. */
export const schemas = { order: 'orders', payment: 'payment', shipping: 'shipping' } as const;
const { escapeIdentifier: identifier, escapeLiteral: literal } = pg;

export async function openShard(scope: string, shard: Target['orders'][number]): Promise<ShardReader> {
  const reader = await openReader(scope, shard);
  return {
    async look() {
      const client = await reader.pool.connect();
      try {
        return await lookAt(client, shard.name);
      } finally {
        client.release();
      }
    },
    close: () => reader.close(),
  };
}

/** A role that may read the schemas of one shard and nothing else, and connections as that role. `close` drops it. */
export async function openReader(
  scope: string,
  shard: Target['orders'][number],
): Promise<{ pool: pg.Pool; close(): Promise<void> }> {
  const auditor = {
    username: `${scope}-auditor-${randomBytes(3).toString('hex')}`,
    password: randomBytes(16).toString('hex'),
  };
  await ask(shard, grantsTo(auditor, new URL(shard.url)));
  const pool = connect(shard.url, auditor);
  return {
    pool,
    async close() {
      await pool.end();
      const role = identifier(auditor.username);
      await ask(shard, [`DROP OWNED BY ${role}`, `DROP ROLE ${role}`]);
    },
  };
}

/** As the administrator, one after another. */
async function ask(shard: Target['orders'][number], statements: readonly string[]): Promise<void> {
  const admin = connect(shard.url, shard);
  try {
    for (const statement of statements) await admin.query(statement);
  } finally {
    await admin.end();
  }
}

function grantsTo({ username, password }: { username: string; password: string }, { pathname }: URL): string[] {
  const role = identifier(username);
  return [
    `CREATE ROLE ${role} LOGIN PASSWORD ${literal(password)}`,
    `ALTER ROLE ${role} SET default_transaction_read_only = on`,
    // To drop what was granted to it, an administrator who is no superuser must be able to act for it.
    `GRANT ${role} TO CURRENT_USER`,
    `GRANT CONNECT ON DATABASE ${identifier(decodeURIComponent(pathname.slice(1)))} TO ${role}`,
    `GRANT USAGE ON SCHEMA routing TO ${role}`,
    `GRANT SELECT ON routing.bucket_owner TO ${role}`,
    ...Object.values(schemas).flatMap((schema) => [
      `GRANT USAGE ON SCHEMA ${identifier(schema)} TO ${role}`,
      `GRANT SELECT ON ALL TABLES IN SCHEMA ${identifier(schema)} TO ${role}`,
    ]),
  ];
}

/** One connection at a time, and another one where the server died in between. */
function connect(url: string, { username, password }: { username: string; password: string }): pg.Pool {
  const { hostname, port, pathname } = new URL(url);
  const pool = new pg.Pool({
    max: 1,
    host: hostname,
    port: Number(port),
    database: decodeURIComponent(pathname.slice(1)),
    user: username,
    password,
    application_name: 'auditor',
    connectionTimeoutMillis: 5_000,
    statement_timeout: 30_000,
  });
  pool.on('error', () => undefined);
  return pool;
}

/** All of it as of one moment: an order and what is to be done for it change together. */
async function lookAt(client: pg.PoolClient, shard: string): Promise<ShardSeen> {
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  try {
    const rows = async <Row>(text: string): Promise<Row[]> => (await client.query(text)).rows as Row[];
    const onShard = async <Row>(text: string) => (await rows<Row>(text)).map((row) => ({ ...row, shard }));
    return {
      buckets: (await onShard<BucketSeen>(statements.buckets)) as BucketSeen[],
      orders: (await onShard<OrderSeen>(statements.orders)) as OrderSeen[],
      runs: await rows(statements.runs),
      orderRefunds: await rows(refundsOf(schemas.order, ', restock')),
      mails: await rows(statements.mails),
      payments: (await onShard<PaymentSeen>(statements.payments)) as PaymentSeen[],
      paymentRefunds: await rows(refundsOf(schemas.payment)),
      shipments: (await onShard<ShipmentSeen>(statements.shipments)) as ShipmentSeen[],
      sent: await rows(union(outboxOf)),
      applied: (await onShard<AppliedSeen>(union(inboxOf))) as AppliedSeen[],
    };
  } finally {
    await client.query('ROLLBACK');
  }
}

/** Sums of money are int8, which the driver gives as text. */
const statements = {
  buckets: `SELECT bucket, epoch::float8 AS epoch FROM routing.bucket_owner WHERE mode = 'rw'`,
  orders: `
    SELECT bucket, order_id AS "orderId", number, cart_id AS "cartId", state, currency,
      total_minor::float8 AS "totalMinor", captured_minor::float8 AS "capturedMinor", refunded_minor::float8 AS "refundedMinor",
      goods.units AS goods, placed_at AS "placedAt", sequence, history.entries
    FROM orders.orders
    CROSS JOIN LATERAL (
      SELECT coalesce(jsonb_object_agg(sku, units), '{}') AS units
      FROM (SELECT sku, sum(units)::int AS units FROM orders.order_line line
        WHERE line.bucket = orders.bucket AND line.order_id = orders.order_id GROUP BY sku) AS lines) AS goods
    CROSS JOIN LATERAL (
      SELECT count(*)::int AS entries FROM orders.order_history entry
      WHERE entry.bucket = orders.bucket AND entry.order_id = orders.order_id) AS history`,
  runs: `
    SELECT order_id AS "orderId", saga, step, status, due_at AS "dueAt", deadline_at AS "deadlineAt"
    FROM orders.saga_step WHERE status IN ('open', 'parked')`,
  mails: `SELECT order_id AS "orderId", kind, status, due_at AS "dueAt" FROM orders.mail`,
  payments: `
    SELECT order_id AS "orderId", status, intent_id AS "intentId", coalesce(captured_minor, 0)::float8 AS "capturedMinor"
    FROM payment.payment`,
  shipments: `SELECT id AS "shipmentId", order_id AS "orderId", parcel, status FROM shipping.shipment`,
};

const refundsOf = (schema: string, more = ''): string =>
  `SELECT order_id AS "orderId", refund_id AS "refundId", amount_minor::float8 AS "amountMinor", status${more} FROM ${schema}.refund`;

const outboxOf = (service: string, schema: string): string =>
  `SELECT '${service}' AS service, id AS "messageId", type, aggregateid AS subject, sent_at IS NOT NULL AS "isSent" FROM ${schema}.outbox`;

const inboxOf = (_: string, schema: string): string =>
  `SELECT consumer, message_id AS "messageId" FROM ${schema}.inbox`;

const union = (select: (service: string, schema: string) => string): string =>
  Object.entries(schemas)
    .map(([service, schema]) => select(service, schema))
    .join(' UNION ALL ');
