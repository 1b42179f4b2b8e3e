import type { Route } from '@storefront/kit/http';
import { bulkRoutes, type BulkRoutesDeps } from './bulk.ts';
import { categoryRoutes } from './categories.ts';
import { holdRoutes, type HoldRoutesDeps } from './holds.ts';
import { listingRoutes, type ListingRoutesDeps } from './listing.ts';
import { mediaRoutes } from './media.ts';
import { offerRoutes } from './offers.ts';
import { productRoutes, type ProductRoutesDeps } from './products.ts';
import { stockRoutes, type StockRoutesDeps } from './stock.ts';

export type RoutesDeps = ProductRoutesDeps &
  ListingRoutesDeps &
  BulkRoutesDeps &
  StockRoutesDeps &
  HoldRoutesDeps &
  Parameters<typeof offerRoutes>[0] &
  Parameters<typeof mediaRoutes>[0];

/** The whole API. Paths with fixed parts come before those with parameters in the same place. */
export const catalogueRoutes = (deps: RoutesDeps): Route[] => [
  ...listingRoutes(deps),
  ...bulkRoutes(deps),
  ...productRoutes(deps),
  ...categoryRoutes(deps),
  ...mediaRoutes(deps),
  ...stockRoutes(deps),
  ...holdRoutes(deps),
  ...offerRoutes(deps),
];
