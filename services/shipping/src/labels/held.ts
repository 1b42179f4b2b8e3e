import type { Clock } from '@storefront/kit/time';
import type { Carrier, CarrierParcel } from '../domain/carrier.ts';
import { nextLook } from '../domain/schedule.ts';
import { isInHouse, isOver, seenAtCarrier, type StoredShipment } from '../domain/shipment.ts';
import type { LabelAttempt } from '../domain/label-attempt.ts';
import type { Change, Decide, Known, Shipments } from '../store/shipments.ts';

export type HeldDeps = { shipments: Pick<Shipments, 'change' | 'changeLeased'>; clock: Clock; random: () => number };
type Decided = Omit<Change, 'release' | 'isNews'>;

/** A shipment that this process works on, and its carrier. What the carrier says is decided upon by the row as it is then. */
export type Held = {
  readonly shipment: StoredShipment;
  readonly carrier: Carrier;
  readonly now: () => Date;
  /** A step: the work goes on. */
  keep(decide: (...given: Parameters<Decide>) => Decided): Promise<StoredShipment>;
  /** The last step for now: gives the shipment back, due when its state asks for it. */
  end(decide: (...given: Parameters<Decide>) => Decided): Promise<Left>;
};

/** How somebody leaves a shipment: `scans` where it is certain that there are no others. */
export type Left = Pick<Known, 'shipment' | 'scans'>;

/** `attempts` where they are known: of a shipment that was leased as it was claimed there are none. */
export type Leased = { shipment: StoredShipment; lease: string; attempts?: readonly LabelAttempt[] };
type Holding = Leased & { carrier: Carrier; isHeard: () => boolean };

export function hold(
  { shipment, attempts, carrier, lease, isHeard }: Holding,
  { shipments, clock, random }: HeldDeps,
): Held {
  let known: Known | undefined = attempts && { shipment, attempts };
  async function change(decide: Decide): Promise<Known> {
    const before = known;
    // Of a change that fails nobody knows whether it was committed.
    known = undefined;
    known = before
      ? await shipments.changeLeased({ ...before, lease }, decide, clock.now())
      : await shipments.change(shipment, decide, clock.now());
    if (!known) throw new Error(`the shipment ${shipment.id} is gone`);
    return known;
  }
  return {
    shipment,
    carrier,
    now: () => clock.now(),
    keep: async (decide) => (await change((...given) => ({ ...decide(...given), isNews: !isHeard() }))).shipment,
    end: (decide) =>
      change((...given) => {
        const decided = decide(...given);
        const dueAt = nextLook(decided.shipment, { now: clock.now(), random: random() });
        return { ...decided, isNews: !isHeard(), release: { lease, dueAt } };
      }),
  };
}

/** What the carrier says of the parcel, as the shipment takes it in. */
export function takenIn(current: StoredShipment, seen: CarrierParcel): Decided {
  const next = seenAtCarrier(current, seen);
  const hasMoved = next.status !== current.status;
  // A parcel that left the house keeps its label.
  const wish = isInHouse(next) ? {} : { voidWantedAt: null };
  const shipment = { ...next, ...wish, tries: hasMoved ? 0 : next.tries };
  return {
    shipment,
    scans: seen.scans,
    ...(seen.isBought ? { closes: 'bought' as const } : {}),
    ...(isOver(shipment) ? { dueAt: null } : {}),
  };
}
