import { isDeepStrictEqual } from 'node:util';
import { outboxRows } from '@storefront/kit/broker';
import { withParts, type OwnTransaction, type Part as AnyPart } from '@storefront/kit/postgres';
import type { Scan } from '../domain/carrier.ts';
import type { AttemptState, LabelAttempt } from '../domain/label-attempt.ts';
import type { StoredShipment } from '../domain/shipment.ts';
import { keptScans } from '../domain/tracking.ts';
import { shipmentChanged } from '../events/shipment-changed.ts';
import { selectAttempts, selectShipment, type ShipmentRef } from './queries.ts';
import { attemptOf, changeableRowOf, shipmentOf } from './rows.ts';
import type { Change, Decide, Known } from './shipments.ts';
import type { ShipmentRow, Tables } from './tables.ts';

type Tx = OwnTransaction<Tables>;
type Part = AnyPart<Tables>;
type Deciding = { decide: Decide; now: Date };
/** How the row that is written was found. */
type Found = { shipment: StoredShipment; lease: string | null; due_at: Date | null; isLocked: boolean };

/** The shipment is another one than was known: nothing of what was decided upon may be kept. */
export class Outdated extends Error {
  override name = 'Outdated';
}

/** One shipment as a transaction finds it, and what is made of it: nobody else changes it meanwhile. */
export async function changeShipment(tx: Tx, ref: ShipmentRef, { decide, now }: Deciding): Promise<Known | undefined> {
  const row = await selectShipment(tx, ref).forUpdate().executeTakeFirst();
  if (!row) return undefined;
  // A statement of its own: one that waited for the lock would see the attempts as they were before it waited.
  const attempts = (await selectAttempts(tx, ref).execute()).map(attemptOf);
  const shipment = shipmentOf(row);
  const change = decide(shipment, attempts);
  await write(tx, { ...row, shipment, isLocked: true }, { change, now });
  return after(change, attempts);
}

/** The same for who has it leased and knows it: decided first, and written if it is still that one; throws Outdated. */
export async function changeKnown(tx: Tx, known: Known & { lease: string }, { decide, now }: Deciding): Promise<Known> {
  const { shipment, attempts, lease } = known;
  const change = decide(shipment, attempts);
  await write(tx, { shipment, lease, due_at: null, isLocked: false }, { change, now });
  // Whoever had told of more scans would have told of the label too.
  const isFirst = shipment.status === 'wanted' && change.shipment.status === 'labelled';
  return { ...after(change, attempts), ...(isFirst ? { scans: keptScans(change.scans ?? []) } : {}) };
}

/** Whether nothing would be written. While a label is wanted an attempt may be open, which `closes` closes. */
export const isNothing = ({ shipment, scans = [], asks, closes, release, dueAt }: Change, before: StoredShipment) =>
  scans.length === 0 &&
  !asks &&
  !(closes && before.status === 'wanted') &&
  !release &&
  dueAt === undefined &&
  isDeepStrictEqual(shipment, before);

function after({ shipment, asks, closes }: Change, attempts: readonly LabelAttempt[]): Known {
  const others = attempts
    .filter(({ attempt }) => attempt !== asks?.attempt)
    .map((one) => (closes && one.state === 'open' ? { ...one, state: closes } : one));
  return { shipment, attempts: asks ? [...others, { ...asks, state: 'open' }] : others };
}

/** Writes it with all that belongs to it, and commits. */
async function write(tx: Tx, found: Found, { change, now }: { change: Change; now: Date }): Promise<void> {
  const { shipment: before, lease, isLocked } = found;
  const { bucket, id, version, carrierId, voidWantedAt } = before;
  const isWritten = await tx.commitWith(
    withParts<Tables>(tx, partsOf(before, { change, now }))
      .updateTable('shipment')
      .set({ ...changeableRowOf(change.shipment), ...workOf(found, change), updated_at: now })
      .where('shipment.bucket', '=', bucket)
      .where('shipment.id', '=', id)
      // Whatever others change shows in one of these: a lease is another each time, and the version rises with all that can be seen.
      .$if(!isLocked, (update) =>
        update
          .where('shipment.lease', '=', lease)
          .where('shipment.version', '=', version)
          .where('shipment.carrier_id', 'is not distinct from', carrierId)
          .where('shipment.void_wanted_at', 'is not distinct from', voidWantedAt),
      ),
  );
  if (!isWritten) throw new Outdated();
}

/** Who works on it and when somebody has to, if that changes. A lease that has passed to another stays that one's. */
function workOf(found: Found, { release, dueAt }: Change): Partial<Pick<ShipmentRow, 'lease' | 'due_at'>> {
  const isReleased = release !== undefined && release.lease === found.lease;
  if (!isReleased && found.lease !== null) return {};
  const due = isReleased ? release.dueAt : found.due_at;
  const isEarlier = dueAt !== undefined && (!dueAt || !due || dueAt < due);
  return { lease: null, due_at: isEarlier ? dueAt : due };
}

function partsOf(before: StoredShipment, { change, now }: { change: Change; now: Date }) {
  const { shipment, asks, closes, scans = [], isNews } = change;
  return {
    closed: closes && closing(before, closes, now),
    asked: asks && asking(before, asks),
    scans: scans.length > 0 ? telling(before, scans) : undefined,
    announced: isNews && shipment.status !== before.status ? announcing(before.bucket, shipment) : undefined,
  };
}

const closing =
  ({ bucket, id }: ShipmentRef, state: AttemptState, now: Date): Part =>
  (db) =>
    db
      .updateTable('label_attempt')
      .set({ state, closed_at: now })
      .where('bucket', '=', bucket)
      .where('shipment_id', '=', id)
      .where('state', '=', 'open');

function asking({ bucket, id }: ShipmentRef, asks: NonNullable<Change['asks']>): Part {
  const { attempt, carrierId: carrier_id, rateId: rate_id, price, askedAt: asked_at } = asks;
  const priced = { price_minor: price.amountMinor, price_currency: price.currency };
  const row = { bucket, shipment_id: id, attempt, carrier_id, rate_id, ...priced, asked_at };
  return (db) =>
    db
      .insertInto('label_attempt')
      .values({ ...row, state: 'open', closed_at: null })
      .onConflict((conflict) => conflict.columns(['bucket', 'shipment_id', 'attempt']).doUpdateSet({ asked_at }));
}

const telling =
  ({ bucket, id }: ShipmentRef, scans: readonly Scan[]): Part =>
  (db) =>
    db
      .insertInto('tracking_event')
      .values(keptScans(scans).map((scan) => ({ bucket, shipment_id: id, ...scan })))
      .onConflict((conflict) => conflict.doNothing());

const announcing =
  (bucket: number, shipment: StoredShipment): Part =>
  (db) =>
    db.insertInto('outbox').values(outboxRows(bucket, [shipmentChanged(shipment)]));
