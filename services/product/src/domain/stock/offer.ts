import type { Offer } from '../../contract/stock.ts';
import type { Product } from '../product.ts';

/** Of what a merchant does not weigh. */
const usualGrams = 500;

/** What a cart may say of a SKU. Of what is not in the shop it learns nothing but that. */
export function offerOf(
  sku: string,
  { product, available, currency }: { product: Product | undefined; available: number; currency: string },
): Offer {
  const variant = product?.variants.find((one) => one.sku === sku);
  if (!product || !variant || product.status !== 'published') return { ...nothing, sku };
  const price = variant.prices.find((one) => one.currency === currency) ?? null;
  const { productId, slug, name, images, taxCategory = 'standard' } = product;
  return {
    sku,
    offered: price !== null,
    productId,
    slug,
    name,
    options: variant.options,
    image: variant.image ?? images[0] ?? null,
    price,
    taxCategory,
    weightGrams: variant.weightGrams ?? usualGrams,
    available: price === null ? 0 : available,
  };
}

const nothing: Omit<Offer, 'sku'> = {
  offered: false,
  productId: null,
  slug: null,
  name: null,
  options: {},
  image: null,
  price: null,
  taxCategory: 'standard',
  weightGrams: usualGrams,
  available: 0,
};
