import { randomUUID } from 'node:crypto';
import type { InsertQueryBuilder, InsertResult, QueryCreator } from 'kysely';
import { outboxRows } from '@storefront/kit/broker';
import type { BucketTransaction } from '@storefront/kit/postgres';
import type { Amendment } from '../domain/amendment.ts';
import { announcements } from '../events/announcements.ts';
import type { Order } from '../domain/order.ts';
import * as rows from './rows.ts';
import type { SentMail } from './sent-mails.ts';
import type { Tables } from './tables.ts';

type Creator = QueryCreator<Tables>;
type Part = (creator: Creator) => InsertQueryBuilder<Tables, keyof Tables, InsertResult>;

/** Writes a new order with all that belongs to it; false when its cart, or its number, has been ordered. */
export async function insertOrder(
  tx: BucketTransaction<Tables>,
  amendment: Amendment,
  placedWith: string,
): Promise<boolean> {
  const { order } = amendment;
  const lines: Part = (creator) =>
    creator.insertInto('order_line').values(order.lines.map((line) => rows.lineRow(order, line))) as never;
  const { numInsertedOrUpdatedRows } = await withParts(tx, [lines, ...partsOf(amendment)])
    .insertInto('orders')
    .values(rows.orderRow(order, placedWith))
    .onConflict((taken) => taken.doNothing())
    .executeTakeFirstOrThrow();
  return numInsertedOrUpdatedRows === 1n;
}

/**
 * Writes a change in one statement, and which mails of the order were sent meanwhile; false when the order has changed since it was read,
 * and then the transaction must not commit.
 */
export async function updateOrder(
  tx: BucketTransaction<Tables>,
  amendment: Amendment,
  sent: readonly SentMail[],
): Promise<boolean> {
  const { order, before } = amendment;
  const { numUpdatedRows } = await withParts(tx, [...partsOf(amendment), ...sent.map((mail) => sentPart(order, mail))])
    .updateTable('orders')
    .set(rows.changingColumns(order))
    .where('orders.bucket', '=', order.bucket)
    .where('orders.order_id', '=', order.orderId)
    .where('orders.version', '=', before?.version ?? 0)
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
}

/** Each part a common table expression of the one statement: one round trip, however much belongs to a change. */
function withParts(tx: BucketTransaction<Tables>, parts: readonly Part[]): Creator {
  let creator: Creator = tx;
  for (const [index, part] of parts.entries())
    creator = creator.with(`part_${index}`, part as never) as unknown as Creator;
  return creator;
}

function partsOf(amendment: Amendment): Part[] {
  const parts = [
    historyPart(amendment),
    stepsPart(amendment),
    attemptsPart(amendment),
    parcelsPart(amendment),
    ...refundParts(amendment),
    outboxPart(amendment),
    mailsPart(amendment),
    anomaliesPart(amendment),
  ];
  return parts.filter((part) => part !== undefined);
}

function historyPart(amendment: Amendment): Part | undefined {
  const values = rows.historyRows(amendment);
  if (values.length === 0) return undefined;
  return (creator) => creator.insertInto('order_history').values(values) as never;
}

function stepsPart(amendment: Amendment): Part | undefined {
  const values = amendment.steps.map((record) => rows.stepRow(amendment, record));
  if (values.length === 0) return undefined;
  return (creator) =>
    creator
      .insertInto('saga_step')
      .values(values)
      .onConflict((known) =>
        known.columns(['bucket', 'order_id', 'saga', 'step', 'attempt']).doUpdateSet((eb) => ({
          status: eb.ref('excluded.status'),
          turned_from: eb.ref('excluded.turned_from'),
          request: eb.ref('excluded.request'),
          reason: eb.ref('excluded.reason'),
          tries: eb.ref('excluded.tries'),
          due_at: eb.ref('excluded.due_at'),
          deadline_at: eb.ref('excluded.deadline_at'),
          updated_at: eb.ref('excluded.updated_at'),
        })),
      ) as never;
}

/** Of a list, what is not the same object as before. */
function changedOf<Item>(after: readonly Item[], before: readonly Item[] = []): Item[] {
  return after.filter((item) => !before.includes(item));
}

function attemptsPart({ order, before }: Amendment): Part | undefined {
  const values = changedOf(order.attempts, before?.attempts).map((attempt) => rows.attemptRow(order, attempt));
  if (values.length === 0) return undefined;
  return (creator) =>
    creator
      .insertInto('payment_attempt')
      .values(values)
      .onConflict((known) =>
        known.columns(['bucket', 'order_id', 'attempt']).doUpdateSet((eb) => ({ status: eb.ref('excluded.status') })),
      ) as never;
}

function parcelsPart({ order, before }: Amendment): Part | undefined {
  const values = changedOf(order.parcels, before?.parcels).map((parcel) => rows.parcelRow(order, parcel));
  if (values.length === 0) return undefined;
  return (creator) =>
    creator
      .insertInto('shipment')
      .values(values)
      .onConflict((known) =>
        known.columns(['bucket', 'order_id', 'parcel']).doUpdateSet((eb) => ({
          shipment_id: eb.ref('excluded.shipment_id'),
          version: eb.ref('excluded.version'),
          status: eb.ref('excluded.status'),
          carrier: eb.ref('excluded.carrier'),
          service: eb.ref('excluded.service'),
          tracking_code: eb.ref('excluded.tracking_code'),
          tracking_url: eb.ref('excluded.tracking_url'),
          handed_over_at: eb.ref('excluded.handed_over_at'),
          delivered_at: eb.ref('excluded.delivered_at'),
        })),
      ) as never;
}

function refundParts({ order, before }: Amendment): (Part | undefined)[] {
  const changed = changedOf(order.refunds, before?.refunds);
  if (changed.length === 0) return [];
  const known = new Set(before?.refunds.map(({ refundId }) => refundId));
  const lines = changed
    .filter(({ refundId }) => !known.has(refundId))
    .flatMap((one) => rows.refundLineRows(order, one));
  return [
    (creator) =>
      creator
        .insertInto('refund')
        .values(changed.map((refund) => rows.refundRow(order, refund)))
        .onConflict((taken) =>
          taken
            .columns(['bucket', 'order_id', 'refund_id'])
            .doUpdateSet((eb) => ({ status: eb.ref('excluded.status') })),
        ) as never,
    lines.length > 0 ? (creator) => creator.insertInto('refund_line').values(lines) as never : undefined,
  ];
}

function outboxPart(amendment: Amendment): Part | undefined {
  const values = outboxRows(amendment.order.bucket, announcements(amendment));
  if (values.length === 0) return undefined;
  return (creator) => creator.insertInto('outbox').values(values) as never;
}

function mailsPart(amendment: Amendment): Part | undefined {
  const values = rows.mailRows(amendment);
  if (values.length === 0) return undefined;
  return (creator) =>
    creator
      .insertInto('mail')
      .values(values)
      .onConflict((known) => known.doNothing()) as never;
}

function sentPart({ bucket, orderId }: Order, { kind, at }: SentMail): Part {
  return (creator) =>
    creator
      .updateTable('mail')
      .set({ status: 'sent', sent_at: at })
      .where('mail.bucket', '=', bucket)
      .where('mail.order_id', '=', orderId)
      .where('mail.kind', '=', kind)
      .where('mail.status', '=', 'due') as never;
}

function anomaliesPart(amendment: Amendment): Part | undefined {
  const values = rows.anomalyRows(amendment, randomUUID);
  if (values.length === 0) return undefined;
  return (creator) => creator.insertInto('order_anomaly').values(values) as never;
}
