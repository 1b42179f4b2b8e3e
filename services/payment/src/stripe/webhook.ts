import type Stripe from 'stripe';
import { forgedWebhook } from '../domain/errors.ts';
import type { ProviderEvent } from '../domain/provider.ts';
import { toProviderEvent } from './shapes.ts';

type Verify = (content: Buffer, signature: string | undefined) => ProviderEvent;

/** Throws `bad-signature` unless these bytes were signed with the secret within the last five minutes. */
export function verifyWebhook(stripe: Stripe, secret: string, count: (outcome: 'accepted' | 'forged') => void): Verify {
  return (content, signature) => {
    let event: Stripe.Event;
    try {
      event = stripe.webhooks.constructEvent(content, signature ?? '', secret);
    } catch {
      // Whatever is wrong with it, it is not Stripe's. The error holds the whole body, so it goes no further.
      count('forged');
      throw forgedWebhook();
    }
    count('accepted');
    return toProviderEvent(event);
  };
}

/** Of bytes that were verified when they came in. */
export function readWebhook(content: Buffer): ProviderEvent {
  return toProviderEvent(JSON.parse(content.toString('utf8')) as Stripe.Event);
}
