import { request } from 'undici';

import type { QueueSeen } from '../snapshot.ts';
import type { Target } from '../target.ts';

/** Keeps events that nobody consumes; that some wait there is what it is for. */
const unconsumed = 'unconsumed';

/** How much waits in the shop's queues, by the broker's own count, which is up to five seconds old. */
export async function readQueues({ management, vhost, username, password }: Target['broker']): Promise<QueueSeen[]> {
  const base = management.replace(/\/?$/, '/');
  const { statusCode, body } = await request(new URL(`api/queues/${encodeURIComponent(vhost)}`, base), {
    headers: { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` },
  });
  if (statusCode !== 200) throw new Error(`the broker answered ${statusCode}: ${await body.text()}`);
  const queues = (await body.json()) as { name: string; messages?: number }[];
  return queues
    .filter(({ name }) => name !== unconsumed)
    .map(({ name, messages = 0 }) => ({ name, messages, isDeadLetters: name.endsWith('.dead') }));
}
