import type { KeyObject } from 'node:crypto';
import { jwtVerify, type JWTVerifyResult } from 'jose';
import { z } from 'zod';
import { unauthenticated } from '../errors.ts';
import { systemClock, type Clock } from '../time.ts';
import { callerHeader, callerKinds, gateway, type Authenticate, type Caller } from './caller.ts';
import { publicKeysIn, type PublicKeys } from './keys.ts';
import { createTokenCache } from './token-cache.ts';

const Claims = z.object({
  kind: z.enum(callerKinds),
  sub: z.string(),
  scopes: z.array(z.string()),
  exp: z.number(),
});
type Claims = z.infer<typeof Claims>;

type VerifierOptions = {
  keys: PublicKeys;
  audience: string;
  clock?: Clock;
};

/**
 * `verify(token)` → the caller; throws `unauthenticated`. The header's `kid` names the signer. A token that was verified once is known
 * until it expires.
 */
export function createCallerVerifier({ keys, audience, clock = systemClock }: VerifierOptions) {
  const known = createTokenCache<{ caller: Caller; expiresAt: number }>();
  return async function verify(token: string): Promise<Caller> {
    const now = clock.now();
    const before = known.get(token);
    if (before && before.expiresAt > now.getTime()) return before.caller;
    known.delete(token);
    const verified = await verifySignature(token, keys, { audience, now });
    const { kind, sub, scopes, exp } = claimsOf(verified);
    const caller: Caller = Object.freeze({ kind, sub, scopes: Object.freeze(scopes) });
    known.set(token, { caller, expiresAt: exp * 1000 });
    return caller;
  };
}

/** A key that cannot be read is our fault and thrown as it is; all else is the token's. */
async function verifySignature(token: string, keys: PublicKeys, { audience, now }: { audience: string; now: Date }) {
  let unreadable: { error: unknown } | undefined;
  const keyOf = async ({ kid = gateway }: { kid?: string }): Promise<KeyObject> => {
    const key = await keys(kid).catch((error: unknown) => {
      unreadable = { error };
      throw error;
    });
    if (!key) throw new Error(`No signer is called ${JSON.stringify(kid)}.`);
    return key;
  };
  return jwtVerify(token, keyOf, { algorithms: ['EdDSA'], audience, currentDate: now }).catch((cause: unknown) => {
    if (unreadable) throw unreadable.error;
    throw Object.assign(unauthenticated('The caller token is not valid.', 'bad-caller-token'), { cause });
  });
}

/** A service is believed of itself alone: its key opens neither a customer's orders nor what another service may do. */
function claimsOf({ payload, protectedHeader }: JWTVerifyResult): Claims {
  const claims = Claims.safeParse(payload);
  if (!claims.success) throw unauthenticated('The caller token is not complete.', 'bad-caller-token');
  const { kind, sub, scopes } = claims.data;
  const { kid: signer = gateway } = protectedHeader;
  const isItself = kind === 'service' && sub === signer && scopes.length === 0;
  if (signer === gateway || isItself) return claims.data;
  throw unauthenticated(`The caller token claims more than ${signer} may say.`, 'bad-caller-token');
}

/** How every service but the gateway knows its callers: the token of the header, verified with the public keys of the folder. */
export function authenticateByToken(options: { callerDir: string; audience: string; clock?: Clock }): Authenticate {
  const verify = createCallerVerifier({ ...options, keys: publicKeysIn(options.callerDir) });
  return (headers) => {
    const token = headers[callerHeader];
    return token === undefined ? undefined : verify(String(token));
  };
}
