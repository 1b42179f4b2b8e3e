import type { RememberedCatalogue } from '../clients/remembered-categories.ts';
import { addressOf, inCurrency, readAddress, type Wanted } from '../domain/address.ts';
import type { Visit } from '../domain/catalogue.ts';
import { linksIn, type Currencies } from '../domain/links.ts';
import type { Site } from '../domain/site.ts';
import { frameOf, type Around } from '../pages/frame.ts';
import { loadHome } from '../pages/home.ts';
import { loadListing } from '../pages/listing.ts';
import type { Frame, Page, ProblemPage } from '../pages/page.ts';
import { problemPage } from '../pages/problem.ts';
import { loadProduct } from '../pages/product.ts';
import { loadSuggestions } from '../pages/suggestions.ts';
import { answerOf, type Answer } from './answer.ts';
import { securityHeaders } from './security-headers.ts';

export type Render = (page: Page, frame: Frame) => string;

export type Publisher = {
  currencies: Currencies;
  publish(wanted: Wanted, visit: Visit): Promise<Answer>;
  problem(status: ProblemPage['status'], at: { visit: Visit; address: string; requestId: string }): Promise<Answer>;
};

/** Makes the answer to an address: loads what the page shows, renders it, adds the headers. Keeps nothing. */
export function createPublisher(site: Site, catalogue: RememberedCatalogue, render: Render): Publisher {
  const { currencies } = site;
  const security = securityHeaders(site.publicUrl);
  const html = {
    ...security,
    'content-type': 'text/html; charset=utf-8',
    // The edge compresses.
    vary: 'Accept-Encoding',
    link: preloads(site),
  };
  const kept = (seconds: number) => ({
    'cache-control': `public, max-age=${seconds}, stale-while-revalidate=300, stale-if-error=86400`,
  });

  async function publish(wanted: Wanted, visit: Visit): Promise<Answer> {
    if (wanted.kind === 'suggestions') {
      const items = await loadSuggestions(wanted.q, wanted.currency, { site, catalogue, visit });
      const headers = { ...security, ...kept(60), 'content-type': 'application/json; charset=utf-8' };
      return answerOf(200, JSON.stringify({ items }), headers);
    }
    const page = await load(wanted, visit);
    if (page === null) return problem(404, { visit, address: addressOf(wanted, currencies), requestId: '' });
    if ('movedTo' in page)
      return answerOf(301, '', { ...security, 'cache-control': 'public, max-age=300', location: page.movedTo });
    const frame = frameOf(site, await catalogue.categories(visit), aroundOf(wanted, page));
    return answerOf(200, render(page, frame), { ...html, ...kept(30) });
  }

  function load(wanted: Exclude<Wanted, { kind: 'suggestions' }>, visit: Visit) {
    switch (wanted.kind) {
      case 'home':
        return loadHome(wanted.currency, site, catalogue, visit);
      case 'listing':
        return loadListing(wanted.listing, site, catalogue, visit);
      case 'product':
        return loadProduct(wanted, site, catalogue, visit);
    }
  }

  function aroundOf(wanted: Wanted, page: Page): Around {
    const listing = wanted.kind === 'listing' ? wanted.listing : null;
    return {
      currency: wanted.currency,
      here: hereOf(wanted, page),
      searchedFor: listing?.q ?? '',
      inCurrency: (currency) => addressOf(inCurrency(wanted, currency), currencies),
    };
  }

  /** The root category above the page is its second breadcrumb, after home. */
  function hereOf(wanted: Wanted, page: Page): string {
    if (wanted.kind === 'listing' && wanted.listing.at === 'products')
      return linksIn(wanted.currency, currencies).products();
    return page.kind === 'listing' || page.kind === 'product' ? (page.breadcrumbs[1]?.href ?? '') : '';
  }

  async function problem(
    status: ProblemPage['status'],
    { visit, address, requestId }: { visit: Visit; address: string; requestId: string },
  ): Promise<Answer> {
    const isOurs = status >= 500;
    const tree = isOurs
      ? catalogue.lastKnownCategories()
      : await catalogue.categories(visit).catch(() => catalogue.lastKnownCategories());
    const frame = frameOf(site, tree, aroundProblem(address));
    const page = problemPage(status, site, { again: address || null, requestId });
    const cacheControl = status === 404 ? 'public, max-age=15' : 'no-store';
    return answerOf(status, render(page, frame), { ...html, 'cache-control': cacheControl });
  }

  /** Header and footer as on the page that failed, as far as its address can be read. */
  function aroundProblem(address: string): Around {
    const [path = '', query = ''] = address.split('?');
    const wanted = readAddress(path, new URLSearchParams(query), currencies);
    const currency = wanted?.currency ?? currencies[0];
    return {
      currency,
      here: '',
      searchedFor: wanted?.kind === 'listing' ? wanted.listing.q : '',
      inCurrency: (one) => (wanted ? addressOf(inCurrency(wanted, one), currencies) : linksIn(one, currencies).home()),
    };
  }

  return { currencies, publish, problem };
}

/** Told in a header, style and font are on their way before the page is parsed. */
const preloads = ({ assets }: Site): string =>
  [
    `<${assets.style}>; rel=preload; as=style`,
    ...assets.fonts.map((font) => `<${font}>; rel=preload; as=font; type="font/woff2"; crossorigin`),
  ].join(', ');
