import { openapiDocument } from '@storefront/kit/http';
import type { Carts } from './domain/carts.ts';
import { cartRoutes } from './http/carts.ts';

/** Made of the routes alone: what they would work with is not there and is not asked for. */
export const document = (): object =>
  openapiDocument({ name: 'cart', title: 'Carts', routes: cartRoutes({} as Carts) });
