import { buffer } from 'node:stream/consumers';
import type { OwnQueue } from '@storefront/kit/broker';
import { empty, route, type Route } from '@storefront/kit/http';

export type WebhookDeps = {
  queue: Pick<OwnQueue, 'enqueue'>;
  /** Throws unless Stripe signed these bytes, lately. */
  verify: (content: Buffer, signature: string | undefined) => void;
};

export const webhookRoute = ({ queue, verify }: WebhookDeps): Route =>
  route({
    method: 'POST',
    path: '/webhooks/stripe',
    summary: 'What Stripe tells by itself',
    description:
      '200 when it is kept and will be looked at; 400 for a signature that is missing, wrong or too old; 503 to send it again.',
    allow: ['anyone'],
    raw: { types: ['application/json'], limitBytes: 512 * 1024 },
    success: [200],
    async handle({ raw, headers }) {
      const content = await buffer(raw);
      verify(content, headers['stripe-signature']?.toString());
      await queue.enqueue(content);
      return empty(200);
    },
  });
