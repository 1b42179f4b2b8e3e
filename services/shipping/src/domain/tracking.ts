import type { ShipmentStatus } from '../contract.ts';
import type { Scan, ScanStatus } from './carrier.ts';

/** How far along the way a status is. Carriers tell late, twice and out of order; a parcel goes only on. */
const ranks: Record<ScanStatus, number> = {
  labelled: 0,
  'in-transit': 1,
  'out-for-delivery': 2,
  delivered: 3,
  returned: 3,
  failed: 3,
};

export const journeyStatuses: readonly ShipmentStatus[] = Object.keys(ranks) as ScanStatus[];

const isOnTheWay = (status: ShipmentStatus): status is ScanStatus => status in ranks;

/** Of two ends the first that was told stays. */
export const endsJourney = (status: ShipmentStatus): boolean => isOnTheWay(status) && ranks[status] === 3;

/** The status after a scan was told of; what is not on the way (`voided`) stays. */
export function furthest(current: ShipmentStatus, seen: ScanStatus): ShipmentStatus {
  return isOnTheWay(current) && ranks[seen] > ranks[current] ? seen : current;
}

/** As they happened; of one moment, the earlier part of the way first. */
export const inOrder = <Known extends Pick<Scan, 'at' | 'status'>>(scans: readonly Known[]): Known[] =>
  scans.toSorted((a, b) => a.at.getTime() - b.at.getTime() || ranks[a.status] - ranks[b.status]);

/** How many scans of a parcel are kept and shown, the newest. */
export const shownScans = 100;

/** Scans as they are kept: one of several with the same words at the same moment, texts of a bounded length. */
export function keptScans(scans: readonly Scan[]): Scan[] {
  const kept = new Map<string, Scan>();
  for (const scan of scans) {
    const message = scan.message.slice(0, 200);
    kept.set(`${scan.at.getTime()} ${scan.status} ${message}`, {
      ...scan,
      message,
      place: scan.place?.slice(0, 200) ?? null,
    });
  }
  return inOrder([...kept.values()]).slice(-shownScans);
}
