/** What the customer's bank and the carrier's people do, which no API of ours has a route for. */
import { request } from 'undici';

import { eventually } from '../cluster/cluster.ts';
import type { Target } from '../auditor/target.ts';
import { readIntents } from '../auditor/readers/ledgers.ts';
import type { ShipmentSeen } from '../auditor/snapshot.ts';

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
  await control(world.stripe, `intents/${intent.intentId}/challenge`, { outcome });
}

/** A parcel is scanned on its way, up to that status. */
export function scanParcel({ carrier }: World, trackingCode: string, to: 'in_transit' | 'delivered'): Promise<void> {
  return control(carrier, `trackers/${trackingCode}/move`, { to });
}

type Labels = { labels: { reference: string | null; trackingCode: string | null; voidAskedAt: number | null }[] };

/** The same with every parcel that has a label and has not arrived. */
export async function sendParcels(
  world: World,
  shipments: readonly ShipmentSeen[],
  to: 'in_transit' | 'delivered',
): Promise<void> {
  const { labels } = await control<Labels>(world.carrier, 'ledger');
  const usable = labels.filter(({ voidAskedAt }) => voidAskedAt === null);
  const codes = new Map(usable.map(({ reference, trackingCode }) => [reference, trackingCode]));
  const onTheirWay = shipments.filter(({ status }) => !['delivered', 'voided', 'refused'].includes(status));
  for (const { shipmentId } of onTheirWay) await scanParcel(world, String(codes.get(shipmentId)), to);
}

/** Does what the body says, or without one tells what is. */
async function control<Result>({ url, token }: Target['stripe'], path: string, body?: object): Promise<Result> {
  const answer = await request(`${url}/${path}`, {
    method: body ? 'POST' : 'GET',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await answer.body.text();
  if (answer.statusCode !== 200) throw new Error(`${url}/${path}: ${answer.statusCode} ${text}`);
  return JSON.parse(text) as Result;
}
