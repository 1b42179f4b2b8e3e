import { openapiDocument } from '@storefront/kit/http';
import { routes, type RoutesDeps } from './http/routes.ts';

/** Made of the routes alone: what they would work with is not there and is not asked for. */
export const document = (): object =>
  openapiDocument({ name: 'payment', title: 'Payments', routes: routes({ webhooks: {} } as RoutesDeps) });
