import { bucketOfOrderId } from '@storefront/commerce/order-ids';
import type { Shards } from '@storefront/kit/postgres';
import { sql, type Kysely } from 'kysely';
import type { PaymentRecord, PaymentState } from '../domain/payment.ts';
import type { Change, Plan } from '../domain/plans.ts';
import { until, writeChange, type Tx, type WriteOptions } from './change.ts';
import { begunBy, insertBegun, insertOpened, type Opening } from './opening.ts';
import { askEachShard, type OnLostShard } from './each-shard.ts';
import { toCall, toPayment, toRefund } from './rows.ts';
import type { Tables } from './tables.ts';

/**
 * `leased`: the plan is written, and nobody else calls Stripe for this order until the lease is given back or ends. `done`: there
 * is nothing to do. `held`: somebody else has it.
 */
export type Acquired =
  | { kind: 'leased'; state: PaymentState }
  | { kind: 'done'; state: PaymentState }
  | { kind: 'held' }
  | { kind: 'missing' };

export type Lease = { token: string; plan: Plan; opening?: Opening; keep?: boolean };
type Options = Omit<WriteOptions, 'lookAfterMs'>;

export type Known = Pick<PaymentRecord, 'version' | 'status' | 'isInDoubt' | 'intentId'>;

/** Payments of orders; the row's lease keeps calls to Stripe for one order apart. */
export type Payments = {
  /** Takes the lease and writes what the plan makes of the payment, in one transaction; with `keep` also if that is nothing. */
  acquire(orderId: string, lease: Lease): Promise<Acquired>;
  /** What the holder of the lease found out; throws `lease-lost`. */
  write(before: PaymentState, change: Change, options: Options): Promise<PaymentState>;
  /** Gives the lease back; a call that is still open is looked at again after `lookInMs`. */
  release(orderId: string, token: string, lookInMs?: number): Promise<void>;
  find(orderId: string): Promise<PaymentState | undefined>;
  /** As little as an event is compared with. */
  known(orderId: string): Promise<Known | undefined>;
  /** Payments with a call that should have ended, on every shard that can be reached. */
  inDoubt(limit: number, onLost: OnLostShard): Promise<{ orderId: string; looks: number }[]>;
};

export type PaymentsOptions = { leaseMs: number; lookAfterMs: number };

export function postgresPayments(shards: Shards<Tables>, { leaseMs, lookAfterMs }: PaymentsOptions): Payments {
  return {
    async acquire(orderId, lease) {
      const begun = await begin(shards, orderId, lease, { leaseMs, lookAfterMs });
      const bucket = bucketOfOrderId(orderId);
      return begun ?? shards.withBucket(bucket, (tx) => acquire(tx, orderId, lease, { leaseMs, lookAfterMs }));
    },
    write: (before, change, options) =>
      shards.withBucket(bucketOfOrderId(before.payment.orderId), (tx) =>
        writeChange(tx, before, change, { ...options, lookAfterMs }),
      ),
    release: (orderId, token, lookInMs) =>
      shards.withBucket(bucketOfOrderId(orderId), (tx) => release(tx, orderId, token, lookInMs)),
    find: (orderId) => {
      const bucket = bucketOfOrderId(orderId);
      return shards.read(bucket, (db) => find(db, bucket, orderId));
    },
    known: (orderId) => {
      const bucket = bucketOfOrderId(orderId);
      return shards.read(bucket, (db) =>
        db
          .selectFrom('payment')
          .select(['version', 'status', 'in_doubt as isInDoubt', 'intent_id as intentId'])
          .where('bucket', '=', bucket)
          .where('order_id', '=', orderId)
          .executeTakeFirst(),
      );
    },
    async inDoubt(limit, onLost) {
      const found = await askEachShard(shards, (db) => inDoubtQuery(limit).execute(db), onLost);
      return found.flatMap(({ rows }) => rows.map(({ order_id: orderId, looks }) => ({ orderId, looks })));
    },
  };
}

const columns = [
  'order_id',
  'version',
  'status',
  'in_doubt',
  'amount_minor',
  'currency',
  'description',
  'attempt',
  'method',
  'return_url',
  'intent_id',
  'next_action',
  'decline',
  'capture_before',
  'captured_minor',
  'cancel_wanted',
  'look_at',
] as const;
type Row = Parameters<typeof toPayment>[0];
type LeasedRow = Pick<Row, (typeof columns)[number]>;

/** The first card of an order, for which there is no payment yet: one statement. Undefined when that is not so. */
async function begin(
  shards: Shards<Tables>,
  orderId: string,
  { token, plan, opening }: Lease,
  options: PaymentsOptions,
): Promise<Acquired | undefined> {
  const begun = opening && begunBy(orderId, opening, plan);
  if (!begun) return undefined;
  const bucket = bucketOfOrderId(orderId);
  const isOpened = await shards.withBucket(bucket, (tx) => insertBegun(tx, begun, { token, ...options }));
  return isOpened ? { kind: 'leased', state: begun.after } : undefined;
}

async function acquire(tx: Tx, orderId: string, lease: Lease, options: PaymentsOptions): Promise<Acquired> {
  const { opening, token } = lease;
  const opened = opening && (await insertOpened(tx, orderId, { opening, token, leaseMs: options.leaseMs }));
  if (opened) return write(tx, opened, lease, options);
  const row = await take(tx, orderId, lease, options);
  if (!row) return (await exists(tx, orderId)) ? { kind: 'held' } : { kind: 'missing' };
  return write(tx, await load(tx, tx.bucket, row), lease, options);
}

/** Writes what the plan makes of the payment; without anything to do at Stripe the lease is given back at once. */
async function write(tx: Tx, state: PaymentState, lease: Lease, { lookAfterMs }: PaymentsOptions): Promise<Acquired> {
  const { token, plan, keep = false } = lease;
  const verdict = plan(state);
  const isChange = verdict !== undefined && verdict !== 'wait';
  const after = isChange ? await writeChange(tx, state, verdict, { token, lookAfterMs, release: !keep }) : state;
  if (keep || after.calls.length > 0) return { kind: 'leased', state: after };
  if (!isChange) await release(tx, state.payment.orderId, token);
  return { kind: 'done', state: after };
}

function take(tx: Tx, orderId: string, { token }: Lease, { leaseMs }: PaymentsOptions): Promise<LeasedRow | undefined> {
  return tx
    .updateTable('payment')
    .set({ lease: token, leased_until: until(leaseMs) })
    .where('bucket', '=', tx.bucket)
    .where('order_id', '=', orderId)
    .where((where) => where.or([where('lease', 'is', null), where('leased_until', '<', sql<Date>`now()`)]))
    .returning(columns)
    .executeTakeFirst();
}

async function exists(tx: Tx, orderId: string): Promise<boolean> {
  const query = tx.selectFrom('payment').select('order_id').where('bucket', '=', tx.bucket);
  return (await query.where('order_id', '=', orderId).executeTakeFirst()) !== undefined;
}

/** Commits. */
async function release(tx: Tx, orderId: string, token: string, lookInMs?: number): Promise<void> {
  const look = lookInMs === undefined ? {} : { look_at: until(lookInMs), looks: sql<number>`looks + 1` };
  await tx.commitWith(
    tx
      .updateTable('payment')
      .set({ lease: null, leased_until: null, ...look })
      .where('bucket', '=', tx.bucket)
      .where('order_id', '=', orderId)
      .where('lease', '=', token),
  );
}

async function find(db: Kysely<Tables>, bucket: number, orderId: string): Promise<PaymentState | undefined> {
  const query = db.selectFrom('payment').select(columns).where('bucket', '=', bucket);
  const row = await query.where('order_id', '=', orderId).executeTakeFirst();
  return row && load(db, bucket, row);
}

/** Only what was captured has refunds, and only what is to be looked at has open calls. */
async function load(db: Kysely<Tables>, bucket: number, row: LeasedRow): Promise<PaymentState> {
  const { order_id: orderId, status, look_at: lookAt } = row;
  const of = { bucket, order_id: orderId };
  const refunds = status === 'captured' ? await refundsQuery(db, of).execute() : [];
  const calls = lookAt === null ? [] : await openCallsQuery(db, of).execute();
  return { payment: toPayment(row as Row), refunds: refunds.map(toRefund), calls: calls.map(toCall) };
}

type Of = { bucket: number; order_id: string };

const refundColumns = [
  'refund_id',
  'amount_minor',
  'currency',
  'status',
  'stripe_id',
  'reason',
  'failure',
  'created_at',
] as const;

export const refundsQuery = (db: Kysely<Tables>, of: Of) =>
  db
    .selectFrom('refund')
    .select(refundColumns)
    .where('bucket', '=', of.bucket)
    .where('order_id', '=', of.order_id)
    .orderBy('created_at')
    .orderBy('refund_id');

export const openCallsQuery = (db: Kysely<Tables>, of: Of) =>
  db
    .selectFrom('stripe_call')
    .select(['key', 'operation', 'subject', 'parameters', 'sent_at'])
    .where('bucket', '=', of.bucket)
    .where('order_id', '=', of.order_id)
    .where('settled_at', 'is', null)
    .orderBy('sent_at');

/** Only in buckets that the shard may write. */
export const inDoubtQuery = (limit: number) => sql<{ order_id: string; looks: number }>`
  select p.order_id, p.looks from payment p join routing.bucket_owner o on o.bucket = p.bucket and o.mode = 'rw'
  where p.look_at < now() and (p.lease is null or p.leased_until < now()) order by p.look_at limit ${limit}`;
