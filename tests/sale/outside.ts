/** What the customer's bank and the carrier's people do, which no API of ours has a route for. */
import { request } from 'undici';

import { eventually } from '../cluster/cluster.ts';
import type { Target } from '../auditor/target.ts';
import { readIntents } from '../auditor/readers/ledgers.ts';

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

async function control({ url, token }: Target['stripe'], path: string, body: object): Promise<void> {
  const answer = await request(`${url}/${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const text = await answer.body.text();
  if (answer.statusCode !== 200) throw new Error(`${url}/${path}: ${answer.statusCode} ${text}`);
}
