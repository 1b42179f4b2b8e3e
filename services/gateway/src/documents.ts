import cart from '@storefront/cart/openapi.json' with { type: 'json' };
import order from '@storefront/order/openapi.json' with { type: 'json' };
import payment from '@storefront/payment/openapi.json' with { type: 'json' };
import product from '@storefront/product/openapi.json' with { type: 'json' };
import shipping from '@storefront/shipping/openapi.json' with { type: 'json' };

import type { OpenApiDocument } from './routing/open-api.ts';

/** The services whose routes are public, by name, each with the document it generates from them. */
export const documents = { product, cart, order, payment, shipping } as unknown as Readonly<
  Record<ServiceName, OpenApiDocument>
>;

export type ServiceName = 'product' | 'cart' | 'order' | 'payment' | 'shipping';
