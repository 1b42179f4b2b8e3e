/** Where a parcel is, in EasyPost's words. https://docs.easypost.com/docs/trackers */
export const trackerStatuses = [
  'unknown',
  'pre_transit',
  'in_transit',
  'out_for_delivery',
  'delivered',
  'available_for_pickup',
  'return_to_sender',
  'failure',
  'cancelled',
  'error',
] as const;
export type TrackerStatus = (typeof trackerStatuses)[number];

export type Scan = { status: TrackerStatus; detail: string; message: string };

/** What happens to a parcel when nothing goes wrong. The second is the first time that the carrier has it in its hands. */
export const usualWay: readonly Scan[] = [
  { status: 'pre_transit', detail: 'label_created', message: 'Shipping label created' },
  { status: 'in_transit', detail: 'received_at_origin_facility', message: 'Accepted at the origin facility' },
  { status: 'in_transit', detail: 'arrived_at_facility', message: 'Arrived at a regional facility' },
  { status: 'out_for_delivery', detail: 'out_for_delivery', message: 'Out for delivery' },
  { status: 'delivered', detail: 'arrived_at_destination', message: 'Delivered' },
];

/** Ends that a parcel may come to instead. */
const otherEnds: Partial<Record<TrackerStatus, Scan>> = {
  available_for_pickup: {
    status: 'available_for_pickup',
    detail: 'arrived_at_pickup_location',
    message: 'Ready to be picked up',
  },
  return_to_sender: { status: 'return_to_sender', detail: 'return', message: 'On its way back to the sender' },
  failure: { status: 'failure', detail: 'lost', message: 'Lost' },
  cancelled: { status: 'cancelled', detail: 'cancelled', message: 'The label was voided' },
};

/** How far along a status is: a parcel never goes back. */
const ranks: Record<TrackerStatus, number> = {
  unknown: 0,
  pre_transit: 1,
  in_transit: 2,
  out_for_delivery: 3,
  available_for_pickup: 4,
  delivered: 5,
  return_to_sender: 5,
  failure: 5,
  cancelled: 5,
  error: 5,
};

export const isFinal = (status: TrackerStatus): boolean => ranks[status] === 5;

/** The next scan on the usual way; undefined at its end, or where the parcel has left it. */
export function nextScan(scans: readonly Pick<Scan, 'status' | 'detail'>[]): Scan | undefined {
  const last = scans.at(-1);
  if (!last) return usualWay[0];
  const at = usualWay.findIndex(({ status, detail }) => status === last.status && detail === last.detail);
  return at === -1 ? undefined : usualWay[at + 1];
}

/** The scans that lead to a status; undefined where it lies behind. */
export function scansTo(target: TrackerStatus, scans: readonly Pick<Scan, 'status' | 'detail'>[]): Scan[] | undefined {
  const current = scans.at(-1)?.status ?? 'unknown';
  if (isFinal(current) || ranks[target] < ranks[current]) return undefined;
  const end = otherEnds[target];
  if (end) return [end];
  const way: Scan[] = [];
  for (let scan = nextScan(scans); scan; scan = nextScan([...scans, ...way])) {
    way.push(scan);
    if (scan.status === target) return way;
  }
  return undefined;
}

/** Codes whose tracker is where it is from the start. https://docs.easypost.com/docs/trackers#test-tracking-codes */
export const testCodes: Record<string, TrackerStatus> = {
  EZ1000000001: 'pre_transit',
  EZ2000000002: 'in_transit',
  EZ3000000003: 'out_for_delivery',
  EZ4000000004: 'delivered',
  EZ5000000005: 'return_to_sender',
  EZ6000000006: 'failure',
  EZ7000000007: 'unknown',
};
