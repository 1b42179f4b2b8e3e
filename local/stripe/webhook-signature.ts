import { createHmac, randomBytes } from 'node:crypto';
import type { Delivery } from '../simulator/webhooks/queue.ts';
import type { Letter } from '../simulator/webhooks/sender.ts';

export type Signing = {
  url: string;
  secret: string;
  delivery: Pick<Delivery, 'body' | 'forgery'>;
  /** Milliseconds of the receiver's clock, by which it judges how old a signature is: the machine's, not simulated. */
  now: number;
};

/** A webhook as Stripe signs it, or one of its forgeries. https://docs.stripe.com/webhooks#verify-manually */
export function signLetter({ url, secret, delivery: { body, forgery }, now }: Signing): Letter {
  const seconds = Math.floor(now / 1000) - (forgery === 'replay' ? 3600 : 0);
  const key = forgery === 'secret' ? `whsec_${randomBytes(16).toString('hex')}` : secret;
  const signature = createHmac('sha256', key).update(`${seconds}.${body}`).digest('hex');
  // Another body under a true signature: whoever does not check it believes ten thousand times the amount.
  const raise = (_: string, name: string, amount: string) => `${name}${Number(amount) * 10_000}`;
  const sent = forgery === 'body' ? body.replaceAll(/("amount\w*": )(\d+)/g, raise) : body;
  return {
    url,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'user-agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
      'stripe-signature': `t=${seconds},v1=${signature}`,
    },
    body: sent,
  };
}
