/** What the customer's bank and the carrier's people do, which no API of ours has a route for. */
import { eventually } from '../cluster/cluster.ts';
import type { Target } from '../auditor/target.ts';
import { readIntents } from '../auditor/readers/ledgers.ts';
import type { ShipmentSeen } from '../auditor/snapshot.ts';
import { control } from './control.ts';

type Scan = 'in_transit' | 'delivered';
type World = Pick<Target, 'stripe' | 'carrier' | 'scope'>;

/** Answers the bank's question about an order for its customer. */
export async function answerBank(world: World, orderId: string, outcome: 'approve' | 'deny'): Promise<void> {
  const intent = await eventually(
    async () => {
      const found = (await readIntents(world.stripe, world.scope)).find((one) => one.orderId === orderId);
      if (!found) throw new Error(`Stripe knows no payment of ${orderId}`);
      return found;
    },
    { within: 10_000 },
  );
  const path = `intents/${intent.intentId}/challenge`;
  await control(world.stripe, { method: 'POST', path, body: { outcome } });
}

/** A parcel is scanned on its way, up to that status. */
export async function scanParcel({ carrier }: World, trackingCode: string, to: Scan): Promise<void> {
  await control(carrier, { method: 'POST', path: `trackers/${trackingCode}/move`, body: { to } });
}

/** A label that was paid for; its code comes with it, or later. */
export type Label = { reference: string | null; trackingCode: string | null; voidAskedAt: number | null };

export async function labelsOf({ carrier }: World): Promise<Label[]> {
  return (await control<{ labels: Label[] }>(carrier, { path: 'ledger' })).labels;
}

/** Scans every parcel that has a label and has not arrived. */
export async function sendParcels(world: World, shipments: readonly ShipmentSeen[], to: Scan): Promise<void> {
  const usable = (await labelsOf(world)).filter(({ voidAskedAt }) => voidAskedAt === null);
  const codes = new Map(usable.map(({ reference, trackingCode }) => [reference, trackingCode]));
  const onTheirWay = shipments.filter(({ status }) => !['delivered', 'voided', 'refused'].includes(status));
  for (const { shipmentId } of onTheirWay) await scanParcel(world, String(codes.get(shipmentId)), to);
}
