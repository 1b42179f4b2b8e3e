import { UnprocessableMessage } from '@storefront/kit/broker';
import { ServiceError } from '@storefront/kit/errors';
import type { Log } from '@storefront/kit/log';
import type { Carrier, CarrierParcel } from '../domain/carrier.ts';
import { carrierNotFound, carrierUnavailable } from '../domain/errors.ts';
import { bucketOfReference, isInHouse, isOver, type StoredShipment } from '../domain/shipment.ts';
import { endsJourney } from '../domain/tracking.ts';
import type { Change, Shipments } from '../store/shipments.ts';
import { buyLabel } from './buy-label.ts';
import { hold, takenIn, type Held, type HeldDeps, type Leased, type Left } from './held.ts';
import { voidLabel } from './void-label.ts';

export type Carriers = ReadonlyMap<string, Carrier>;
export type LabelDeskDeps = HeldDeps & { shipments: Pick<Shipments, 'reconcile'>; carriers: Carriers; log: Log };

/** What is done at the carriers, one look at one shipment at a time. */
export type LabelDesk = {
  /**
   * Works on a shipment that was leased, as far as it gets, and tells how it left it, unless that failed: never throws. What it finds out
   * is published unless `isHeard` says, when it is kept, that somebody waits for it.
   */
  look(leased: Leased, isHeard?: () => boolean): Promise<Left | undefined>;
  /** Asks the carrier how far the parcel is; throws when it cannot be asked. */
  refresh(shipment: StoredShipment, as: { isHeard: () => boolean }): Promise<void>;
  /** Something happened to a parcel, by the carrier's id: looks at it. Throws UnprocessableMessage when it is not ours. */
  hear(carrierName: string, carrierId: string): Promise<void>;
};

export function createLabelDesk(deps: LabelDeskDeps): LabelDesk {
  const { carriers, shipments, clock, log } = deps;
  const carrierOf = (name: string): Carrier => {
    const carrier = carriers.get(name);
    if (!carrier) throw carrierUnavailable(name, carrierNotFound(name));
    return carrier;
  };

  return {
    async look(leased, isHeard = () => false) {
      const { id, orderId, parcel, carrier: name, tries } = leased.shipment;
      try {
        const held = hold({ ...leased, carrier: carrierOf(name), isHeard }, deps);
        return await turn(held).catch((error: unknown) => {
          const isOutage = error instanceof ServiceError && error.kind === 'unavailable';
          const line = { error, shipment: id, orderId, parcel, tries };
          log[isOutage ? 'warn' : 'error'](line, 'a shipment did not get on, will try again');
          return held.end((current) => ({ shipment: current }));
        });
      } catch (error) {
        log.error({ error, shipment: id, orderId, parcel }, 'a shipment was left alone, its lease ends');
        return undefined;
      }
    },
    async refresh(shipment, { isHeard }) {
      if (shipment.carrierId === null) return;
      const seen = await carrierOf(shipment.carrier).find(shipment.carrierId);
      if (seen)
        await shipments.reconcile(shipment, (one) => ({ ...takenIn(one, seen), isNews: !isHeard() }), clock.now());
    },
    async hear(carrierName, carrierId) {
      const seen = await carrierOf(carrierName).find(carrierId);
      const bucket = bucketOfReference(seen?.reference ?? null);
      if (!seen?.reference || bucket === undefined)
        throw new UnprocessableMessage('refused', `the parcel ${carrierId} of ${carrierName} is not of this shop`);
      const ref = { bucket, id: seen.reference };
      const known = await shipments.reconcile(ref, (current) => heard(current, seen, clock.now()), clock.now());
      if (!known) throw new UnprocessableMessage('refused', `there is no shipment ${seen.reference}`);
    },
  };
}

function turn(held: Held): Promise<Left> {
  const { shipment } = held;
  if (endsJourney(shipment.status)) return held.end((current) => ({ shipment: current }));
  if (isOver(shipment) || (shipment.voidWantedAt && isInHouse(shipment))) return voidLabel(held);
  return shipment.status === 'wanted' ? buyLabel(held) : track(held);
}

async function track(held: Held): Promise<Left> {
  const { shipment, carrier } = held;
  const seen = await carrier.find(shipment.carrierId ?? shipment.id);
  return held.end((current) => (seen ? takenIn(current, seen) : { shipment: current }));
}

/** A label that turns up for a shipment that was given up is voided by whoever looks next. */
function heard(current: StoredShipment, seen: CarrierParcel, now: Date): Change {
  // Made by a creation whose answer was lost; nothing was ever bought under it.
  if (current.carrierId !== seen.carrierId) return { shipment: current };
  const isLeft = (current.status === 'voided' || current.status === 'refused') && seen.isBought && !seen.isVoided;
  return { ...takenIn(current, seen), isNews: true, ...(isLeft ? { dueAt: now } : {}) };
}
