import type { IncomingHttpHeaders } from 'node:http';

/** Carries the signed token of who is calling. */
export const callerHeader = 'x-storefront-caller';

export const callerKinds = ['guest', 'customer', 'client', 'merchant', 'service'] as const;
export type CallerKind = (typeof callerKinds)[number];

/** Who is calling, as the gateway found out, or a service of itself. A request without a token is a guest without a `sub`. */
export type Caller = { readonly kind: CallerKind; readonly sub: string; readonly scopes: readonly string[] };

export const guest: Caller = Object.freeze({ kind: 'guest', sub: '', scopes: Object.freeze([]) });

/** Who calls, by the headers: undefined without credentials, throws `unauthenticated` for bad ones. */
export type Authenticate = (headers: IncomingHttpHeaders) => Caller | undefined | Promise<Caller | undefined>;

/** The signer that may speak for anybody: it has seen the credentials. A token without `kid` is its own. */
export const gateway = 'gateway';
