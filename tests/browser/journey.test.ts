import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { openShop, whyNoCluster, type Shop } from '../cluster/cluster.ts';
import { fillShelves } from './catalogue.ts';
import { barriersOn, isTooWide, keepScreenshot, openChromium, screens, visit as visitShop } from './chromium.ts';

const pageNames = ['home', 'category', 'search', 'product'] as const;

describe.skipIf(whyNoCluster)(`a customer ${whyNoCluster || ''}`, { timeout: 120_000 }, () => {
  let browser: Browser;
  let shop: Shop;

  beforeAll(async () => {
    shop = await openShop({ name: 'window' });
    await fillShelves(shop, 60);
    browser = await openChromium(shop.url);
  }, 300_000);
  afterAll(async () => {
    await browser?.close();
    await shop?.remove();
  }, 120_000);

  const visit = (options: BrowserContextOptions, walk: (page: Page) => Promise<void>): Promise<void> =>
    visitShop({ browser, url: shop.url, options }, walk);

  it.each([
    { how: 'with script, at a desk', options: screens.desk, hasScript: true },
    { how: 'with script, on a phone', options: screens.phone, hasScript: true },
    { how: 'without script', options: { ...screens.desk, javaScriptEnabled: false }, hasScript: false },
  ])('finds a product from the home page, $how', async ({ options, hasScript }) => {
    await visit(options, async (page) => {
      await page.goto('/');
      await page.locator('#q').fill('mug');
      await page.locator('#q').press('Enter');
      await page.waitForURL(/\/search\?.*q=mug/);
      const before = await page.locator('.results article').count();
      expect(before).toBeGreaterThan(0);

      if (!(await page.locator('#filters-form').isVisible())) await page.locator('#filters > summary').click();
      await page.locator('#in-stock').check();
      if (!hasScript) await page.getByRole('button', { name: 'Show products' }).click();
      await page.waitForURL(/inStock=true/);

      const first = page.locator('.results a[href^="/products/"]').first();
      const href = await first.getAttribute('href');
      await page.goto(String(href));
      expect(await page.locator('h1').innerText()).not.toBe('');
      expect(await page.locator('script[type="application/ld+json"]').count()).toBeGreaterThan(0);
    });
  });

  it('reaches a product with the keyboard alone', async () => {
    await visit(screens.desk, async (page) => {
      await page.goto('/');
      await page.keyboard.press('Tab');
      expect(await page.evaluate('document.activeElement.textContent')).toContain('Skip to content');
      await page.locator('#q').focus();
      await page.keyboard.type('lamp');
      await page.locator('#suggestions [role=option]').first().waitFor();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      await page.waitForURL(/\/(products|p|search)/);
      expect(await page.locator('h1').isVisible()).toBe(true);
    });
  });

  it('is told plainly that a page is not there', async () => {
    const response = await fetch(`${shop.url}/no-such-page`);
    expect(response.status).toBe(404);
    expect(response.headers.get('content-type')).toContain('text/html');
    expect(await response.text()).toContain('This page is not here');
  });

  it.each(
    [
      { screen: 'phone', options: screens.phone, colorScheme: 'light' } as const,
      { screen: 'desk', options: screens.desk, colorScheme: 'dark' } as const,
    ].flatMap((seen) => pageNames.map((name) => ({ ...seen, name }))),
  )('sees no barriers or jumps: $name on a $screen, $colorScheme', async ({ name, screen, options, colorScheme }) => {
    const path = (await pages(shop))[name];
    await visit({ ...options, colorScheme }, async (page) => {
      await page.goto(path);
      await page.evaluate(watchShifts);
      await page.waitForLoadState('networkidle');
      expect(await barriersOn(page)).toEqual([]);
      expect(await page.evaluate('window.shift')).toBeLessThan(0.01);
      expect(await isTooWide(page), 'too wide').toBe(false);
      await keepScreenshot(page, `${name}-${screen}-${colorScheme}`);
    });
  });

  it('is given catalogue pages that carry nothing personal and may be kept', async () => {
    for (const path of Object.values(await pages(shop))) {
      const { headers } = await fetch(shop.url + path);
      expect(headers.get('set-cookie'), path).toBeNull();
      expect(headers.get('cache-control'), path).toMatch(/public, max-age=\d+/);
      expect(headers.get('content-security-policy'), path).toContain("script-src 'self'");
    }
  });
});

async function pages({ url }: Shop): Promise<Record<(typeof pageNames)[number], string>> {
  const home = await (await fetch(url)).text();
  const category = /href="(\/categor[^"]+)"/.exec(home)?.[1] ?? '/products';
  const products = (await (await fetch(`${url}/api/products?limit=1`)).json()) as { items: { slug: string }[] };
  return { home: '/', category, search: '/search?q=lamp', product: `/products/${products.items[0]?.slug}` };
}

/** Sums what moved after it was painted, without the customer's doing, into `window.shift`. */
const watchShifts = `
  window.shift = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shift += entry.value;
  }).observe({ type: 'layout-shift', buffered: true });
`;
