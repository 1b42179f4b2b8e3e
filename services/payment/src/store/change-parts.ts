import { outboxRows } from '@storefront/kit/broker';
import { sql, type QueryCreator } from 'kysely';
import { isOpen, viewOf, type PaymentRecord, type PaymentState } from '../domain/payment.ts';
import type { CallOutcome, Change } from '../domain/plans.ts';
import type { Call } from '../domain/provider.ts';
import type { RefundRecord } from '../domain/refunds.ts';
import { paymentChanged } from '../events/payment-changed.ts';
import { callRow, refundRow } from './rows.ts';
import type { EventSource, Tables } from './tables.ts';

type Creator = QueryCreator<Tables>;
/** What belongs to a change beside the payment's own row, by the name of its common table expression. */
type Part = { name: string; write: (creator: Creator) => unknown };

export type Reason = { publish?: boolean; event?: { id: string; type: string; source: EventSource } };
type Place = { bucket: number; orderId: string };
type Written = { before: PaymentState; after: PaymentState; change: Change } & Reason;

/** A change is one statement, the payment's row with all that belongs to it: one round trip, however much that is. */
export function withParts(creator: Creator, parts: readonly Part[]): Creator {
  let written = creator;
  for (const { name, write } of parts) written = written.with(name, write as never) as unknown as Creator;
  return written;
}

/** False when a call with this key is there already: it was refused, and would be refused again. */
export const hasBegun = ({ begin }: Change) => (begin ? sql<boolean>`exists (select from begun)` : sql<boolean>`true`);

export function partsOf(bucket: number, { before, after, change, publish, event }: Written): Part[] {
  const place = { bucket, orderId: after.payment.orderId };
  const isSeen = after.payment.version !== before.payment.version;
  return [
    ...(change.begin ? [beginning(place, change.begin)] : []),
    ...(change.settle ?? []).map((settled, index) => settling(bucket, settled, index)),
    ...attempt(place, before.payment, after.payment),
    ...refunds(place, before.refunds, after.refunds),
    ...(event ? [seeing(place, event)] : []),
    ...(publish && isSeen ? [announcing(bucket, after)] : []),
  ];
}

const beginning = (place: Place, call: Call): Part => ({
  name: 'begun',
  write: (creator) =>
    creator
      .insertInto('stripe_call')
      .values(callRow(place, call))
      .onConflict((conflict) => conflict.doNothing())
      .returning('key'),
});

/** Nobody sends it any more: the link in it, which opens the order, is not kept. */
const parametersOfSettled = sql<string>`
  case when operation in ('create', 'confirm') then (parameters::jsonb - 'return_url')::text else parameters end`;

const settling = (bucket: number, { key, outcome }: { key: string; outcome: CallOutcome }, index: number): Part => ({
  name: `settled_${index}`,
  write: (creator) =>
    creator
      .updateTable('stripe_call')
      .set({ settled_at: sql<Date>`now()`, outcome, parameters: parametersOfSettled })
      .where('bucket', '=', bucket)
      .where('key', '=', key),
});

/** The history of cards: a row when one is tried, and what came of it. */
function attempt({ bucket, orderId }: Place, before: PaymentRecord, after: PaymentRecord): Part[] {
  const { attempt: number, method, status, decline } = after;
  const place = { bucket, order_id: orderId, attempt: number };
  if (number > before.attempt) {
    const values = { ...place, method: method ?? '', return_url: null, status: null, decline: null };
    // Its row may be there when the payment is opened a second time: that transaction ends by the payment's own row.
    const insert = (creator: Creator) =>
      creator
        .insertInto('payment_attempt')
        .values(values)
        .onConflict((conflict) => conflict.doNothing());
    return [{ name: 'attempt', write: insert }];
  }
  const isOver = isOpen(before.status) && number > 0 && !after.isInDoubt && after.version !== before.version;
  if (!isOver) return [];
  const update = (creator: Creator) =>
    creator
      .updateTable('payment_attempt')
      .set({ status, decline })
      .where('bucket', '=', bucket)
      .where('order_id', '=', orderId)
      .where('attempt', '=', number);
  return [{ name: 'attempt', write: update }];
}

function refunds(place: Place, before: readonly RefundRecord[], after: readonly RefundRecord[]): Part[] {
  const written = after.filter((refund) => !before.includes(refund));
  return written.map((refund, index) => ({
    name: `refund_${index}`,
    write: (creator) =>
      creator
        .insertInto('refund')
        .values(refundRow(place, refund))
        .onConflict((conflict) => {
          const { status, stripeId, failure } = refund;
          return conflict
            .columns(['bucket', 'order_id', 'refund_id'])
            .doUpdateSet({ status, stripe_id: stripeId, failure, updated_at: sql<Date>`now()` });
        }),
  }));
}

const seeing = ({ bucket, orderId }: Place, { id, type, source }: NonNullable<Reason['event']>): Part => ({
  name: 'seen',
  write: (creator) =>
    creator
      .insertInto('stripe_event')
      .values({ bucket, event_id: id, order_id: orderId, type, source })
      .onConflict((conflict) => conflict.doNothing()),
});

const announcing = (bucket: number, after: PaymentState): Part => ({
  name: 'announced',
  write: (creator) => creator.insertInto('outbox').values(outboxRows(bucket, [paymentChanged(viewOf(after))])),
});
