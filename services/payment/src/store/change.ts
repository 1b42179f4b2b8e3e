import { outbox } from '@storefront/kit/broker';
import type { BucketTransaction } from '@storefront/kit/postgres';
import { sql } from 'kysely';
import { isDeepStrictEqual } from 'node:util';
import { leaseLost, refusedByStripe } from '../domain/errors.ts';
import { isOpen, viewOf, type PaymentRecord, type PaymentState } from '../domain/payment.ts';
import type { Change } from '../domain/plans.ts';
import type { Call } from '../domain/provider.ts';
import type { RefundRecord } from '../domain/refunds.ts';
import { paymentChanged } from '../events/payment-changed.ts';
import { callRow, paymentColumns, refundRow } from './rows.ts';
import type { EventSource, Tables } from './tables.ts';

export type Tx = BucketTransaction<Tables>;

export type WriteOptions = {
  /** Who holds the lease; somebody else's is `lease-lost`. */
  token: string;
  /** Gives the lease back once no call is open. */
  release?: boolean;
  /** Tells the fleet, if others see a difference: who asked for it is told by the answer. */
  publish?: boolean;
  /** Why: seen once. */
  event?: { id: string; type: string; source: EventSource };
  /** How long a call may be open before somebody looks at Stripe. */
  lookAfterMs: number;
};

/** The state after the change; nothing is written. */
export function changed(state: PaymentState, change: Change): PaymentState {
  const { payment = state.payment, refunds = state.refunds, begin, settle = [] } = change;
  const open = state.calls.filter(({ key }) => !settle.some((settled) => settled.key === key));
  const next: PaymentState = { payment, refunds, calls: begin ? [...open, begin] : open };
  const isSeen = !isDeepStrictEqual(viewOf(next), viewOf(state));
  return isSeen ? { ...next, payment: { ...payment, version: state.payment.version + 1 } } : next;
}

/** Writes a change in one transaction, provided that the lease is still the writer's. */
export async function writeChange(
  tx: Tx,
  before: PaymentState,
  change: Change,
  options: WriteOptions,
): Promise<PaymentState> {
  const after = changed(before, change);
  await updatePayment(tx, after, change, options);
  if (change.begin) await insertCall(tx, after.payment.orderId, change.begin);
  if (change.settle?.length) await settleCalls(tx, change.settle);
  await writeAttempt(tx, before.payment, after.payment);
  await writeRefunds(tx, after.payment.orderId, before.refunds, after.refunds);
  if (options.event) await insertEvent(tx, after.payment.orderId, options.event);
  const isSeen = after.payment.version !== before.payment.version;
  if (options.publish && isSeen) await outbox(tx, paymentChanged(viewOf(after)));
  return after;
}

async function updatePayment(tx: Tx, after: PaymentState, change: Change, options: WriteOptions): Promise<void> {
  const { token, release = false, lookAfterMs } = options;
  const isOver = after.calls.length === 0;
  const look = isOver
    ? { look_at: null, looks: 0 }
    : change.begin
      ? { look_at: sql<Date>`now() + make_interval(secs => ${lookAfterMs / 1000})` }
      : {};
  const lease = release && isOver ? { lease: null, leased_until: null } : {};
  const { numUpdatedRows } = await tx
    .updateTable('payment')
    .set({ ...paymentColumns(after.payment), ...look, ...lease, updated_at: sql<Date>`now()` })
    .where('bucket', '=', tx.bucket)
    .where('order_id', '=', after.payment.orderId)
    .where('lease', '=', token)
    .executeTakeFirstOrThrow();
  if (numUpdatedRows === 0n) throw leaseLost();
}

/** A call with this key that is settled already was refused: it would be refused again. */
async function insertCall(tx: Tx, orderId: string, call: Call): Promise<void> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('stripe_call')
    .values(callRow({ bucket: tx.bucket, orderId }, call))
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirstOrThrow();
  if (numInsertedOrUpdatedRows === 0n) throw refusedByStripe(call.operation);
}

/** Nobody sends it any more: the link in it, which opens the order, is not kept. */
const parametersOfSettled = sql<string>`
  case when operation = 'confirm' then (parameters::jsonb - 'return_url')::text else parameters end`;

async function settleCalls(tx: Tx, settled: NonNullable<Change['settle']>): Promise<void> {
  for (const { key, outcome } of settled)
    await tx
      .updateTable('stripe_call')
      .set({ settled_at: sql<Date>`now()`, outcome, parameters: parametersOfSettled })
      .where('bucket', '=', tx.bucket)
      .where('key', '=', key)
      .execute();
}

/** The history of cards: a row when one is tried, and what came of it. */
async function writeAttempt(tx: Tx, before: PaymentRecord, after: PaymentRecord): Promise<void> {
  const { orderId, attempt, method, status, decline } = after;
  const { bucket } = tx;
  if (attempt > before.attempt)
    await tx
      .insertInto('payment_attempt')
      .values({
        bucket,
        order_id: orderId,
        attempt,
        method: method ?? '',
        return_url: null,
        status: null,
        decline: null,
      })
      .execute();
  else if (isOpen(before.status) && attempt > 0 && !after.isInDoubt && after.version !== before.version)
    await tx
      .updateTable('payment_attempt')
      .set({ status, decline })
      .where('bucket', '=', bucket)
      .where('order_id', '=', orderId)
      .where('attempt', '=', attempt)
      .execute();
}

async function writeRefunds(
  tx: Tx,
  orderId: string,
  before: readonly RefundRecord[],
  after: readonly RefundRecord[],
): Promise<void> {
  const written = after.filter((refund) => !before.includes(refund));
  for (const refund of written) {
    const { status, stripeId, failure } = refund;
    await tx
      .insertInto('refund')
      .values(refundRow({ bucket: tx.bucket, orderId }, refund))
      .onConflict((conflict) =>
        conflict
          .columns(['bucket', 'order_id', 'refund_id'])
          .doUpdateSet({ status, stripe_id: stripeId, failure, updated_at: sql<Date>`now()` }),
      )
      .execute();
  }
}

async function insertEvent(tx: Tx, orderId: string, event: NonNullable<WriteOptions['event']>): Promise<void> {
  const { id, type, source } = event;
  await tx
    .insertInto('stripe_event')
    .values({ bucket: tx.bucket, event_id: id, order_id: orderId, type, source })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}
