import { withoutRequest } from '@storefront/kit/request-context';
import type { Category } from '@storefront/product/contract';
import type { Catalogue, Visit } from '../domain/catalogue.ts';
import { createStaleCache } from '../cache/stale-cache.ts';

const key = 'tree';

export type RememberedCatalogue = Catalogue & {
  /** The tree as last seen, empty when it never was: what error pages put around themselves. */
  lastKnownCategories(): Category[];
};

/** Every page shows the category tree, which hardly changes: it is asked for once a minute and outlives the API. */
export function rememberCategories(catalogue: Catalogue): RememberedCatalogue {
  const trees = createStaleCache<Category[]>({
    maxBytes: 8,
    sizeOf: () => 1,
    isKept: () => true,
    fresh: '1m',
    staleWhileRevalidate: '5m',
    staleIfError: '7d',
    inBackground: withoutRequest,
  });
  return {
    ...catalogue,
    categories: async (visit: Visit) => (await trees.get(key, () => catalogue.categories(visit))).value,
    lastKnownCategories: () => trees.peek(key) ?? [],
  };
}
