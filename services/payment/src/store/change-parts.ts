import { outboxRows } from '@storefront/kit/broker';
import type { Part } from '@storefront/kit/postgres';
import { sql } from 'kysely';
import { isOpen, viewOf, type PaymentRecord, type PaymentState } from '../domain/payment.ts';
import type { CallOutcome, Change } from '../domain/plans.ts';
import type { Call } from '../domain/provider.ts';
import type { RefundRecord } from '../domain/refunds.ts';
import { paymentChanged } from '../events/payment-changed.ts';
import { callRow, refundRow } from './rows.ts';
import type { EventSource, Tables } from './tables.ts';

type Parts = Readonly<Record<string, Part<Tables> | undefined>>;

export type Reason = { publish?: boolean; event?: { id: string; type: string; source: EventSource } };
type Place = { bucket: number; orderId: string };
type Written = { before: PaymentState; after: PaymentState; change: Change } & Reason;

/** Whether the call that a change begins is one: with a key that is there already it was refused, and would be refused again. */
export const hasBegun = ({ begin }: Change) => (begin ? sql<boolean>`exists (select from begun)` : sql<boolean>`true`);

/** A change is one statement, the payment's row with all that belongs to it. */
export function partsOf(bucket: number, { before, after, change, publish, event }: Written): Parts {
  const place = { bucket, orderId: after.payment.orderId };
  const isSeen = after.payment.version !== before.payment.version;
  const settled = (change.settle ?? []).map((one, index) => [`settled_${index}`, settling(bucket, one)] as const);
  return {
    begun: change.begin && beginning(place, change.begin),
    ...Object.fromEntries(settled),
    attempt: attempt(place, before.payment, after.payment),
    ...refunds(place, before.refunds, after.refunds),
    seen: event && seeing(place, event),
    announced: publish && isSeen ? announcing(bucket, after) : undefined,
  };
}

const beginning =
  (place: Place, call: Call): Part<Tables> =>
  (db) =>
    db
      .insertInto('stripe_call')
      .values(callRow(place, call))
      .onConflict((conflict) => conflict.doNothing())
      .returning('key');

/** Nobody sends it any more: the link in it, which opens the order, is not kept. */
const parametersOfSettled = sql<string>`
  case when operation in ('create', 'confirm') then (parameters::jsonb - 'return_url')::text else parameters end`;

const settling =
  (bucket: number, { key, outcome }: { key: string; outcome: CallOutcome }): Part<Tables> =>
  (db) =>
    db
      .updateTable('stripe_call')
      .set({ settled_at: sql<Date>`now()`, outcome, parameters: parametersOfSettled })
      .where('bucket', '=', bucket)
      .where('key', '=', key);

/** The history of cards: a row when one is tried, and what came of it. */
function attempt({ bucket, orderId }: Place, before: PaymentRecord, after: PaymentRecord): Part<Tables> | undefined {
  const { attempt: number, method, status, decline } = after;
  const place = { bucket, order_id: orderId, attempt: number };
  if (number > before.attempt) {
    const values = { ...place, method: method ?? '', return_url: null, status: null, decline: null };
    // Its row may be there when the payment is opened a second time: the statement then ends by the payment's own row.
    return (db) =>
      db
        .insertInto('payment_attempt')
        .values(values)
        .onConflict((conflict) => conflict.doNothing());
  }
  const isOver = isOpen(before.status) && number > 0 && !after.isInDoubt && after.version !== before.version;
  if (!isOver) return undefined;
  return (db) =>
    db
      .updateTable('payment_attempt')
      .set({ status, decline })
      .where('bucket', '=', bucket)
      .where('order_id', '=', orderId)
      .where('attempt', '=', number);
}

function refunds(place: Place, before: readonly RefundRecord[], after: readonly RefundRecord[]): Parts {
  const written = after.filter((refund) => !before.includes(refund));
  return Object.fromEntries(written.map((refund, index) => [`refund_${index}`, refundPart(place, refund)]));
}

const refundPart =
  (place: Place, refund: RefundRecord): Part<Tables> =>
  (db) =>
    db
      .insertInto('refund')
      .values(refundRow(place, refund))
      .onConflict((conflict) => {
        const { status, stripeId, failure } = refund;
        return conflict
          .columns(['bucket', 'order_id', 'refund_id'])
          .doUpdateSet({ status, stripe_id: stripeId, failure, updated_at: sql<Date>`now()` });
      });

const seeing =
  ({ bucket, orderId }: Place, { id, type, source }: NonNullable<Reason['event']>): Part<Tables> =>
  (db) =>
    db
      .insertInto('stripe_event')
      .values({ bucket, event_id: id, order_id: orderId, type, source })
      .onConflict((conflict) => conflict.doNothing());

const announcing =
  (bucket: number, after: PaymentState): Part<Tables> =>
  (db) =>
    db.insertInto('outbox').values(outboxRows(bucket, [paymentChanged(viewOf(after))]));
