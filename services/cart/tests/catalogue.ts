import { unavailable } from '@storefront/kit/errors';
import { createLog } from '@storefront/kit/log';
import { createService, reply, route } from '@storefront/kit/http';
import { testConfig } from '@storefront/kit/testing';
import { OfferList, OfferQuery, type Offer } from '@storefront/product/contract/stock';

type Fate = 'answers' | 'fails' | 'hangs';

/**
 * In the place of the product service: says its offers as the contract wants it, to services only, and remembers what it was asked.
 * The price is the same number in every currency.
 */
export async function openCatalogue() {
  const offers = new Map<string, Partial<Offer> & { priceMinor: number }>();
  const asked: string[][] = [];
  let fate: Fate = 'answers';
  const offersRoute = route({
    method: 'GET',
    path: '/offers',
    summary: 'What a cart needs to know of these SKUs',
    allow: ['service'],
    query: OfferQuery,
    response: OfferList,
    async handle({ query: { sku: skus, currency }, signal }) {
      asked.push(skus);
      if (fate === 'fails') throw unavailable('catalogue-unavailable', 'The catalogue cannot be reached.');
      if (fate === 'hangs') await new Promise((resolve) => signal.addEventListener('abort', resolve));
      return reply({ items: skus.map((sku) => offerOf(sku, currency)) });
    },
  });
  const log = createLog({ service: 'product', level: 'silent' });
  const service = createService({ name: 'product', config: testConfig('product'), log, routes: [offersRoute] });
  const { url } = await service.start();

  function offerOf(sku: string, currency: string): Offer {
    const known = offers.get(sku);
    if (!known) return { ...nothing, sku };
    const { priceMinor, ...changes } = known;
    return { ...anOffer, sku, price: { amountMinor: priceMinor, currency }, ...changes };
  }

  return {
    url,
    /** SKUs of each call, in turn. */
    asked,
    sells: (sku: string, priceMinor: number, changes: Partial<Offer> = {}) =>
      offers.set(sku, { priceMinor, ...changes }),
    forgets: (sku: string) => offers.delete(sku),
    becomes: (next: Fate) => (fate = next),
    close: () => service.stop(),
  };
}

const anOffer: Omit<Offer, 'sku' | 'price'> = {
  offered: true,
  productId: '7f8d9c1e-2b3a-4c5d-8e6f-0a1b2c3d4e5f',
  slug: 'stoneware-mug',
  name: 'Stoneware mug',
  options: { colour: 'blue' },
  image: { sha256: 'a'.repeat(64), alt: 'A mug', width: 800, height: 800 },
  taxCategory: 'standard',
  weightGrams: 350,
  available: 100,
};

const nothing: Omit<Offer, 'sku'> = {
  offered: false,
  productId: null,
  slug: null,
  name: null,
  options: {},
  image: null,
  price: null,
  taxCategory: 'standard',
  weightGrams: 0,
  available: 0,
};
