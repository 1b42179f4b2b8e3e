import { formatMoney } from '@storefront/commerce/money';
import type { Image, Product, Variant } from '@storefront/product/contract';
import { texts } from '../texts.ts';
import { linksIn, type Links } from '../domain/links.ts';
import { cardOf } from './card.ts';
import type { Catalogue, Visit } from '../domain/catalogue.ts';
import type { PickerView, ProductPage } from './page.ts';
import { pictureOf, previewOf, type Picture } from '../domain/picture.ts';
import { priceIn } from '../domain/price.ts';
import type { Site } from '../domain/site.ts';
import { breadcrumbData, productData } from '../domain/structured-data.ts';

export type ProductAddress = { slug: string; variant: string | null; currency: string };

/** The product's page; its current address when the slug is an old one; null when there is none. */
export async function loadProduct(
  address: ProductAddress,
  site: Site,
  catalogue: Catalogue,
  visit: Visit,
): Promise<ProductPage | { movedTo: string } | null> {
  const product = await catalogue.product(address.slug, visit);
  if (product === null) return null;
  const links = linksIn(address.currency, site.currencies);
  if (product.slug !== address.slug) return { movedTo: links.product(product.slug, address.variant ?? undefined) };

  const more = await moreLikeIt(product, links, site, { catalogue, visit, currency: address.currency });
  return { ...compose(product, address, links, site), more };
}

function compose(product: Product, address: ProductAddress, links: Links, site: Site): ProductPage {
  const gallery = galleryOf(product);
  const breadcrumbs = [
    { name: texts.home, href: links.home() },
    ...product.categoryPath.map(({ name, slug }) => ({ name, href: links.category(slug) })),
    { name: product.name, href: links.product(product.slug) },
  ];
  const paragraphs = product.description.split(/\n\s*\n/).filter((text) => text.trim() !== '');
  return {
    kind: 'product',
    head: {
      title: `${product.name} · ${site.name}`,
      description: summary(paragraphs[0] ?? product.name),
      canonical: `/products/${product.slug}`,
      kind: 'product',
      image: gallery[0] ? previewOf(gallery[0]) : null,
      structured: [productData(site, product, gallery, address.currency), breadcrumbData(site, breadcrumbs)],
    },
    name: product.name,
    brand: product.brand ? { name: product.brand, href: links.brand(product.brand) } : null,
    breadcrumbs,
    picker: pickerOf(product, address, { links, gallery, locale: site.locale }),
    paragraphs,
    details: Object.entries(product.attributes).map(([name, values]) => ({ label: spelledOut(name), values })),
    more: null,
  };
}

/** The product's own pictures, then those that only a variant has. */
function galleryOf(product: Product): Picture[] {
  const images = [...product.images, ...product.variants.flatMap(({ image }) => image ?? [])];
  const isFirst = ({ sha256 }: Image, index: number) => images.findIndex((one) => one.sha256 === sha256) === index;
  return images.filter(isFirst).map(pictureOf);
}

function pickerOf(
  product: Product,
  { variant: wanted, currency }: ProductAddress,
  { links, gallery, locale }: { links: Links; gallery: Picture[]; locale: string },
): PickerView {
  const pictureNumber = ({ image }: Variant) =>
    image ? Math.max(0, gallery.findIndex(({ src }) => src.includes(image.sha256))) : 0;
  const chosen =
    product.variants.find(({ sku }) => sku === wanted) ??
    product.variants.find(({ inStock }) => inStock) ??
    product.variants[0];
  return {
    options: product.options,
    variants: product.variants.map((variant) => ({
      sku: variant.sku,
      href: links.product(product.slug, variant.sku),
      options: variant.options,
      price: formatMoney(priceIn(variant, currency), locale),
      inStock: variant.inStock,
      picture: pictureNumber(variant),
    })),
    chosen: chosen?.sku ?? '',
    pictures: gallery,
  };
}

async function moreLikeIt(
  product: Product,
  links: Links,
  site: Site,
  { catalogue, visit, currency }: { catalogue: Catalogue; visit: Visit; currency: string },
): Promise<ProductPage['more']> {
  const category = product.categoryPath.at(-1);
  if (!category) return null;
  const { items } = await catalogue.products({ category: category.slug, sort: 'newest', limit: '8', currency }, visit);
  const cards = items
    .filter(({ productId }) => productId !== product.productId)
    .slice(0, 4)
    .map((one) => cardOf(one, links, site.locale));
  return cards.length === 0
    ? null
    : { heading: texts.moreIn(category.name), href: links.category(category.slug), cards };
}

/** At most what search engines show, cut between words. */
const summary = (text: string): string =>
  text.length <= 160 ? text : `${text.slice(0, 159).replace(/\s+\S*$/, '')}…`;

/** `recycledContent` reads "Recycled content". */
const spelledOut = (name: string): string => {
  const words = name.replace(/([A-Z])/g, ' $1').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
};
