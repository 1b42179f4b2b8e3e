import { createPrivateKey, createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { IncomingHttpHeaders } from 'node:http';
import { join } from 'node:path';
import { jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import { unauthenticated } from './errors.ts';
import { systemClock, type Clock } from './time.ts';

export const callerHeader = 'x-storefront-caller';

export const callerKinds = ['guest', 'customer', 'client', 'merchant', 'service'] as const;
export type CallerKind = (typeof callerKinds)[number];

/** Who is calling, as the gateway found out. A request without a token is a guest without a `sub`. */
export type Caller = { readonly kind: CallerKind; readonly sub: string; readonly scopes: readonly string[] };

export const guest: Caller = Object.freeze({ kind: 'guest', sub: '', scopes: Object.freeze([]) });

/** Who calls, by the headers: undefined without credentials, throws `unauthenticated` for bad ones. */
export type Authenticate = (headers: IncomingHttpHeaders) => Caller | undefined | Promise<Caller | undefined>;

const Claims = z.object({
  kind: z.enum(callerKinds),
  sub: z.string(),
  scopes: z.array(z.string()),
  exp: z.number(),
});
const lifetimeSeconds = 60;
/** A signed token is used again this long, so that one that is sent has at least half its life left. */
const reuseMs = 30_000;
const cacheSize = 10_000;

/** `public.jwk` of the folder, for those who verify. */
export async function readPublicKey(callerDir: string): Promise<KeyObject> {
  return createPublicKey({ key: await readJwk(callerDir, 'public.jwk'), format: 'jwk' });
}

/** `private.jwk` of the folder, for the gateway, which signs. */
export async function readPrivateKey(callerDir: string): Promise<KeyObject> {
  return createPrivateKey({ key: await readJwk(callerDir, 'private.jwk'), format: 'jwk' });
}

/** `sign(caller, audience)` → the token of the header `x-storefront-caller`: EdDSA, 60 seconds, for that service only. */
export function createCallerSigner({ key, clock = systemClock }: { key: KeyObject; clock?: Clock }) {
  const tokens = new Map<string, { token: string; freshUntil: number }>();
  return async function sign(caller: Caller, audience: string): Promise<string> {
    const now = clock.now().getTime();
    const name = JSON.stringify([audience, caller.kind, caller.sub, caller.scopes]);
    const known = tokens.get(name);
    if (known && known.freshUntil > now) return known.token;
    const issuedAt = Math.floor(now / 1000);
    const token = await new SignJWT({ kind: caller.kind, scopes: [...caller.scopes] })
      .setProtectedHeader({ alg: 'EdDSA' })
      .setSubject(caller.sub)
      .setAudience(audience)
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + lifetimeSeconds)
      .sign(key);
    remember(tokens, name, { token, freshUntil: now + reuseMs });
    return token;
  };
}

/** `verify(token)` → the caller; throws `unauthenticated`. A token that was verified once is known until it expires. */
export function createCallerVerifier({
  key,
  audience,
  clock = systemClock,
}: {
  key: KeyObject;
  audience: string;
  clock?: Clock;
}) {
  const known = new Map<string, { caller: Caller; expiresAt: number }>();
  return async function verify(token: string): Promise<Caller> {
    const now = clock.now();
    const before = known.get(token);
    if (before && before.expiresAt > now.getTime()) return before.caller;
    known.delete(token);
    const verified = await jwtVerify(token, key, { algorithms: ['EdDSA'], audience, currentDate: now }).catch(
      (cause) => {
        throw Object.assign(unauthenticated('The caller token is not valid.', 'bad-caller-token'), { cause });
      },
    );
    const claims = Claims.safeParse(verified.payload);
    if (!claims.success) throw unauthenticated('The caller token is not complete.', 'bad-caller-token');
    const { kind, sub, scopes, exp } = claims.data;
    const caller: Caller = Object.freeze({ kind, sub, scopes: Object.freeze(scopes) });
    remember(known, token, { caller, expiresAt: exp * 1000 });
    return caller;
  };
}

/** How every service but the gateway knows its callers: the token of the header, verified with `public.jwk`. */
export function authenticateByToken(options: { callerDir: string; audience: string; clock?: Clock }): Authenticate {
  let verifier: Promise<(token: string) => Promise<Caller>> | undefined;
  const load = async () => {
    const key = await readPublicKey(options.callerDir);
    return createCallerVerifier({ ...options, key });
  };
  return async (headers) => {
    const token = headers[callerHeader];
    if (token === undefined) return undefined;
    verifier ??= load();
    const verify = await verifier.catch((error) => {
      verifier = undefined;
      throw error;
    });
    return verify(String(token));
  };
}

function remember<Value>(cache: Map<string, Value>, key: string, value: Value): void {
  if (cache.size >= cacheSize) cache.delete(cache.keys().next().value ?? '');
  cache.set(key, value);
}

async function readJwk(dir: string, name: string): Promise<JsonWebKey> {
  return JSON.parse(await readFile(join(dir, name), 'utf8'));
}
