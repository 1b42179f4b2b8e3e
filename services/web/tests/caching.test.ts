import { eventually } from '@storefront/kit/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openShop, type Shop } from './peer/shop.ts';

let shop: Shop;
beforeEach(async () => {
  shop = await openShop();
});
afterEach(() => shop.stop());

const visit = (path: string, headers: Record<string, string> = {}) => fetch(shop.url + path, { headers });

describe('a page that was made', () => {
  it('is not asked of the API again, however its address is decorated', async () => {
    const first = await visit('/categories/kitchen?sort=price&inStock=true');
    const calls = shop.peer.calls.length;
    const second = await visit('/categories/kitchen?inStock=true&utm_source=mail&sort=price');

    expect(await second.text()).toBe(await first.text());
    expect(shop.peer.calls).toHaveLength(calls);
  });

  it('is made once for all who ask for it at the same time', async () => {
    await Promise.all(Array.from({ length: 20 }, () => visit('/products')));
    expect(shop.peer.calls.filter((call) => call.startsWith('/api/products'))).toHaveLength(1);
  });

  it('is not sent again to a browser that has it, nor when a proxy made its tag weak', async () => {
    const etag = (await visit('/products')).headers.get('etag') ?? '';
    expect(etag).toMatch(/^"[\w-]{22}"$/);
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`]) {
      const response = await visit('/products', { 'if-none-match': known });
      expect(response.status).toBe(304);
      expect(response.headers.get('cache-control')).toContain('public');
    }
    expect((await visit('/products', { 'if-none-match': '"other"' })).status).toBe(200);
  });

  it('answers for the shop while the API is away', async () => {
    const before = await (await visit('/products/harbour-mug')).text();
    shop.peer.failure = { status: 503 };
    const response = await visit('/products/harbour-mug');
    expect(response.status).toBe(200);
    expect(await response.text()).toBe(before);
  });

  it('is not shown when it is older than its header says, while the API answers', async () => {
    await shop.stop();
    const clock = { ms: 0 };
    shop = await openShop({ now: () => clock.ms });
    expect((await visit('/products/harbour-mug')).status).toBe(200);
    shop.peer.failure = { status: 404 };
    clock.ms += (30 + 300) * 1_000 + 1;
    expect((await visit('/products/harbour-mug')).status).toBe(404);
  });

  it('stands in for a day while the API is away', async () => {
    await shop.stop();
    const clock = { ms: 0 };
    shop = await openShop({ now: () => clock.ms });
    const before = await (await visit('/products/harbour-mug')).text();
    shop.peer.failure = { status: 503 };
    clock.ms += 23 * 3_600_000;
    expect(await (await visit('/products/harbour-mug')).text()).toBe(before);
    clock.ms += 2 * 3_600_000;
    expect((await visit('/products/harbour-mug')).status).toBe(503);
  });

  it('never holds more memory than it may', async () => {
    await shop.stop();
    shop = await openShop({ cacheBytes: 400_000 });
    for (let number = 0; number < 30; number += 1) await (await visit(`/products?min=${number}`)).text();
    const calls = shop.peer.calls.length;
    await visit('/products?min=29');
    expect(shop.peer.calls).toHaveLength(calls);
    await visit('/products?min=0');
    expect(shop.peer.calls.length).toBeGreaterThan(calls);
  });

  it('asks for the counts of a list once for all its pages', async () => {
    const html = await (await visit('/products')).text();
    const next = /href="([^"]+)" rel="next nofollow"/.exec(html)?.[1] ?? '';
    shop.peer.calls.length = 0;
    await visit(next.replaceAll('&amp;', '&'));
    expect(shop.peer.calls.toSorted()).toEqual([
      '/api/products?limit=24&currency=EUR&cursor=24',
      '/api/products?limit=24&currency=EUR&facets=true',
    ]);
  });
});

describe('the API away', () => {
  it.each([{ status: 503 }, { status: 500 }, { status: 502 }])(
    'answering $status makes a clear 503 page that keeps header, categories and search',
    async (failure) => {
      await visit('/');
      shop.peer.failure = failure;
      const response = await visit('/categories/kitchen?currency=USD');
      const html = await response.text();
      expect(response.status).toBe(503);
      expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(response.headers.get('cache-control')).toBe('no-store');
      expect(html).toContain('The catalogue is taking a short break');
      expect(html).toContain('href="/categories/kitchen?currency=USD">Try again');
      expect(html).toContain('role="search"');
      expect(html).toContain('/categories/lighting');
    },
  );

  it('in silence costs a customer no more than three seconds', async () => {
    shop.peer.failure = 'silence';
    const begun = performance.now();
    expect((await visit('/products')).status).toBe(503);
    expect(performance.now() - begun).toBeLessThan(3_500);
  });

  it('is over as soon as it is back, with nothing to be restarted', async () => {
    shop.peer.failure = { status: 503 };
    expect((await visit('/')).status).toBe(503);
    shop.peer.failure = null;
    await eventually(async () => expect((await visit('/')).status).toBe(200), { within: '5s' });
  });

  it('limiting a customer makes a page that says to wait, for as long as the API says', async () => {
    await visit('/');
    shop.peer.failure = { status: 429, headers: { 'retry-after': '17' } };
    const response = await visit('/products');
    expect(response.status).toBe(429);
    expect(response.headers.get('retry-after')).toBe('17');
    expect(await response.text()).toContain('One moment, please');
  });

  it('does not make the process unready, which would take all pages down', async () => {
    shop.peer.failure = { status: 503 };
    await visit('/');
    expect((await visit('/readyz')).status).toBe(200);
    expect((await visit('/livez')).status).toBe(200);
  });
});

it('counts pages by where they came from', async () => {
  await visit('/');
  await visit('/');
  const metrics = await (await visit('/metrics')).text();
  expect(metrics).toMatch(/web_pages_total\{age="new"[^}]*\} 1/);
  expect(metrics).toMatch(/web_pages_total\{age="fresh"[^}]*\} 1/);
});
