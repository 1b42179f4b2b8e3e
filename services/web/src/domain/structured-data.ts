/** schema.org descriptions for search engines (https://developers.google.com/search/docs/appearance/structured-data). */
import { toDecimal } from '@storefront/commerce/money';
import type { Product, Variant } from '@storefront/product/contract';
import type { Link } from './links.ts';
import { previewOf, type Picture } from './picture.ts';
import { priceIn } from './price.ts';
import type { Site } from './site.ts';

const context = 'https://schema.org';

export const siteData = (site: Site): object => ({
  '@context': context,
  '@type': 'WebSite',
  name: site.name,
  url: `${site.publicUrl}/`,
  potentialAction: {
    '@type': 'SearchAction',
    target: { '@type': 'EntryPoint', urlTemplate: `${site.publicUrl}/search?q={search_term_string}` },
    'query-input': 'required name=search_term_string',
  },
});

export const breadcrumbData = (site: Site, trail: readonly Link[]): object => ({
  '@context': context,
  '@type': 'BreadcrumbList',
  itemListElement: trail.map(({ name, href }, index) => ({
    '@type': 'ListItem',
    position: index + 1,
    name,
    item: site.publicUrl + href,
  })),
});

export function productData(site: Site, product: Product, pictures: readonly Picture[], currency: string): object {
  const address = `${site.publicUrl}/products/${product.slug}`;
  return {
    '@context': context,
    '@type': 'Product',
    name: product.name,
    description: product.description,
    url: address,
    sku: product.variants[0]?.sku,
    ...(product.brand && { brand: { '@type': 'Brand', name: product.brand } }),
    image: pictures.map((picture) => site.publicUrl + previewOf(picture).path),
    offers: product.variants.map((variant) => offer(variant, address, currency)),
  };
}

function offer(variant: Variant, address: string, currency: string): object {
  const price = priceIn(variant, currency);
  return {
    '@type': 'Offer',
    sku: variant.sku,
    url: `${address}?variant=${variant.sku}`,
    price: toDecimal(price),
    priceCurrency: price.currency,
    availability: `${context}/${variant.inStock ? 'InStock' : 'OutOfStock'}`,
    itemCondition: `${context}/NewCondition`,
  };
}
