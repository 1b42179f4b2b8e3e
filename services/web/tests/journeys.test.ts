import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWindow, whyNoBrowser, type Window } from './peer/browser.ts';

type Marked = { marked?: boolean; layoutShift: { shift: number } };

const mark = (page: Page) => page.evaluate(() => Object.assign(globalThis, { marked: true }) && undefined);
const isSameDocument = (page: Page) => page.evaluate(() => (globalThis as unknown as Marked).marked === true);
const focusedId = (page: Page) => page.evaluate(() => document.activeElement?.id);

describe.skipIf(whyNoBrowser)(`a visit to the shop ${whyNoBrowser}`, () => {
  let browser: Window;
  beforeAll(async () => {
    browser = await openWindow();
  });
  afterAll(() => browser.close());

  it.each([true, false])('goes home → search → filter → product → variant, script: %s', async (javaScriptEnabled) => {
    const page = await browser.open('/', { javaScriptEnabled });
    await page.getByRole('textbox', { name: 'Search products' }).or(page.getByRole('combobox')).fill('mug');
    await page.getByRole('button', { name: 'Search' }).click();
    await page.waitForURL('**/search?q=mug');
    await page.getByRole('checkbox', { name: 'In stock only' }).check();
    if (!javaScriptEnabled) await page.getByRole('button', { name: 'Show products' }).click();
    await page.waitForURL(/inStock=true/);
    expect(await page.locator('.card').count()).toBe(3);

    await page.getByRole('link', { name: 'Harbour mug' }).click();
    await page.waitForURL('**/products/harbour-mug');
    await page.getByRole('link', { name: 'Large' }).click();
    await page.waitForURL('**/products/harbour-mug?variant=harbour-mug-fern-1');
    expect(await page.locator('.price').textContent()).toBe('€27.90');
    expect(page.complaints).toEqual([]);
    await page.context().close();
  });

  it('applies a filter at once, keeps the focus, says what happened, and goes back', async () => {
    const page = await browser.open('/products');
    await mark(page);
    const linen = page.getByRole('checkbox', { name: /^Linen/ });
    await linen.focus();
    await page.keyboard.press('Space');
    await page.waitForURL('**/products?attribute.material=Linen');
    await page.getByRole('status').filter({ hasText: 'List updated: 4 products.' }).waitFor({ state: 'attached' });

    expect(await isSameDocument(page)).toBe(true);
    expect(await focusedId(page)).toBe('choice-material-Linen');
    expect(await page.locator('.card').count()).toBe(4);
    expect(await page.locator('.currency-menu a', { hasText: 'USD' }).getAttribute('href')).toContain('material=Linen');

    await page.getByRole('link', { name: 'Remove filter: Linen' }).click();
    await page.waitForURL((url) => url.search === '');
    await page.goBack();
    await page.waitForURL('**/products?attribute.material=Linen');
    await page.locator('.chosen').waitFor();
    await page.context().close();
  });

  it('falls back to a normal visit when a filter cannot be fetched', async () => {
    const page = await browser.open('/products');
    await page.route('**/products?inStock=true', (route) =>
      route.request().resourceType() === 'fetch' ? route.abort() : route.continue(),
    );
    await page.getByRole('checkbox', { name: 'In stock only' }).check();
    await page.waitForURL('**/products?inStock=true');
    expect(await page.getByRole('link', { name: 'Remove filter: In stock' }).count()).toBe(1);
    await page.context().close();
  });

  it('suggests while typing, by the keyboard alone', async () => {
    const page = await browser.open('/');
    const field = page.getByRole('combobox', { name: 'Search products' });
    await field.pressSequentially('lamp');
    const options = page.getByRole('option');
    await options.nth(4).waitFor();
    expect(await field.getAttribute('aria-expanded')).toBe('true');

    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    expect(await field.getAttribute('aria-activedescendant')).toBe('suggestion-1');
    expect(await options.nth(1).getAttribute('aria-selected')).toBe('true');
    await page.keyboard.press('Escape');
    expect(await options.count()).toBe(0);
    expect(await field.inputValue()).toBe('lamp');

    await page.keyboard.press('ArrowDown');
    await options.first().waitFor();
    await page.keyboard.press('ArrowUp');
    expect(await field.getAttribute('aria-activedescendant')).toBe('suggestion-4');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/search?q=lamp');
    await page.context().close();
  });

  it('chooses a variant without asking anybody, and lets the address follow', async () => {
    const page = await browser.open('/products/harbour-mug');
    await mark(page);
    await page.getByRole('link', { name: 'Rust' }).click();
    await page.waitForURL('**/products/harbour-mug?variant=harbour-mug-rust-0');
    await page.locator('.thumbnails li:nth-child(2) a[aria-current]').waitFor();
    expect(await isSameDocument(page)).toBe(true);
    expect(await page.locator('.option-label').first().textContent()).toBe('Colour: Rust');
    await page.context().close();
  });

  it('closes a menu by Escape and gives the focus back', async () => {
    const page = await browser.open('/products');
    await page.locator('.sort-menu summary').click();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Escape');
    expect(await page.locator('.sort-menu').getAttribute('open')).toBeNull();
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('SUMMARY');
    await page.context().close();
  });

  it.each(['/', '/categories/kitchen', '/products/harbour-mug', '/search?q=zebra'])(
    'moves nothing at %s, even when its fonts come late, and breaks no policy',
    async (path) => {
      const page = await browser.open('/robots.txt', { viewport: { width: 390, height: 844 } });
      await page.route('**/*.woff2', async (route) => {
        const font = await route.fetch();
        await page.waitForFunction(() => performance.getEntriesByName('first-contentful-paint').length > 0);
        await route.fulfill({ response: font });
      });
      await page.goto(browser.url + path, { waitUntil: 'networkidle' });
      await page.evaluate(() => document.fonts.ready.then(() => undefined));
      const { shift } = await page.evaluate(() => (globalThis as unknown as Marked).layoutShift);
      expect(shift).toBeLessThan(0.02);
      expect(page.complaints).toEqual([]);
      await page.context().close();
    },
  );

  it('sends a client of at most 20 kB', async () => {
    const page = await browser.open('/products/harbour-mug');
    const scripts = await page.evaluate(() =>
      performance
        .getEntriesByType('resource')
        .filter(({ name }) => name.endsWith('.js'))
        .map(({ name }) => name),
    );
    expect(scripts).toHaveLength(1);
    const source = await (await fetch(scripts[0] ?? '')).arrayBuffer();
    const packed = await new Response(
      new Blob([source]).stream().pipeThrough(new CompressionStream('gzip')),
    ).arrayBuffer();
    expect(packed.byteLength).toBeLessThan(20_000);
    await page.context().close();
  });
});
