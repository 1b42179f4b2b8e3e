import { isOver, type StoredShipment } from './shipment.ts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** As long as this somebody works on a shipment: longer than the calls of one look at the carrier, all of them slow. */
export const leaseMs = 90 * second;

/** A purchase that nobody answered may still arrive: so long a parcel that is not bought is not yet one that never will be. */
export const inFlightMs = 2 * minute;

/** A parcel that no scanner has seen for so long is not looked for any more. */
const forgottenMs = 90 * day;
const firstWaitMs = 2 * second;
const longestWaitMs = 5 * minute;
/** Some five hours of them. */
const manyTries = 60;

/**
 * When somebody has to look at the shipment again; null: never. What is wanted, or to be voided, is tried again after 2 s, 4 s, … 5 min,
 * and each hour in the end, for as long as it is wanted; a parcel on its way is asked after where nothing came by itself. `random`: 0 to 1.
 */
export function nextLook(shipment: StoredShipment, { now, random }: { now: Date; random: number }): Date | null {
  if (isOver(shipment)) return null;
  const after = (ms: number) => new Date(now.getTime() + ms);
  if (shipment.status === 'wanted' || shipment.voidWantedAt) return after(backOffMs(shipment.tries, random));
  if (now.getTime() - shipment.createdAt.getTime() > forgottenMs) return null;
  return after((shipment.status === 'out-for-delivery' ? 2 * hour : 6 * hour) * (0.9 + 0.2 * random));
}

/** The upper half of it at random, so that all that waited for a carrier does not come back in step. */
export function backOffMs(tries: number, random: number): number {
  const steps = Math.min(Math.max(tries - 1, 0), 12);
  const ceiling = tries > manyTries ? hour : Math.min(longestWaitMs, firstWaitMs * 2 ** steps);
  return Math.round(ceiling / 2 + (random * ceiling) / 2);
}
