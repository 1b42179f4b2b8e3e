/** Sitemaps (https://www.sitemaps.org/protocol.html): an index, the categories, and products in parts. */
import { Readable } from 'node:stream';
import type { ServiceContext, ServiceMiddleware } from '@storefront/kit/http';
import { withoutRequest } from '@storefront/kit/request-context';
import type { Category } from '@storefront/product/contract';
import type { Catalogue, Slugs, Visit } from '../domain/catalogue.ts';
import { createStaleCache } from '../cache/stale-cache.ts';

/** Pages of the API (5,000 products each) in one part; a part stays below the protocol's 50,000 addresses and 50 MB. */
const pagesInPart = 5;
/** Ten million products; a walk that does not end is a bug on the other side. */
const mostParts = 400;

const head = '<?xml version="1.0" encoding="UTF-8"?>\n';
const schema = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"';

export function sitemaps({ publicUrl }: { publicUrl: string }, catalogue: Catalogue): ServiceMiddleware {
  const indexes = createStaleCache<string>({
    maxBytes: 1_000_000,
    sizeOf: (text) => text.length,
    isKept: () => true,
    fresh: '1h',
    // Names parts and no product, and takes long to walk: nobody waits for it.
    staleWhileRevalidate: '1d',
    staleIfError: '1d',
    inBackground: withoutRequest,
  });
  const sources: Record<string, (ctx: ServiceContext, visit: Visit) => Promise<string | Readable>> = {
    '/sitemap.xml': async (_ctx, visit) =>
      (await indexes.get('index', () => indexOf(publicUrl, catalogue, visit))).value,
    '/sitemaps/categories.xml': async (_ctx, visit) =>
      urlSet(categoryUrls(publicUrl, await catalogue.categories(visit))),
    '/sitemaps/products.xml': (ctx, visit) => productPart(ctx, { publicUrl, catalogue, visit }),
  };

  return async (ctx, next) => {
    const source = ctx.method === 'GET' || ctx.method === 'HEAD' ? sources[ctx.path] : undefined;
    if (!source) return next();
    ctx.state.route = ctx.path;
    const body = await source(ctx, { address: ctx.get('x-forwarded-for') });
    ctx.set('content-type', 'application/xml; charset=utf-8');
    ctx.set('cache-control', 'public, max-age=3600');
    ctx.body = body;
    return undefined;
  };
}

/** Reads through all products, a page at a time, and keeps only where each part begins. */
async function indexOf(publicUrl: string, catalogue: Catalogue, visit: Visit): Promise<string> {
  const parts = [`${publicUrl}/sitemaps/categories.xml`];
  let cursor: string | null = null;
  do {
    const query = cursor === null ? '' : `?cursor=${encodeURIComponent(cursor)}`;
    parts.push(`${publicUrl}/sitemaps/products.xml${query}`);
    for (let page = 0; page < pagesInPart && (page === 0 || cursor !== null); page += 1)
      cursor = (await catalogue.slugs(cursor, visit)).nextCursor;
  } while (cursor !== null && parts.length <= mostParts);
  const entries = parts.map((part) => `<sitemap><loc>${part}</loc></sitemap>`);
  return `${head}<sitemapindex ${schema}>\n${entries.join('\n')}\n</sitemapindex>\n`;
}

type Asked = { publicUrl: string; catalogue: Catalogue; visit: Visit };

/** Begins only when the first page is there, so that an API that is away is a 503 and not half a document. */
async function productPart(ctx: ServiceContext, { publicUrl, catalogue, visit }: Asked): Promise<Readable> {
  const cursor = new URLSearchParams(ctx.querystring).get('cursor')?.slice(0, 1000) || null;
  const first = await catalogue.slugs(cursor, visit);

  async function* write(): AsyncGenerator<string> {
    yield `${head}<urlset ${schema}>\n`;
    let page: Slugs | null = first;
    for (let count = 1; page !== null; count += 1) {
      yield productUrls(publicUrl, page);
      const { nextCursor }: Slugs = page;
      page = nextCursor === null || count === pagesInPart ? null : await catalogue.slugs(nextCursor, visit);
    }
    yield '</urlset>\n';
  }
  return Readable.from(write());
}

const productUrls = (publicUrl: string, { items }: Slugs): string =>
  items
    .map(
      ({ slug, updatedAt }) => `<url><loc>${publicUrl}/products/${slug}</loc><lastmod>${updatedAt}</lastmod></url>\n`,
    )
    .join('');

const categoryUrls = (publicUrl: string, tree: readonly Category[]): string =>
  tree
    .map(
      ({ slug, children }) =>
        `<url><loc>${publicUrl}/categories/${slug}</loc></url>\n${categoryUrls(publicUrl, children)}`,
    )
    .join('');

const urlSet = (urls: string): string => `${head}<urlset ${schema}>\n${urls}</urlset>\n`;
