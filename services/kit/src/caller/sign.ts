import type { KeyObject } from 'node:crypto';
import { systemClock, type Clock } from '../time.ts';
import { gateway, type Caller } from './caller.ts';
import { createJwsSigner } from './jws.ts';
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
  const signed = createJwsSigner({ key, kid: signer });
  const tokens = createTokenCache<{ token: string; freshUntil: number }>();
  return async function sign(caller: Caller, audience: string): Promise<string> {
    const now = clock.now().getTime();
    const name = JSON.stringify([audience, caller.kind, caller.sub, caller.scopes]);
    const known = tokens.get(name);
    if (known && known.freshUntil > now) return known.token;
    const issuedAt = Math.floor(now / 1000);
    const { kind, sub, scopes } = caller;
    const token = signed({ kind, scopes, sub, aud: audience, iat: issuedAt, exp: issuedAt + lifetimeSeconds });
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
