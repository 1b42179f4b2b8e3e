import { bucketOfOrderId, type OrderId } from '@storefront/commerce/order-ids';
import type { Shards } from '@storefront/kit/postgres';
import type { Scan } from '../domain/carrier.ts';
import type { AttemptState, LabelAttempt } from '../domain/label-attempt.ts';
import { leaseMs } from '../domain/schedule.ts';
import type { ParcelPlace, StoredShipment } from '../domain/shipment.ts';
import { inOrder } from '../domain/tracking.ts';
import { changeKnown, changeShipment, isNothing, Outdated } from './change-shipment.ts';
import { dueQuery, leaseShipment, selectOrder, selectParcel, selectScans, selectShipment } from './queries.ts';
import type { Lease, ShipmentRef, Taking } from './queries.ts';
import { newRowOf, shipmentOf } from './rows.ts';
import type { ShipmentRow, Tables } from './tables.ts';

export type { Lease, ShipmentRef, Taking };

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
export type DecideAlone = (shipment: StoredShipment) => Change;

/** A shipment and the attempts to buy its label; `scans` where it is certain that there are no others. */
export type Known = { shipment: StoredShipment; attempts: readonly LabelAttempt[]; scans?: readonly Scan[] };

export type Shipments = {
  /** Writes down that this parcel is wanted, leased to who asks; or answers what there is, since a parcel has one shipment, ever. */
  claim(wanted: StoredShipment, lease: Lease): Promise<{ shipment: StoredShipment; isNew: boolean }>;
  /** Writes down that this parcel is not to be, with nothing left to do; or answers what there is. */
  giveUp(unwanted: StoredShipment): Promise<StoredShipment>;
  find(place: ParcelPlace): Promise<StoredShipment | undefined>;
  ofOrder(orderId: OrderId): Promise<StoredShipment[]>;
  /** Of each shipment the newest scans, the oldest of them first. */
  scansOf(shipments: readonly StoredShipment[]): Promise<Map<string, Scan[]>>;
  /** Leases it; undefined when it is not due, or somebody has it. */
  take(ref: ShipmentRef, lease: Taking): Promise<StoredShipment | undefined>;
  /** One transaction, which reads and locks it; undefined when there is no such shipment. */
  change(ref: ShipmentRef, decide: Decide, now: Date): Promise<Known | undefined>;
  /** The same for who has leased it and knows it: nothing is read unless somebody else has changed it meanwhile. */
  changeLeased(known: Known & { lease: string }, decide: Decide, now: Date): Promise<Known | undefined>;
  /** The same where mostly there is nothing to change: no transaction then. */
  reconcile(ref: ShipmentRef, decide: DecideAlone, now: Date): Promise<StoredShipment | undefined>;
  /** On each shard that can be reached, those that are due, the oldest first. `onError` hears of the others. */
  due(limit: number, now: Date, onError: (shard: string, error: unknown) => void): Promise<ShipmentRef[]>;
};

type Work = Pick<Shards<Tables>, 'withBucket' | 'read' | 'all'>;

export const postgresShipments = (shards: Work): Shipments => new PostgresShipments(shards);

class PostgresShipments implements Shipments {
  readonly #shards: Work;

  constructor(shards: Work) {
    this.#shards = shards;
  }

  claim(wanted: StoredShipment, { lease, now }: Lease) {
    return this.#insert(wanted, { lease, due_at: new Date(now.getTime() + leaseMs) });
  }

  async giveUp(unwanted: StoredShipment) {
    return (await this.#insert(unwanted, { lease: null, due_at: null })).shipment;
  }

  #insert(wanted: StoredShipment, work: Pick<ShipmentRow, 'due_at' | 'lease'>) {
    const row = newRowOf(wanted, work);
    return this.#shards.withBucket(wanted.bucket, async (tx) => {
      const insert = tx
        .insertInto('shipment')
        .values(row)
        .onConflict((conflict) => conflict.columns(['bucket', 'order_id', 'parcel']).doNothing());
      if (await tx.commitWith(insert)) return { shipment: wanted, isNew: true };
      const known = await selectParcel(tx, wanted).executeTakeFirstOrThrow();
      return { shipment: shipmentOf(known), isNew: false };
    });
  }

  async find(place: ParcelPlace) {
    const bucket = bucketOfOrderId(place.orderId);
    const row = await this.#shards.read(bucket, (db) => selectParcel(db, place).executeTakeFirst());
    return row && shipmentOf(row);
  }

  async ofOrder(orderId: OrderId) {
    const rows = await this.#shards.read(bucketOfOrderId(orderId), (db) => selectOrder(db, orderId).execute());
    return rows.map(shipmentOf);
  }

  async scansOf(shipments: readonly StoredShipment[]) {
    const scans = new Map<string, Scan[]>();
    for (const { bucket, id } of shipments) {
      const rows = await this.#shards.read(bucket, (db) => selectScans(db, { bucket, id }).execute());
      scans.set(id, inOrder(rows));
    }
    return scans;
  }

  take(ref: ShipmentRef, lease: Taking) {
    return this.#shards.withBucket(ref.bucket, async (tx) => {
      const row = await leaseShipment(tx, ref, lease).executeTakeFirst();
      return row && shipmentOf(row);
    });
  }

  change(ref: ShipmentRef, decide: Decide, now: Date) {
    return this.#shards.withBucket(ref.bucket, (tx) => changeShipment(tx, ref, { decide, now }));
  }

  async changeLeased(known: Known & { lease: string }, decide: Decide, now: Date) {
    const { bucket, id } = known.shipment;
    try {
      return await this.#shards.withBucket(bucket, (tx) => changeKnown(tx, known, { decide, now }));
    } catch (error) {
      if (!(error instanceof Outdated)) throw error;
      return this.change({ bucket, id }, decide, now);
    }
  }

  async reconcile(ref: ShipmentRef, decide: DecideAlone, now: Date) {
    const row = await this.#shards.read(ref.bucket, (db) => selectShipment(db, ref).executeTakeFirst());
    const before = row && shipmentOf(row);
    // A bucket that has just moved may be read where it was: what is not found there, or to be changed, its owner tells.
    if (before && isNothing(decide(before), before)) return before;
    return (await this.change(ref, decide, now))?.shipment;
  }

  async due(limit: number, now: Date, onError: (shard: string, error: unknown) => void) {
    const found = this.#shards.all().map(({ name, db }) =>
      dueQuery(limit, now)
        .execute(db)
        .then(({ rows }) => rows)
        .catch((error: unknown) => {
          onError(name, error);
          return [];
        }),
    );
    return (await Promise.all(found)).flat();
  }
}
