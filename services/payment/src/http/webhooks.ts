import { buffer } from 'node:stream/consumers';
import type { OwnQueue } from '@storefront/kit/broker';
import { empty, route, type Route } from '@storefront/kit/http';

export type WebhookDeps = {
  queue: Pick<OwnQueue, 'enqueue'>;
  /** Throws unless Stripe signed these bytes, lately; answers the type of the event. */
  verify: (content: Buffer, signature: string | undefined) => string;
  /** What is not acted on is not kept either: an endpoint may send more than it should. */
  isActedOn: (type: string) => boolean;
  onIgnored: () => void;
};

export const webhookRoute = ({ queue, verify, isActedOn, onIgnored }: WebhookDeps): Route =>
  route({
    method: 'POST',
    path: '/webhooks/stripe',
    summary: 'What Stripe tells by itself',
    description:
      '200 when it is kept and will be looked at, or is of a type that nobody here acts on; 400 for a signature that is missing, wrong or too old; 503 to send it again.',
    allow: ['anyone'],
    raw: { types: ['application/json'], limitBytes: 512 * 1024 },
    success: [200],
    async handle({ raw, headers }) {
      const content = await buffer(raw);
      const type = verify(content, headers['stripe-signature']?.toString());
      if (isActedOn(type)) await queue.enqueue(content);
      else onIgnored();
      return empty(200);
    },
  });
