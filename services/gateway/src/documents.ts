import product from '@storefront/product/openapi.json' with { type: 'json' };

import type { OpenApiDocument } from './routing/open-api.ts';

/** The services whose routes are public, by name, each with the document it generates from them. */
export const documents: Readonly<Record<'product', OpenApiDocument>> = {
  product: product as unknown as OpenApiDocument,
};
