import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

import { orderScope, readGuestToken } from '@storefront/commerce/guest-tokens';
import { guest, type Authenticate, type Caller } from '@storefront/kit/caller';
import { isCapabilityFor } from '@storefront/kit/capability';
import { unauthenticated } from '@storefront/kit/errors';

const merchant: Caller = Object.freeze({ kind: 'merchant', sub: 'merchant', scopes: Object.freeze(['merchant']) });

/** What the token of a cart opens: all that belongs to its buyer. */
const buyerScopes = Object.freeze(['cart', 'orders:read', 'orders:write']);

export interface Credentials {
  /** Until there is an authorization server, one token stands for the merchant (ADR 5). */
  merchantToken: string;
  /** Of the tokens that cart and order give to guests (`commerce/guest-tokens`). */
  guestKey: Buffer;
}

/**
 * Who calls the public API: the merchant, a guest who shows the token of a cart or of an order, or a guest of whom nothing is
 * known. The internal token is never taken from outside.
 */
export function authenticatePublic({ merchantToken, guestKey }: Credentials): Authenticate {
  const expected = digest(merchantToken);
  return (headers: IncomingHttpHeaders) => {
    const { authorization } = headers;
    if (authorization === undefined) return guest;
    const [scheme, token, ...rest] = authorization.split(' ');
    if (scheme?.toLowerCase() !== 'bearer' || !token || rest.length > 0)
      throw unauthenticated('Send "Authorization: Bearer <token>", or no Authorization at all.', 'bad-authorization');
    const shown = guestOf(token, guestKey);
    if (shown) return shown;
    if (!timingSafeEqual(digest(token), expected)) throw unauthenticated('This token is not known.', 'unknown-token');
    return merchant;
  };
}

/** A buyer has a `sub`; who shows an order's token is nobody but may see that order. */
function guestOf(text: string, key: Buffer): Caller | undefined {
  const token = readGuestToken(text);
  if (!token || !isCapabilityFor(key, token.kind, token.id, token.mac)) return undefined;
  if (token.kind === 'order') return { kind: 'guest', sub: '', scopes: [orderScope(token.id)] };
  return { kind: 'guest', sub: token.id, scopes: buyerScopes };
}

/** Of equal length whatever is sent, so that comparing tells nothing. */
function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
