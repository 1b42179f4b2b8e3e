import type { Desk } from '../desk.ts';
import { carrierName } from '../domain/prices.ts';
import { isFinal, nextScan, scansTo, testCodes, type Scan, type TrackerStatus } from '../domain/tracking.ts';
import { CarrierError, refuse } from '../errors.ts';
import { readKnobs } from '../knobs.ts';
import type { Address, CarrierKinds, Shipment, Tracker, TrackingDetail } from '../shapes.ts';

/** The alarm of the next scan. */
export const scanAlarm = 'scan';

type Start = { code: string; shipment: Pick<Shipment, 'id' | 'from_address' | 'parcel'> | null; days: number };

/** A tracker that knows nothing yet; the first scan comes with the next step. */
export function startTracker(desk: Desk, { code, shipment, days }: Start): Tracker {
  const tracker: Tracker = {
    ...desk.base('Tracker', 'trk'),
    tracking_code: code,
    status: 'unknown',
    status_detail: 'unknown',
    signed_by: null,
    weight: shipment?.parcel.weight ?? null,
    est_delivery_date: new Date(desk.now + days * 24 * 3600 * 1000).toISOString(),
    shipment_id: shipment?.id ?? null,
    carrier: carrierName,
    tracking_details: [],
    carrier_detail: null,
    public_url: `${desk.url()}/track/${code}`,
    fees: [],
    finalized: false,
    is_return: false,
  };
  desk.save('tracker', { shown: tracker, hidden: null });
  desk.emit('tracker.created', tracker);
  scheduleScan(desk, tracker);
  return tracker;
}

/** A tracker for a code that no label of ours has; test codes are where they are from the start. */
export function trackCode(desk: Desk, code: string): Tracker {
  const [known] = desk.objects.all('tracker', { tracking_code: code });
  if (known) return known.shown;
  const started = startTracker(desk, { code, shipment: null, days: 3 });
  const target = testCodes[code];
  if (target === undefined)
    throw new CarrierError(422, 'TRACKER.CREATE.ERROR', 'No tracking information is known for this code.');
  const scans = scansTo(target, []) ?? [];
  for (const scan of scans) takeScan(desk, started.id, scan);
  return desk.get('tracker', started.id).shown;
}

export function scheduleScan(desk: Desk, tracker: Tracker): void {
  const { stepMs } = readKnobs(desk);
  const isDone = isFinal(tracker.status) || nextScan(scansOf(tracker)) === undefined;
  if (stepMs !== null && !isDone && tracker.shipment_id !== null)
    desk.parts.alarms.set({ kind: scanAlarm, subject: tracker.id, dueAt: desk.now + stepMs });
}

/** The next scan on the usual way, unless the label was voided. */
export function stepTracker(desk: Desk, trackerId: string): void {
  const { shown: tracker } = desk.get('tracker', trackerId);
  const scan = nextScan(scansOf(tracker));
  if (!scan || isVoided(desk, tracker)) return;
  scheduleScan(desk, takeScan(desk, trackerId, scan));
}

/** Moves a parcel on to a status, by every scan on the way. */
export function moveTracker(desk: Desk, trackerId: string, target: TrackerStatus): Tracker {
  const { shown: tracker } = desk.get('tracker', trackerId);
  const scans = scansTo(target, scansOf(tracker));
  if (!scans)
    throw new CarrierError(409, 'TRACKER.BACKWARDS', `A parcel does not go from ${tracker.status} to ${target}.`);
  if (isVoided(desk, tracker)) throw refuse.refundAsked();
  for (const scan of scans) takeScan(desk, trackerId, scan);
  const { shown: moved } = desk.get('tracker', trackerId);
  desk.parts.alarms.clear(scanAlarm, trackerId);
  scheduleScan(desk, moved);
  return moved;
}

const isVoided = ({ objects }: Desk, { shipment_id: id }: Tracker): boolean =>
  (objects.find('shipment', id ?? '')?.shown.refund_status ?? null) !== null;

const scansOf = ({ tracking_details: details }: Tracker) =>
  details.map(({ status, status_detail: detail }) => ({ status, detail }));

function takeScan(desk: Desk, trackerId: string, scan: Scan): Tracker {
  const { shown: tracker } = desk.get('tracker', trackerId);
  const shipment = desk.objects.find('shipment', tracker.shipment_id ?? '');
  const moved: Tracker = {
    ...tracker,
    status: scan.status,
    status_detail: scan.detail,
    signed_by: scan.status === 'delivered' ? 'Front door' : null,
    finalized: isFinal(scan.status),
    tracking_details: [...tracker.tracking_details, describeScan(desk, scan, shipment?.shown)],
  };
  desk.save('tracker', { shown: moved, hidden: null });
  if (shipment) saveWithTracker(desk, shipment, moved);
  desk.emit('tracker.updated', moved, { status: tracker.status });
  return moved;
}

function saveWithTracker(desk: Desk, { shown, hidden }: CarrierKinds['shipment'], tracker: Tracker): void {
  desk.save('shipment', { shown: { ...shown, tracker, status: tracker.status }, hidden });
}

function describeScan(desk: Desk, { status, detail, message }: Scan, shipment: Shipment | undefined): TrackingDetail {
  const isNear = status === 'delivered' || status === 'out_for_delivery';
  const place: Partial<Address> = (isNear ? shipment?.to_address : shipment?.from_address) ?? {};
  const { city = null, state = null, country = null, zip = null } = place;
  return {
    object: 'TrackingDetail',
    message,
    description: message,
    status,
    status_detail: detail,
    datetime: desk.stamp,
    source: carrierName,
    carrier_code: '',
    tracking_location: { object: 'TrackingLocation', city, state, country, zip },
  };
}
