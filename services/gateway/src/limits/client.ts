import type { Caller } from '@storefront/kit/caller';
import type { ServiceContext } from '@storefront/kit/http';

/** Whose budget a request is taken from: by name where a token was shown, else by address. */
export interface Client {
  /** `guest:<buyerId>`, `guest:order:<orderId>`, `merchant:merchant`. */
  name: string | undefined;
  address: string;
}

/** The address is the one that the edge saw, or that a page's request came from: only those two reach this port. */
export function clientOf(ctx: ServiceContext): Client {
  const address = ctx.get('x-forwarded-for').split(',')[0]?.trim() || ctx.ip;
  return { name: nameOf(ctx.state.caller), address };
}

function nameOf(caller: Caller | undefined): string | undefined {
  if (caller === undefined) return undefined;
  const shown = caller.sub || caller.scopes[0];
  return shown ? `${caller.kind}:${shown}` : undefined;
}
