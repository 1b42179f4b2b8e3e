import { bucketOfOrderId, type OrderId } from '@storefront/commerce/order-ids';
import { outbox } from '@storefront/kit/broker';
import type { BucketTransaction, Shards } from '@storefront/kit/postgres';
import { sql } from 'kysely';
import type { Scan } from '../domain/carrier.ts';
import type { AttemptState, LabelAttempt } from '../domain/label-attempt.ts';
import { leaseMs } from '../domain/schedule.ts';
import type { ParcelPlace, StoredShipment } from '../domain/shipment.ts';
import { keptScans, shownScans } from '../domain/tracking.ts';
import { shipmentChanged } from '../events/shipment-changed.ts';
import { attemptOf, changeableRowOf, newRowOf, shipmentOf } from './rows.ts';
import type { ShipmentRow, Tables } from './tables.ts';

/** Where a shipment lies. */
export type ShipmentRef = { bucket: number; id: string };

/** What a transaction makes of a shipment. */
export type Change = {
  shipment: StoredShipment;
  /** Whether others have to be told of another status: nobody is if it is the answer to who asked. */
  isNews?: boolean;
  scans?: readonly Scan[];
  /** The rate that the carrier is now asked to sell at: another one, or the open one again. */
  asks?: Omit<LabelAttempt, 'state'>;
  /** What became of the attempt that was open. */
  closes?: AttemptState;
  /** Ends a lease, unless it is another's by now, and says when somebody looks again. */
  release?: { lease: string; dueAt: Date | null };
  /** By when somebody has to look, where nobody works on it now; null: nobody has to. */
  dueAt?: Date | null;
};
/** May run twice for one transaction, so it only decides. */
export type Decide = (shipment: StoredShipment, attempts: readonly LabelAttempt[]) => Change;

export type Lease = { lease: string; now: Date };

export type Shipments = {
  /** Writes down that this parcel is wanted, leased to who asks; or answers what there is, since a parcel has one shipment, ever. */
  claim(wanted: StoredShipment, lease: Lease): Promise<{ shipment: StoredShipment; isNew: boolean }>;
  find(place: ParcelPlace): Promise<StoredShipment | undefined>;
  ofOrder(orderId: OrderId): Promise<StoredShipment[]>;
  /** Of each shipment the newest scans, the oldest of them first. */
  scansOf(shipments: readonly StoredShipment[]): Promise<Map<string, Scan[]>>;
  /** Leases it: undefined when it is not due, or somebody has it. `early`: also before it is due. */
  take(ref: ShipmentRef, lease: Lease & { early?: boolean }): Promise<StoredShipment | undefined>;
  /** One transaction; undefined when there is no such shipment. */
  change(ref: ShipmentRef, decide: Decide, now: Date): Promise<StoredShipment | undefined>;
  /** On each shard that can be reached, those that are due, the oldest first. `onError` hears of the others. */
  due(limit: number, now: Date, onError: (shard: string, error: unknown) => void): Promise<ShipmentRef[]>;
};

export function postgresShipments(shards: Pick<Shards<Tables>, 'withBucket' | 'read' | 'all'>): Shipments {
  return {
    async claim(wanted, { lease, now }) {
      const row = newRowOf(wanted, { lease, due_at: new Date(now.getTime() + leaseMs) });
      return shards.withBucket(wanted.bucket, async (tx) => {
        const inserted = await tx
          .insertInto('shipment')
          .values(row)
          .onConflict((conflict) => conflict.columns(['bucket', 'order_id', 'parcel']).doNothing())
          .returning('id')
          .executeTakeFirst();
        if (inserted) return { shipment: wanted, isNew: true };
        const known = await selectParcel(tx, wanted).executeTakeFirstOrThrow();
        return { shipment: shipmentOf(known), isNew: false };
      });
    },
    async find(place) {
      const row = await shards.read(bucketOfOrderId(place.orderId), (db) => selectParcel(db, place).executeTakeFirst());
      return row && shipmentOf(row);
    },
    async ofOrder(orderId) {
      const rows = await shards.read(bucketOfOrderId(orderId), (db) => selectOrder(db, orderId).execute());
      return rows.map(shipmentOf);
    },
    async scansOf(shipments) {
      const scans = new Map<string, Scan[]>();
      for (const { bucket, id } of shipments) {
        const rows = await shards.read(bucket, (db) => selectScans(db, { bucket, id }).execute());
        scans.set(id, rows.toReversed());
      }
      return scans;
    },
    take: ({ bucket, id }, lease) =>
      shards.withBucket(bucket, async (tx) => {
        const row = await leaseShipment(tx, { bucket, id }, lease).executeTakeFirst();
        return row && shipmentOf(row);
      }),
    change: (ref, decide, now) => shards.withBucket(ref.bucket, (tx) => changeShipment(tx, ref, { decide, now })),
    async due(limit, now, onError) {
      const found = shards.all().map(({ name, db }) =>
        dueQuery(limit, now)
          .execute(db)
          .then(({ rows }) => rows)
          .catch((error: unknown) => {
            onError(name, error);
            return [];
          }),
      );
      return (await Promise.all(found)).flat();
    },
  };
}

type Db = Parameters<Parameters<Shards<Tables>['read']>[1]>[0];
type Tx = BucketTransaction<Tables>;

export const selectOrder = (db: Db, orderId: OrderId) =>
  db
    .selectFrom('shipment')
    .selectAll()
    .where('bucket', '=', bucketOfOrderId(orderId))
    .where('order_id', '=', orderId)
    .orderBy('parcel');

export const selectParcel = (db: Db, { orderId, parcel }: ParcelPlace) =>
  selectOrder(db, orderId).where('parcel', '=', parcel);

export const selectScans = (db: Db, { bucket, id }: ShipmentRef) =>
  db
    .selectFrom('tracking_event')
    .select(['status', 'message', 'place', 'at'])
    .where('bucket', '=', bucket)
    .where('shipment_id', '=', id)
    .orderBy('at', 'desc')
    .limit(shownScans);

export const selectAttempts = (db: Db, { bucket, id }: ShipmentRef) =>
  db
    .selectFrom('label_attempt')
    .selectAll()
    .where('bucket', '=', bucket)
    .where('shipment_id', '=', id)
    .orderBy('attempt');

/** Only of buckets that this shard may write: a fenced one's shipments are looked after where it goes. */
export const dueQuery = (limit: number, now: Date) =>
  sql<ShipmentRef>`SELECT shipment.bucket, shipment.id FROM shipment
    JOIN routing.bucket_owner ON bucket_owner.bucket = shipment.bucket AND bucket_owner.mode = 'rw'
    WHERE shipment.due_at <= ${now} ORDER BY shipment.due_at LIMIT ${limit}`;

export const leaseShipment = (
  tx: Db,
  { bucket, id }: ShipmentRef,
  { lease, now, early = false }: Lease & { early?: boolean },
) =>
  tx
    .updateTable('shipment')
    .set(({ eb }) => ({ lease, due_at: new Date(now.getTime() + leaseMs), tries: eb('tries', '+', 1) }))
    .where('bucket', '=', bucket)
    .where('id', '=', id)
    .where((eb) => (early ? eb.or([eb('lease', 'is', null), eb('due_at', '<=', now)]) : eb('due_at', '<=', now)))
    .returningAll();

async function changeShipment(
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
