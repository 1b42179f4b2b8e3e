import type { Sku } from '@storefront/commerce/ids';
import type { Currency } from '@storefront/commerce/money';
import type { Offer } from '@storefront/product/contract/stock';

export type OfferMemory = {
  /** Undefined for what is not remembered, or no longer fresh. */
  recall(sku: Sku, currency: Currency): Offer | undefined;
  remember(offer: Offer, currency: Currency): void;
};

/** The newest `limit` offers, each for so long; `now` in Unix milliseconds. */
export function createOfferMemory(options: { limit: number; freshForMs: number; now: () => number }): OfferMemory {
  const { limit, freshForMs, now } = options;
  const known = new Map<string, { offer: Offer; until: number }>();
  const keyOf = (sku: Sku, currency: Currency) => `${currency} ${sku}`;

  return {
    recall(sku, currency) {
      const found = known.get(keyOf(sku, currency));
      return found && found.until > now() ? found.offer : undefined;
    },
    remember(offer, currency) {
      const key = keyOf(offer.sku, currency);
      known.delete(key);
      if (known.size >= limit) known.delete(known.keys().next().value ?? '');
      known.set(key, { offer, until: now() + freshForMs });
    },
  };
}
