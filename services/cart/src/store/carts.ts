import { maxLineMinor } from '@storefront/commerce/totals';
import { ms, seconds, type Clock, type Duration } from '@storefront/kit/time';
import type { Redis } from 'ioredis';
import { maxLines, type CartId } from '../contract.ts';
import { currencyOfCartId } from '../domain/cart-ids.ts';
import type { KeptCart } from '../domain/cart.ts';
import type { CartStore, Refusal, Target } from '../domain/ports.ts';
import { keptCartOf } from './cart-hash.ts';
import { countryScript, createScript, putScript, removeScript } from './scripts.ts';

export type RedisCartsOptions = {
  /** Its key prefix is the service's own: `<scope>:cart:`. */
  redis: Redis;
  clock: Clock;
  /** How long a cart is kept after its last change. */
  lifetime: Duration;
  /** The same of one that never had an item: anybody can make as many as he likes, and this Redis may lose nothing. */
  emptyLifetime: Duration;
};

type Reply = ['shown', string[]] | ['stale', string] | ['missing' | 'absent' | 'full' | 'too-much'];
type Script = (key: string, ...args: (string | number)[]) => Promise<Reply>;

/** Each change is one script, so one round trip; a lost server is the driver's error, which kit answers as 503. */
export function redisCarts({ redis, clock, lifetime, emptyLifetime }: RedisCartsOptions): CartStore {
  const scripts = defineScripts(redis);
  const [emptySeconds, lifetimeSeconds] = [seconds(emptyLifetime), seconds(lifetime)];
  const lifetimeMs = { empty: ms(emptyLifetime), used: ms(lifetime) };
  const now = () => clock.now().getTime();

  function kept(cartId: CartId, hash: readonly string[]): KeptCart | undefined {
    const currency = currencyOfCartId(cartId);
    return currency === undefined ? undefined : keptCartOf(hash, { cartId, currency, lifetimeMs });
  }

  async function change(run: Script, { cartId, buyerId, expectedVersion }: Target, own: (string | number)[]) {
    const reply = await run(cartId, buyerId, expectedVersion ?? '', now(), emptySeconds, lifetimeSeconds, ...own);
    return readReply(reply, (hash) => kept(cartId, hash));
  }

  return {
    async create({ cartId, buyerId, country }) {
      const cart = readReply(await scripts.create(cartId, buyerId, now(), emptySeconds, country), (hash) =>
        kept(cartId, hash),
      );
      if ('refused' in cart) throw new Error(`the new cart ${cartId} was not kept`);
      return cart;
    },
    async find(cartId) {
      return kept(cartId, flat(await redis.hgetall(cartId)));
    },
    putItem: (target, { sku, units, snapshot, which }) =>
      change(scripts.put, target, [
        sku,
        units,
        snapshot?.unitPrice.amountMinor ?? '',
        snapshot ? JSON.stringify(snapshot) : '',
        which,
        maxLines,
        maxLineMinor,
      ]),
    removeItem: (target, sku) => change(scripts.remove, target, [sku]),
    setCountry: (target, country) => change(scripts.setCountry, target, [country]),
  };
}

function defineScripts(redis: Redis) {
  const define = (name: string, lua: string): Script => {
    redis.defineCommand(name, { numberOfKeys: 1, lua });
    return (redis as unknown as Record<string, Script>)[name]!.bind(redis);
  };
  return {
    create: define('createCart', createScript),
    put: define('putCartItem', putScript),
    remove: define('removeCartItem', removeScript),
    setCountry: define('setCartCountry', countryScript),
  };
}

function readReply(reply: Reply, kept: (hash: readonly string[]) => KeptCart | undefined): KeptCart | Refusal {
  if (reply[0] === 'stale') return { refused: 'stale', version: reply[1] };
  if (reply[0] !== 'shown') return { refused: reply[0] };
  return kept(reply[1]) ?? { refused: 'missing' };
}

function flat(hash: Readonly<Record<string, string>>): string[] {
  return Object.entries(hash).flat();
}
