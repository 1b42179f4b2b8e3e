import { formatMoney } from '@storefront/commerce/money';
import type { ProductCard } from '@storefront/product/contract';
import type { Links } from '../domain/links.ts';
import type { Card } from './page.ts';
import { pictureOf, previewOf, type Preview } from '../domain/picture.ts';

export const cardOf = (product: ProductCard, links: Links, locale: string): Card => ({
  href: links.product(product.slug),
  name: product.name,
  brand: product.brand,
  price: formatMoney(product.price, locale),
  priceVaries: product.priceVaries,
  inStock: product.inStock,
  picture: product.image && pictureOf(product.image),
});

/** The first picture of a list stands for the list in link previews. */
export function previewOfCards(cards: readonly Card[]): Preview | null {
  const picture = cards.find((card) => card.picture)?.picture;
  return picture ? previewOf(picture) : null;
}
