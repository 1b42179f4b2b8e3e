import { randomUUID } from 'node:crypto';
import { outboxRows } from '@storefront/kit/broker';
import { withParts, type BucketTransaction, type OwnTransaction, type Part as AnyPart } from '@storefront/kit/postgres';
import { sql } from 'kysely';
import type { Amendment } from '../domain/amendment.ts';
import { announcements } from '../events/announcements.ts';
import type { Order } from '../domain/order.ts';
import * as rows from './rows.ts';
import type { SentMail } from './sent-mails.ts';
import type { Tables } from './tables.ts';

export type Part = AnyPart<Tables>;
type Parts = Record<string, Part | undefined>;

/** Writes a new order with all that belongs to it, and commits; false when its cart, or its number, has been ordered. */
export function insertOrder(
  tx: OwnTransaction<Tables>,
  amendment: Amendment,
  { placedWith, key }: { placedWith: string; key?: Part | undefined },
): Promise<boolean> {
  const { order } = amendment;
  const lines: Part = (db) => db.insertInto('order_line').values(order.lines.map((line) => rows.lineRow(order, line)));
  return tx.commitWith(
    withParts<Tables>(tx, { key, lines, ...partsOf(amendment) })
      .insertInto('orders')
      .values(rows.orderRow(order, placedWith))
      .onConflict((taken) => taken.doNothing()),
  );
}

/** What else is written with a change: mails that were sent meanwhile, and the answer to who asked for it, if nobody else has answered. */
export type Along = { sent?: readonly SentMail[]; answer?: Part | undefined };

/** Writes a change in one statement; false when the order has changed since it was read, and then the transaction must not commit. */
export async function updateOrder(tx: BucketTransaction<Tables>, amendment: Amendment): Promise<boolean> {
  const { numUpdatedRows } = await changing(tx, amendment, {}).executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
}

/** The same as the end of a transaction; false also when somebody else has kept an answer. */
export const updateOrderAndCommit = (
  tx: OwnTransaction<Tables>,
  amendment: Amendment,
  along: Along,
): Promise<boolean> => tx.commitWith(changing(tx, amendment, along));

function changing(tx: BucketTransaction<Tables>, amendment: Amendment, { sent = [], answer }: Along) {
  const { order, before } = amendment;
  const update = withParts<Tables>(tx, { ...partsOf(amendment), ...sentParts(order, sent), answer })
    .updateTable('orders')
    .set(rows.changingColumns(order))
    .where('orders.bucket', '=', order.bucket)
    .where('orders.order_id', '=', order.orderId)
    .where('orders.version', '=', before?.version ?? 0);
  return answer ? update.where(sql<boolean>`exists (select from answer)`) : update;
}

function partsOf(amendment: Amendment): Parts {
  return {
    history: historyPart(amendment),
    steps: stepsPart(amendment),
    attempts: attemptsPart(amendment),
    parcels: parcelsPart(amendment),
    ...refundParts(amendment),
    outbox: outboxPart(amendment),
    mails: mailsPart(amendment),
    anomalies: anomaliesPart(amendment),
  };
}

function historyPart(amendment: Amendment): Part | undefined {
  const values = rows.historyRows(amendment);
  if (values.length === 0) return undefined;
  return (db) => db.insertInto('order_history').values(values);
}

function stepsPart(amendment: Amendment): Part | undefined {
  const values = amendment.steps.map((record) => rows.stepRow(amendment, record));
  if (values.length === 0) return undefined;
  return (db) =>
    db
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
      );
}

/** Of a list, what is not the same object as before. */
function changedOf<Item>(after: readonly Item[], before: readonly Item[] = []): Item[] {
  return after.filter((item) => !before.includes(item));
}

function attemptsPart({ order, before }: Amendment): Part | undefined {
  const values = changedOf(order.attempts, before?.attempts).map((attempt) => rows.attemptRow(order, attempt));
  if (values.length === 0) return undefined;
  return (db) =>
    db
      .insertInto('payment_attempt')
      .values(values)
      .onConflict((known) =>
        known.columns(['bucket', 'order_id', 'attempt']).doUpdateSet((eb) => ({ status: eb.ref('excluded.status') })),
      );
}

function parcelsPart({ order, before }: Amendment): Part | undefined {
  const values = changedOf(order.parcels, before?.parcels).map((parcel) => rows.parcelRow(order, parcel));
  if (values.length === 0) return undefined;
  return (db) =>
    db
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
      );
}

function refundParts({ order, before }: Amendment): Parts {
  const changed = changedOf(order.refunds, before?.refunds);
  if (changed.length === 0) return {};
  const known = new Set(before?.refunds.map(({ refundId }) => refundId));
  const lines = changed
    .filter(({ refundId }) => !known.has(refundId))
    .flatMap((one) => rows.refundLineRows(order, one));
  return {
    refunds: (db) =>
      db
        .insertInto('refund')
        .values(changed.map((refund) => rows.refundRow(order, refund)))
        .onConflict((taken) =>
          taken
            .columns(['bucket', 'order_id', 'refund_id'])
            .doUpdateSet((eb) => ({ status: eb.ref('excluded.status') })),
        ),
    refund_lines: lines.length > 0 ? (db) => db.insertInto('refund_line').values(lines) : undefined,
  };
}

function outboxPart(amendment: Amendment): Part | undefined {
  const values = outboxRows(amendment.order.bucket, announcements(amendment));
  if (values.length === 0) return undefined;
  return (db) => db.insertInto('outbox').values(values);
}

function mailsPart(amendment: Amendment): Part | undefined {
  const values = rows.mailRows(amendment);
  if (values.length === 0) return undefined;
  return (db) =>
    db
      .insertInto('mail')
      .values(values)
      .onConflict((known) => known.doNothing());
}

function sentParts({ bucket, orderId }: Order, sent: readonly SentMail[]): Parts {
  const part =
    ({ kind, at }: SentMail): Part =>
    (db) =>
      db
        .updateTable('mail')
        .set({ status: 'sent', sent_at: at })
        .where('mail.bucket', '=', bucket)
        .where('mail.order_id', '=', orderId)
        .where('mail.kind', '=', kind)
        .where('mail.status', '=', 'due');
  return Object.fromEntries(sent.map((mail, index) => [`sent_${index}`, part(mail)]));
}

function anomaliesPart(amendment: Amendment): Part | undefined {
  const values = rows.anomalyRows(amendment, randomUUID);
  if (values.length === 0) return undefined;
  return (db) => db.insertInto('order_anomaly').values(values);
}
