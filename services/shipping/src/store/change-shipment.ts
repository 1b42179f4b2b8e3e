import { outbox } from '@storefront/kit/broker';
import type { BucketTransaction } from '@storefront/kit/postgres';
import type { Scan } from '../domain/carrier.ts';
import type { StoredShipment } from '../domain/shipment.ts';
import { keptScans } from '../domain/tracking.ts';
import { shipmentChanged } from '../events/shipment-changed.ts';
import { selectAttempts, type ShipmentRef } from './queries.ts';
import { attemptOf, changeableRowOf, shipmentOf } from './rows.ts';
import type { Change, Decide } from './shipments.ts';
import type { ShipmentRow, Tables } from './tables.ts';

type Tx = BucketTransaction<Tables>;

/** One shipment as a transaction finds it, and what is made of it: nobody else changes it meanwhile. */
export async function changeShipment(
  tx: Tx,
  ref: ShipmentRef,
  { decide, now }: { decide: Decide; now: Date },
): Promise<StoredShipment | undefined> {
  const { bucket, id } = ref;
  const row = await tx
    .selectFrom('shipment')
    .selectAll()
    .where('bucket', '=', bucket)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
  if (!row) return undefined;
  const attempts = (await selectAttempts(tx, ref).execute()).map(attemptOf);
  const before = shipmentOf(row);
  const change = decide(before, attempts);
  await writeShipment(tx, row, { change, now });
  await writeScans(tx, ref, change.scans ?? []);
  await writeAttempts(tx, ref, { change, now });
  if (change.isNews && change.shipment.status !== before.status) await outbox(tx, shipmentChanged(change.shipment));
  return change.shipment;
}

async function writeShipment(tx: Tx, row: ShipmentRow, { change, now }: { change: Change; now: Date }): Promise<void> {
  await tx
    .updateTable('shipment')
    .set({ ...changeableRowOf(change.shipment), ...workOf(row, change), updated_at: now })
    .where('bucket', '=', row.bucket)
    .where('id', '=', row.id)
    .execute();
}

/** Who works on it and when somebody has to. A lease that has passed to another stays that one's. */
function workOf(row: ShipmentRow, { release, dueAt }: Change): Pick<ShipmentRow, 'lease' | 'due_at'> {
  const { lease, due_at: due } = release && release.lease === row.lease ? { lease: null, due_at: release.dueAt } : row;
  if (dueAt === undefined || lease !== null) return { lease, due_at: due };
  return { lease, due_at: dueAt === null || due === null || dueAt < due ? dueAt : due };
}

async function writeScans(tx: Tx, { bucket, id }: ShipmentRef, scans: readonly Scan[]): Promise<void> {
  const rows = keptScans(scans).map((scan) => ({ bucket, shipment_id: id, ...scan }));
  if (rows.length === 0) return;
  await tx
    .insertInto('tracking_event')
    .values(rows)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

async function writeAttempts(tx: Tx, { bucket, id }: ShipmentRef, { change, now }: { change: Change; now: Date }) {
  const { asks, closes } = change;
  if (closes)
    await tx
      .updateTable('label_attempt')
      .set({ state: closes, closed_at: now })
      .where('bucket', '=', bucket)
      .where('shipment_id', '=', id)
      .where('state', '=', 'open')
      .execute();
  if (!asks) return;
  const { attempt, carrierId: carrier_id, rateId: rate_id, price, askedAt: asked_at } = asks;
  const priced = { price_minor: price.amountMinor, price_currency: price.currency };
  const row = { bucket, shipment_id: id, attempt, carrier_id, rate_id, ...priced, asked_at };
  await tx
    .insertInto('label_attempt')
    .values({ ...row, state: 'open', closed_at: null })
    .onConflict((conflict) => conflict.columns(['bucket', 'shipment_id', 'attempt']).doUpdateSet({ asked_at }))
    .execute();
}
