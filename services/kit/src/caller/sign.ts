import type { KeyObject } from 'node:crypto';
import { SignJWT } from 'jose';
import { systemClock, type Clock } from '../time.ts';
import { gateway, type Caller } from './caller.ts';
import { readOwnKey } from './keys.ts';
import { createTokenCache } from './token-cache.ts';

const lifetimeSeconds = 60;
/** A signed token is used again this long, so that one that is sent has at least half its life left. */
const reuseMs = 30_000;

/**
 * `sign(caller, audience)` → the token of the header `x-storefront-caller`: EdDSA, 60 seconds, for that service only. `signer` is whose
 * key it is: the gateway's, which may say any caller, unless a service is named, which is believed of itself alone.
 */
export function createCallerSigner({
  key,
  signer = gateway,
  clock = systemClock,
}: {
  key: KeyObject;
  signer?: string;
  clock?: Clock;
}) {
  const tokens = createTokenCache<{ token: string; freshUntil: number }>();
  return async function sign(caller: Caller, audience: string): Promise<string> {
    const now = clock.now().getTime();
    const name = JSON.stringify([audience, caller.kind, caller.sub, caller.scopes]);
    const known = tokens.get(name);
    if (known && known.freshUntil > now) return known.token;
    const issuedAt = Math.floor(now / 1000);
    const token = await new SignJWT({ kind: caller.kind, scopes: [...caller.scopes] })
      .setProtectedHeader({ alg: 'EdDSA', kid: signer })
      .setSubject(caller.sub)
      .setAudience(audience)
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + lifetimeSeconds)
      .sign(key);
    tokens.set(name, { token, freshUntil: now + reuseMs });
    return token;
  };
}

/** How a service says that it is itself who calls: a token for that audience. */
export type ServiceCaller = (audience: string) => Promise<string>;

/**
 * A service that calls others signs with its own key, `own.private.jwk` of the folder: the `signer` of `createClient`. Throws at once
 * where the key is not there.
 */
export function createServiceCaller(options: { callerDir: string; service: string; clock?: Clock }): ServiceCaller {
  const { callerDir, service, ...rest } = options;
  const sign = createCallerSigner({ key: readOwnKey(callerDir), signer: service, ...rest });
  const self: Caller = { kind: 'service', sub: service, scopes: [] };
  return (audience) => sign(self, audience);
}
