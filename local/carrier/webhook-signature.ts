import { createHmac, randomBytes } from 'node:crypto';
import type { Delivery } from '../simulator/webhooks/queue.ts';
import type { Letter } from '../simulator/webhooks/sender.ts';

export type Signing = {
  url: string;
  /** Without one, EasyPost signs nothing. */
  secret: string | null;
  delivery: Pick<Delivery, 'body' | 'forgery'>;
  /** The receiver's clock, by which it judges how old a signature is: the machine's, not simulated. */
  now: Date;
};

/**
 * A webhook as EasyPost signs it, or one of its forgeries: `X-Hmac-Signature` over the body, which its packages check, and
 * `X-Hmac-Signature-V2` over time, method, path and body.
 */
export function signLetter({ url, secret, delivery: { body, forgery }, now }: Signing): Letter {
  const headers = { 'content-type': 'application/json', 'user-agent': 'EasyPost Web Hook Service' };
  const at = new Date(now.getTime() - (forgery === 'replay' ? 3_600_000 : 0)).toISOString();
  const key = forgery === 'secret' ? randomBytes(16).toString('hex') : secret;
  const sent = forgery === 'body' ? body.replaceAll(/"status":"\w+"/g, '"status":"delivered"') : body;
  if (key === null) return { url, headers, body: sent };
  const { pathname } = new URL(url);
  const sign = (text: string) =>
    `hmac-sha256-hex=${createHmac('sha256', Buffer.from(key.normalize('NFKD')))
      .update(text)
      .digest('hex')}`;
  return {
    url,
    headers: {
      ...headers,
      'x-hmac-signature': sign(body),
      'x-hmac-signature-v2': sign(`${at}POST${pathname}${body}`),
      'x-timestamp': at,
      'x-path': pathname,
    },
    body: sent,
  };
}
