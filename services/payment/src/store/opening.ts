import type { Money } from '@storefront/commerce/money';
import type { PaymentRecord, PaymentState } from '../domain/payment.ts';
import { refusedByStripe } from '../domain/errors.ts';
import type { Change, Plan } from '../domain/plans.ts';
import { hasBegun, partsOf, withParts } from './change-parts.ts';
import { changed, until, type Tx } from './change.ts';
import { paymentColumns } from './rows.ts';

/** What a payment is before anything was done for it. */
export type Opening = { amount: Money; description: string; status: 'new' | 'canceled' };
type Leased = { token: string; leaseMs: number; lookAfterMs: number };
type Begun = { before: PaymentState; after: PaymentState; change: Change };

/** The payment is there already: nothing of its opening may stay. */
export class AlreadyOpen extends Error {
  override name = 'AlreadyOpen';
}

/** The payment with its first card, as the plan would have it if there is none yet; undefined where a row is likely to be there. */
export function begunBy(orderId: string, opening: Opening, plan: Plan): Begun | undefined {
  const before: PaymentState = { payment: opened(orderId, opening), refunds: [], calls: [] };
  const change = plan(before);
  if (change === undefined || change === 'wait' || !change.begin || change.payment?.attempt !== 1) return undefined;
  return { before, change, after: changed(before, change) };
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

/** Row, lease, card and call in one statement. Throws AlreadyOpen where a row is there, whoever wrote it. */
export async function insertBegun(tx: Tx, begun: Begun, leased: Leased): Promise<void> {
  const { after, change } = begun;
  const written = await withParts(tx, partsOf(tx.bucket, begun))
    .insertInto('payment')
    .values({ ...openingRow(tx.bucket, after.payment, leased), look_at: until(leased.lookAfterMs) })
    .onConflict((conflict) => conflict.columns(['bucket', 'order_id']).doNothing())
    .returning(hasBegun(change).as('has_begun'))
    .executeTakeFirst();
  if (!written) throw new AlreadyOpen();
  if (change.begin && !written.has_begun) throw refusedByStripe(change.begin.operation);
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
