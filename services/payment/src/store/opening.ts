import { isUniqueViolation, withParts, type Part } from '@storefront/kit/postgres';
import type { Money } from '@storefront/commerce/money';
import type { PaymentRecord, PaymentState } from '../domain/payment.ts';
import type { Change, Plan } from '../domain/plans.ts';
import type { Call } from '../domain/provider.ts';
import { partsOf } from './change-parts.ts';
import { changed, until, type Tx } from './change.ts';
import { callRow, paymentColumns } from './rows.ts';
import type { Tables } from './tables.ts';

/** What a payment is before anything was done for it. */
export type Opening = { amount: Money; description: string; status: 'new' | 'canceled' };
type Leased = { token: string; leaseMs: number; lookAfterMs: number };
type Begun = { before: PaymentState; after: PaymentState; change: Change & { begin: Call } };

/** The payment with its first card, as the plan would have it if there is none yet; undefined where a row is likely to be there. */
export function begunBy(orderId: string, opening: Opening, plan: Plan): Begun | undefined {
  const before: PaymentState = { payment: opened(orderId, opening), refunds: [], calls: [] };
  const change = plan(before);
  if (change === undefined || change === 'wait' || !change.begin || change.payment?.attempt !== 1) return undefined;
  return { before, change: { ...change, begin: change.begin }, after: changed(before, change) };
}

function opened(orderId: string, { amount, description, status }: Opening): PaymentRecord {
  return {
    orderId,
    version: 1,
    status,
    isInDoubt: false,
    amount,
    description,
    attempt: 0,
    method: null,
    returnUrl: null,
    intentId: null,
    nextAction: null,
    decline: null,
    captureBefore: null,
    captured: null,
    isCancelWanted: false,
  };
}

/** Row, lease, card and call in one statement; false where the row, or the call, is there, whoever wrote it. */
export async function insertBegun(tx: Tx, begun: Begun, leased: Leased): Promise<boolean> {
  const { payment } = begun.after;
  const { begin } = begun.change;
  const call: Part<Tables> = (db) =>
    db.insertInto('stripe_call').values(callRow({ bucket: tx.bucket, orderId: payment.orderId }, begin));
  const write = withParts<Tables>(tx, { ...partsOf(tx.bucket, begun), begun: call })
    .insertInto('payment')
    .values({ ...openingRow(tx.bucket, payment, leased), look_at: until(leased.lookAfterMs) })
    .onConflict((conflict) => conflict.columns(['bucket', 'order_id']).doNothing());
  return tx.commitWith(write).catch((error: unknown) => {
    if (isUniqueViolation(error)) return false;
    throw error;
  });
}

function openingRow(bucket: number, payment: PaymentRecord, { token, leaseMs }: Pick<Leased, 'token' | 'leaseMs'>) {
  const { orderId, amount, description } = payment;
  return {
    bucket,
    order_id: orderId,
    amount_minor: amount.amountMinor,
    currency: amount.currency,
    description,
    ...paymentColumns(payment),
    lease: token,
    leased_until: until(leaseMs),
  };
}

/** Opens it as it is before any plan; false when it is there. */
export async function insertOpened(
  tx: Tx,
  orderId: string,
  { opening, token, leaseMs }: { opening: Opening; token: string; leaseMs: number },
): Promise<PaymentState | undefined> {
  const payment = opened(orderId, opening);
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('payment')
    .values(openingRow(tx.bucket, payment, { token, leaseMs }))
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirstOrThrow();
  return numInsertedOrUpdatedRows === 1n ? { payment, refunds: [], calls: [] } : undefined;
}
