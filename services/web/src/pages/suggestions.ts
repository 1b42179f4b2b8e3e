import { formatMoney } from '@storefront/commerce/money';
import type { Catalogue, Visit } from '../domain/catalogue.ts';
import { linksIn } from '../domain/links.ts';
import type { Site } from '../domain/site.ts';

export type Suggestion = { name: string; href: string; price: string; image: string | null };

const most = 6;

/** Products for the words being typed. The browser shows them as they are. */
export async function loadSuggestions(
  q: string,
  currency: string,
  { site, catalogue, visit }: { site: Site; catalogue: Catalogue; visit: Visit },
): Promise<Suggestion[]> {
  if (q.length < 2) return [];
  const links = linksIn(currency, site.currencies);
  const { items } = await catalogue.products({ q, limit: String(most), currency }, visit);
  return items.map((product) => ({
    name: product.name,
    href: links.product(product.slug),
    price: formatMoney(product.price, site.locale),
    image: product.image && `/media/${product.image.sha256}/160`,
  }));
}
