import type { Sku } from '@storefront/commerce/ids';
import type { Currency } from '@storefront/commerce/money';
import type { Client } from '@storefront/kit/client';
import { compiled } from '@storefront/kit/compiled';
import type { Log } from '@storefront/kit/log';
import type { Clock } from '@storefront/kit/time';
import { OfferList, type Offer } from '@storefront/product/contract/stock';
import { rememberedSeconds, type Catalogue } from '../domain/ports.ts';
import { createOfferMemory } from './offer-memory.ts';

const remembered = 5_000;
/** A cart is shown with the prices that it remembers rather than after this. */
const deadline = '1s';

export type CatalogueOptions = { product: Pick<Client, 'request'>; clock: Clock; log: Log };

/** The offers of the product service, remembered shortly in this process: many carts hold the same few things. */
export function createCatalogue({ product, clock, log }: CatalogueOptions): Catalogue {
  const memory = createOfferMemory({
    limit: remembered,
    freshForMs: rememberedSeconds * 1_000,
    now: () => clock.now().getTime(),
  });
  const note = noteOutages(log);

  async function ask(skus: readonly Sku[], currency: Currency): Promise<readonly Offer[]> {
    const query = { sku: skus, currency };
    const answer = await note(product.request({ method: 'GET', path: '/offers', query, deadline }));
    if (answer.status !== 200) throw new Error(`the product service refused to say its offers: ${answer.status}`);
    return compiled(OfferList).parse(answer.json()).items;
  }

  return {
    async offers(skus, currency, { fresh = false } = {}) {
      const offers = new Map<Sku, Offer>();
      const unknown: Sku[] = [];
      for (const sku of skus) {
        const known = fresh ? undefined : memory.recall(sku, currency);
        if (known) offers.set(sku, known);
        else unknown.push(sku);
      }
      if (unknown.length === 0) return offers;
      for (const offer of await ask(unknown, currency)) {
        offers.set(offer.sku, offer);
        memory.remember(offer, currency);
      }
      return offers;
    },
  };
}

/** Says once that the catalogue is lost and once that it is back, not with every cart that is shown meanwhile. */
function noteOutages(log: Log) {
  let isAway = false;
  return async <Answer>(asked: Promise<Answer>): Promise<Answer> => {
    try {
      const answer = await asked;
      if (isAway) log.info('the catalogue is back');
      isAway = false;
      return answer;
    } catch (error) {
      if (!isAway) log.warn({ error }, 'the catalogue cannot be asked: carts show what they remember');
      isAway = true;
      throw error;
    }
  };
}
