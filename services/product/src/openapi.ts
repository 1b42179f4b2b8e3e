import { openapiDocument } from '@storefront/kit/http';
import { catalogueRoutes, type RoutesDeps } from './http/routes.ts';

/** Made of the routes alone: what they would work with is not there and is not asked for. */
export const document = (): object =>
  openapiDocument({ name: 'product', title: 'Catalogue and stock', routes: catalogueRoutes({} as RoutesDeps) });
