import type { OwnQueue } from '@storefront/kit/broker';
import { bodyLimitBytes, empty, route, type Route } from '@storefront/kit/http';
import type { ProviderEvent } from '../domain/provider.ts';
import type { EventOutcome } from '../payments/receive-event.ts';

export type WebhookDeps = {
  queue: Pick<OwnQueue, 'enqueue'>;
  /** Throws unless Stripe signed these bytes, lately. */
  verify: (content: Buffer, signature: string | undefined) => ProviderEvent;
  /** What it comes to at once; undefined of what is to be kept and worked off. */
  glance: (event: ProviderEvent) => Promise<EventOutcome | undefined>;
};

export const webhookRoute = ({ queue, verify, glance }: WebhookDeps): Route =>
  route({
    method: 'POST',
    path: '/webhooks/stripe',
    summary: 'What Stripe tells by itself',
    description:
      '200 when it is kept and will be looked at, or tells nothing that is acted on or new; 400 for a signature that is missing, wrong or too old; 503 to send it again.',
    allow: ['anyone'],
    raw: { types: ['application/json'], limitBytes: bodyLimitBytes },
    success: [200],
    async handle({ raw, headers }) {
      const content = await bytesOf(raw);
      const event = verify(content, headers['stripe-signature']?.toString());
      if ((await glance(event)) === undefined) await queue.enqueue(content);
      return empty(200);
    },
  });

/** Not by node:stream/consumers, which makes a Blob of it first. */
async function bytesOf(raw: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of raw) chunks.push(chunk);
  return Buffer.concat(chunks);
}
