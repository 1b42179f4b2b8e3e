import type { Offer } from '../../contract/stock.ts';
import type { Product } from '../product.ts';

/** Of what a merchant does not weigh. */
const usualGrams = 500;

/** What a cart may say of a SKU. Of what is not in the shop it learns nothing but that. */
export function offerOf(
  sku: string,
  { product, available, currency }: { product: Product | undefined; available: number; currency: string },
): Offer {
  const shown = product?.status === 'published' ? product : undefined;
  const variant = shown?.variants.find((one) => one.sku === sku);
  return shown && variant ? offered(shown, variant, { available, currency }) : { ...nothing, sku };
}

function offered(
  product: Product,
  variant: Product['variants'][number],
  { available, currency }: { available: number; currency: string },
): Offer {
  const price = variant.prices.find((one) => one.currency === currency) ?? null;
  const { productId, slug, name, images, taxCategory = 'standard' } = product;
  return {
    sku: variant.sku,
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
