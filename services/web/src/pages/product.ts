import { formatMoney } from '@storefront/commerce/money';
import type { Image, Product, Variant } from '@storefront/product/contract';
import { texts } from '../texts.ts';
import { linksIn, type Links } from '../domain/links.ts';
import { cardOf } from './card.ts';
import type { Catalogue, Visit } from '../domain/catalogue.ts';
import type { PickerView, ProductPage } from './page.ts';
import { pictureOf, previewOf } from '../domain/picture.ts';
import { priceIn } from '../domain/price.ts';
import type { Site } from '../domain/site.ts';
import { breadcrumbData, productData } from '../domain/structured-data.ts';

type Writing = { links: Links; locale: string };
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
  const gallery = galleryOf(product, null).map(pictureOf);
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
    picker: pickerOf(product, address, { links, locale: site.locale }),
    paragraphs,
    details: Object.entries(product.attributes).map(([name, values]) => ({ label: spelledOut(name), values })),
    more: null,
  };
}

/** The product's own pictures, then those that only a variant has; before all of them the one that was asked for. */
function galleryOf(product: Product, first: Image | null): Image[] {
  const images = [
    ...(first ? [first] : []),
    ...product.images,
    ...product.variants.flatMap(({ image }) => image ?? []),
  ];
  return images.filter(({ sha256 }, index) => images.findIndex((one) => one.sha256 === sha256) === index);
}

function pickerOf(product: Product, { variant, currency }: ProductAddress, { links, locale }: Writing): PickerView {
  const { variants } = product;
  const wanted = variants.find(({ sku }) => sku === variant);
  const chosen = wanted ?? variants.find(({ inStock }) => inStock) ?? variants[0];
  const images = galleryOf(product, wanted?.image ?? null);
  const numberOf = (image: Image | null) => images.findIndex(({ sha256 }) => sha256 === image?.sha256);
  return {
    options: product.options.map((option) => ({ ...option, isSeen: isSeen(option.name, variants) })),
    variants: variants.map((one) => ({
      sku: one.sku,
      href: links.product(product.slug, one.sku),
      options: one.options,
      price: formatMoney(priceIn(one, currency), locale),
      inStock: one.inStock,
      picture: Math.max(0, numberOf(one.image)),
    })),
    chosen: chosen?.sku ?? '',
    currency,
    pictures: images.map(pictureOf),
  };
}

/** Whether pictures tell the option's values apart: each value has one picture and shares it with no other. */
function isSeen(option: string, variants: readonly Variant[]): boolean {
  const pairs = new Set(variants.map(({ options, image }) => `${options[option]} ${image?.sha256}`));
  const values = new Set(variants.map(({ options }) => options[option]));
  const pictures = new Set(variants.map(({ image }) => image?.sha256));
  return values.size > 1 && pairs.size === values.size && pictures.size === values.size;
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
const summary = (text: string): string => (text.length <= 160 ? text : `${text.slice(0, 159).replace(/\s+\S*$/, '')}…`);

/** `recycledContent` reads "Recycled content". */
const spelledOut = (name: string): string => {
  const words = name.replace(/([A-Z])/g, ' $1').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
};
