import { afterAll, beforeAll, expect, it } from 'vitest';
import { openShop, type Shop } from './peer/shop.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
  shop.peer.slugsPerPage = 2;
});
afterAll(() => shop.stop());

const visit = async (path: string) => {
  const response = await fetch(shop.url + path);
  return { response, text: await response.text() };
};
const locations = (xml: string): string[] => [...xml.matchAll(/<loc>([^<]+)<\/loc>/g)].map(([, url = '']) => url);

it('lists every product and category exactly once, in parts of a bounded size', async () => {
  const { response, text } = await visit('/sitemap.xml');
  expect(response.headers.get('content-type')).toBe('application/xml; charset=utf-8');
  const parts = locations(text);
  expect(parts).toHaveLength(5);

  const pages: string[] = [];
  for (const part of parts) {
    const listed = locations((await visit(part.replace('https://shop.example', ''))).text);
    expect(listed.length).toBeLessThanOrEqual(10);
    pages.push(...listed);
  }
  expect(new Set(pages).size).toBe(pages.length);
  expect(pages.filter((page) => page.includes('/products/'))).toHaveLength(shop.peer.products.length);
  expect(pages).toContain('https://shop.example/categories/mugs-cups');
});

it('answers a problem, not half a sitemap, when the API is away', async () => {
  shop.peer.failure = { status: 503 };
  const { response } = await visit('/sitemaps/products.xml');
  shop.peer.failure = null;
  expect(response.status).toBe(503);
  expect(response.headers.get('retry-after')).not.toBeNull();
});

it('tells crawlers where the sitemap is and which addresses are the same products again', async () => {
  const { text } = await visit('/robots.txt');
  expect(text).toContain('Sitemap: https://shop.example/sitemap.xml');
  expect(text).toContain('Disallow: /search');
});

it('describes the shop as an app', async () => {
  const { response, text } = await visit('/manifest.webmanifest');
  expect(response.headers.get('content-type')).toBe('application/manifest+json');
  expect(JSON.parse(text)).toMatchObject({ name: 'Acme', start_url: '/' });
});
