import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

import { guest, type Authenticate, type Caller } from '@storefront/kit/caller';
import { unauthenticated } from '@storefront/kit/errors';

const merchant: Caller = Object.freeze({ kind: 'merchant', sub: 'merchant', scopes: Object.freeze(['merchant']) });

/**
 * Who calls the public API. Until there is an authorization server, one token stands for the merchant (ADR 5);
 * without credentials one is a guest. The internal token is never taken from outside.
 */
export function authenticatePublic(merchantToken: string): Authenticate {
  const expected = digest(merchantToken);
  return (headers: IncomingHttpHeaders) => {
    const { authorization } = headers;
    if (authorization === undefined) return guest;
    const [scheme, token, ...rest] = authorization.split(' ');
    if (scheme?.toLowerCase() !== 'bearer' || !token || rest.length > 0)
      throw unauthenticated('Send "Authorization: Bearer <token>", or no Authorization at all.', 'bad-authorization');
    if (!timingSafeEqual(digest(token), expected)) throw unauthenticated('This token is not known.', 'unknown-token');
    return merchant;
  };
}

/** Of equal length whatever is sent, so that comparing tells nothing. */
function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
