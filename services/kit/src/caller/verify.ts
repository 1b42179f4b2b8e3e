import { z } from 'zod';
import { compiled } from '../compiled.ts';
import { unauthenticated } from '../errors.ts';
import { systemClock, type Clock } from '../time.ts';
import { callerHeader, callerKinds, gateway, type Authenticate, type Caller } from './caller.ts';
import { readJws } from './jws.ts';
import { publicKeysIn, type PublicKeys } from './keys.ts';
import { createTokenCache } from './token-cache.ts';

const Claims = z.object({
  kind: z.enum(callerKinds),
  sub: z.string(),
  scopes: z.array(z.string()),
  aud: z.string(),
  exp: z.number(),
  nbf: z.number().default(0),
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
    const { signer, payload } = await verifySignature(token, keys);
    const { kind, sub, scopes, exp } = claimsOf(payload, { signer, audience, now });
    const caller: Caller = Object.freeze({ kind, sub, scopes: Object.freeze(scopes) });
    known.set(token, { caller, expiresAt: exp * 1000 });
    return caller;
  };
}

/** A key that cannot be read is our fault and thrown as it is; all else is the token's. */
async function verifySignature(token: string, keys: PublicKeys): Promise<{ signer: string; payload: unknown }> {
  const jws = attempt(() => readJws(token));
  const signer = jws.kid ?? gateway;
  const key = await keys(signer);
  if (!key) throw notValid(new Error(`No signer is called ${JSON.stringify(signer)}.`));
  return { signer, payload: attempt(() => jws.payload(key)) };
}

type Expected = { signer: string; audience: string; now: Date };

/** A service is believed of itself alone: its key opens neither a customer's orders nor what another service may do. */
function claimsOf(payload: unknown, { signer, audience, now }: Expected): Claims {
  const claims = compiled(Claims).safeParse(payload);
  if (!claims.success) throw unauthenticated('The caller token is not complete.', 'bad-caller-token');
  const { kind, sub, scopes, aud, exp, nbf } = claims.data;
  const second = Math.floor(now.getTime() / 1000);
  if (aud !== audience || exp <= second || nbf > second) throw notValid();
  const isItself = kind === 'service' && sub === signer && scopes.length === 0;
  if (signer === gateway || isItself) return claims.data;
  throw unauthenticated(`The caller token claims more than ${signer} may say.`, 'bad-caller-token');
}

function attempt<Result>(read: () => Result): Result {
  try {
    return read();
  } catch (cause) {
    throw notValid(cause);
  }
}

function notValid(cause?: unknown): Error {
  return Object.assign(unauthenticated('The caller token is not valid.', 'bad-caller-token'), { cause });
}

/** How every service but the gateway knows its callers: the token of the header, verified with the public keys of the folder. */
export function authenticateByToken(options: { callerDir: string; audience: string; clock?: Clock }): Authenticate {
  const verify = createCallerVerifier({ ...options, keys: publicKeysIn(options.callerDir) });
  return (headers) => {
    const token = headers[callerHeader];
    return token === undefined ? undefined : verify(String(token));
  };
}
