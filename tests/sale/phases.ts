import { formatBreaches, type Breach } from '../auditor/audit.ts';

/** A time in which something went wrong. */
export type Phase = { name: string; from: Date; to: Date };

/** What is wrong, under the phase in which the order was placed or its parcel was wanted. */
export function formatByPhase(breaches: readonly Breach[], phases: readonly Phase[]): string {
  const groups = Map.groupBy(breaches, ({ ids }) => {
    const at = timeOf(ids['orderId'] ?? ids['shipmentId'] ?? ids['subject'] ?? '');
    return phases.find(({ from, to }) => at >= from.getTime() && at <= to.getTime())?.name ?? 'of no phase';
  });
  return [...groups].map(([phase, own]) => `${phase}: ${own.length} breaches\n${formatBreaches(own)}`).join('\n\n');
}

/** The ids of orders and of shipments are UUIDv8 and begin with the Unix milliseconds; of other ids it is NaN. */
function timeOf(id: string): number {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-8/.test(id) ? Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16) : NaN;
}
