import type { Sku } from '@storefront/commerce/ids';
import type { Currency } from '@storefront/commerce/money';
import type { Client } from '@storefront/kit/client';
import type { Log } from '@storefront/kit/log';
import { ms, type Clock, type Duration } from '@storefront/kit/time';
import { OfferList, type Offer } from '@storefront/product/contract/stock';
import type { Catalogue } from '../domain/ports.ts';

export type CatalogueOptions = {
  product: Pick<Client, 'request'>;
  clock: Clock;
  log: Log;
  /** How long an offer is shown without asking again: as old may a price or a stock be that a customer sees. */
  freshFor?: Duration;
  /** Offers remembered at most; the oldest go first. */
  limit?: number;
  /** A cart is shown with remembered prices rather than after this. */
  deadline?: Duration;
};

type Remembered = { offer: Offer; until: number };

/** The offers of the product service, remembered shortly in this process: many carts hold the same few things. */
export function createCatalogue({
  product,
  clock,
  log,
  freshFor = '5s',
  limit = 5_000,
  deadline = '1s',
}: CatalogueOptions): Catalogue {
  const memory = new Map<string, Remembered>();
  const freshForMs = ms(freshFor);

  function remember(key: string, remembered: Remembered): void {
    memory.delete(key);
    if (memory.size >= limit) memory.delete(memory.keys().next().value ?? '');
    memory.set(key, remembered);
  }

  let isAway = false;
  /** Said once when it is lost and once when it is back, not with every cart that is shown meanwhile. */
  function note(error?: unknown): void {
    if (error && !isAway) log.warn({ error }, 'the catalogue cannot be asked: carts show what they remember');
    if (!error && isAway) log.info('the catalogue is back');
    isAway = error !== undefined;
  }

  async function ask(skus: readonly Sku[], currency: Currency): Promise<readonly Offer[]> {
    const query = { sku: skus, currency };
    const answer = await product.request({ method: 'GET', path: '/offers', query, deadline }).catch((error: unknown) => {
      note(error);
      throw error;
    });
    note();
    if (answer.status !== 200) throw new Error(`the product service refused to say its offers: ${answer.status}`);
    return OfferList.parse(answer.json()).items;
  }

  return {
    async offers(skus, currency, { fresh = false } = {}) {
      const now = clock.now().getTime();
      const offers = new Map<Sku, Offer>();
      const unknown: Sku[] = [];
      for (const sku of skus) {
        const known = fresh ? undefined : memory.get(keyOf(sku, currency));
        if (known && known.until > now) offers.set(sku, known.offer);
        else unknown.push(sku);
      }
      if (unknown.length === 0) return offers;
      for (const offer of await ask(unknown, currency)) {
        offers.set(offer.sku, offer);
        remember(keyOf(offer.sku, currency), { offer, until: now + freshForMs });
      }
      return offers;
    },
  };
}

const keyOf = (sku: Sku, currency: Currency) => `${currency} ${sku}`;
