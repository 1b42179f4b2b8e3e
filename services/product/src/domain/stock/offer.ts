import type { Offer } from '../../contract/stock.ts';
import type { Product } from '../product.ts';

/** Of what a merchant does not weigh. */
const usualGrams = 500;

/** What a product says of one of its SKUs, in one version. */
export type Sellable = Pick<Product, 'productId' | 'version' | 'updatedAt' | 'status' | 'slug' | 'name'> & {
  taxCategory: Offer['taxCategory'];
  image: Offer['image'];
  variant: Product['variants'][number];
};

export type SellableSource = Pick<
  Product,
  'productId' | 'version' | 'updatedAt' | 'status' | 'slug' | 'name' | 'taxCategory' | 'images' | 'variants'
>;

/** Undefined when the product has no such SKU. */
export function sellableOf(sku: string, product: SellableSource): Sellable | undefined {
  const { productId, version, updatedAt, status, slug, name, images, taxCategory = 'standard' } = product;
  const variant = product.variants.find((one) => one.sku === sku);
  const image = variant?.image ?? images[0] ?? null;
  return variant && { productId, version, updatedAt, status, slug, name, taxCategory, image, variant };
}

/** What a cart may say of a SKU. Of what is not in the shop it learns nothing but that. */
export function offerOf(
  sku: string,
  { sellable, available, currency }: { sellable: Sellable | undefined; available: number; currency: string },
): Offer {
  if (sellable?.status !== 'published') return { ...nothing, sku };
  const { productId, slug, name, taxCategory, image, variant } = sellable;
  const price = variant.prices.find((one) => one.currency === currency) ?? null;
  return {
    sku,
    offered: price !== null,
    productId,
    slug,
    name,
    options: variant.options,
    image,
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
