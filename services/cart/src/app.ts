import { randomUUID } from 'node:crypto';
import { guestTokenOf } from '@storefront/commerce/guest-tokens';
import { capabilityFor } from '@storefront/kit/capability';
import type { Client } from '@storefront/kit/client';
import { createService, type Service } from '@storefront/kit/http';
import type { Log } from '@storefront/kit/log';
import { systemClock, type Clock, type Duration } from '@storefront/kit/time';
import type { Redis } from 'ioredis';
import { createCatalogue } from './clients/catalogue.ts';
import type { Config } from './config.ts';
import { cartIdOf } from './domain/cart-ids.ts';
import { createCarts } from './domain/carts.ts';
import { cartRoutes } from './http/carts.ts';
import { redisCarts } from './store/carts.ts';

export type Deps = {
  config: Pick<Config, 'scope' | 'release' | 'host' | 'port' | 'callerDir' | 'currencies' | 'countries'>;
  log: Log;
  /** Its key prefix is `<scope>:cart:`. */
  state: Redis;
  product: Client;
  guestKey: Buffer;
  clock?: Clock;
  /** How long a cart is kept after its last change. */
  lifetime?: Duration;
  /** The same of one that never had an item. */
  emptyLifetime?: Duration;
};

/** The composition root: what exists, wired once. */
export function createCart({
  config,
  log,
  state,
  product,
  guestKey,
  clock = systemClock,
  lifetime = '30d',
  emptyLifetime = '1d',
}: Deps): Service {
  const carts = createCarts({
    store: redisCarts({ redis: state, clock, lifetime, emptyLifetime }),
    catalogue: createCatalogue({ product, clock, log }),
    shop: config,
    newCartId: (currency) => cartIdOf({ currency, uuid: randomUUID() }),
    newBuyerId: randomUUID,
    tokenOf: (id) => guestTokenOf({ kind: 'cart', id }, capabilityFor(guestKey, 'cart', id)),
  });

  return createService({
    name: 'cart',
    title: 'Carts',
    config,
    log,
    routes: cartRoutes(carts),
    connections: [product, { close: () => state.disconnect() }],
  });
}
