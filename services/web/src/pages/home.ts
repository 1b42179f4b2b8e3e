import type { Category } from '@storefront/product/contract';
import { texts } from '../texts.ts';
import { linksIn } from '../domain/links.ts';
import { cardOf, previewOfCards } from './card.ts';
import type { Catalogue, Visit } from '../domain/catalogue.ts';
import { inOrder } from '../domain/category-tree.ts';
import type { Home } from './page.ts';
import { pictureOf } from '../domain/picture.ts';
import type { Site } from '../domain/site.ts';
import { siteData } from '../domain/structured-data.ts';

const featured = 6;
const arrivals = 12;

export async function loadHome(currency: string, site: Site, catalogue: Catalogue, visit: Visit): Promise<Home> {
  const links = linksIn(currency, site.currencies);
  const newest = catalogue.products({ sort: 'newest', limit: String(arrivals), currency }, visit);
  const tiles = catalogue.categories(visit).then((tree) =>
    Promise.all(
      inOrder(tree)
        .slice(0, featured)
        .map((one) => tile(one, currency, catalogue, visit)),
    ),
  );
  const [{ items }, categories] = await Promise.all([newest, tiles]);
  const cards = items.map((product) => cardOf(product, links, site.locale));

  return {
    kind: 'home',
    head: {
      title: site.name,
      description: texts.homeDescription(site.name),
      canonical: '/',
      kind: 'website',
      image: previewOfCards(cards),
      structured: [siteData(site)],
    },
    hero: { newest: links.newest(), all: links.products(), pictures: heroPictures(categories, links) },
    categories: categories.map(({ category, product }) => ({
      name: category.name,
      href: links.category(category.slug),
      picture: product?.image ? pictureOf(product.image) : null,
    })),
    arrivals: cards,
  };

  function heroPictures(found: Tile[], to: typeof links) {
    const shown = found.flatMap(({ second, product }) => second ?? product ?? []).filter((product) => product.image);
    return shown.slice(0, 3).map((product) => cardOf(product, to, site.locale));
  }
}

type Tile = Awaited<ReturnType<typeof tile>>;

/** A category has no picture of its own: its newest product stands for it, the one after that for the hero. */
async function tile(category: Category, currency: string, catalogue: Catalogue, visit: Visit) {
  const { items } = await catalogue.products({ category: category.slug, sort: 'newest', limit: '4', currency }, visit);
  const [product, second] = items.filter(({ image }) => image !== null);
  return { category, product, second };
}
