import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contrast, overflow, violations } from './peer/axe.ts';
import { openWindow, whyNoBrowser, type Window } from './peer/browser.ts';

const pages = [
  '/',
  '/products?attribute.material=Linen&inStock=true',
  '/categories/kitchen',
  '/search',
  '/search?q=zebra',
  '/products/harbour-mug?variant=harbour-mug-rust-1',
  '/nothing/here',
];
describe.skipIf(whyNoBrowser)(`accessibility ${whyNoBrowser}`, { timeout: 90_000 }, () => {
  let browser: Window;
  beforeAll(async () => {
    browser = await openWindow();
  });
  afterAll(() => browser.close());

  it.each(pages)('axe finds nothing at %s, wide or narrow, light or dark', async (path) => {
    const page = await browser.open(path, { colorScheme: 'light', reducedMotion: 'reduce' });
    expect(await violations(page)).toEqual([]);
    await page.setViewportSize({ width: 390, height: 844 });
    await page.evaluate(() => {
      for (const details of document.querySelectorAll<HTMLDetailsElement>('details:not(.menu)')) details.open = true;
    });
    expect(await violations(page)).toEqual([]);
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await violations(page, (axe) => axe.withRules(contrast)), 'dark').toEqual([]);
    await page.context().close();
  });

  it('axe finds nothing in an open menu and in suggestions', async () => {
    const page = await browser.open('/products');
    await page.locator('.sort-menu summary').click();
    expect(await violations(page)).toEqual([]);
    await page.getByRole('combobox').pressSequentially('lamp');
    await page.getByRole('option').first().waitFor();
    await page.keyboard.press('ArrowDown');
    await page.getByRole('option', { selected: true }).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.context().close();
  });

  it.each(pages)('fits 320 pixels without scrolling sideways at %s', async (path) => {
    const page = await browser.open(path, { viewport: { width: 320, height: 640 } });
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    await page.context().close();
  });

  it('lets the keyboard skip to the content', async () => {
    const page = await browser.open('/products');
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.textContent?.trim())).toBe('Skip to content');
    await page.keyboard.press('Enter');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('content');
    await page.context().close();
  });

  it('shows where the keyboard is, on every stop of a product page', async () => {
    const page = await browser.open('/products/harbour-mug');
    const unseen: string[] = [];
    for (let stop = 0; stop < 32; stop += 1) {
      await page.keyboard.press('Tab');
      const seen = await page.evaluate(() => {
        const focused = document.activeElement;
        if (!focused || focused === document.body) return 'none';
        const own = getComputedStyle(focused);
        const after = getComputedStyle(focused, '::after');
        const isSeen = [own, after].some(
          ({ outlineStyle, outlineWidth }) => outlineStyle !== 'none' && outlineWidth !== '0px',
        );
        return isSeen ? '' : focused.outerHTML.slice(0, 80);
      });
      if (seen !== '') unseen.push(seen);
    }
    expect(unseen).toEqual([]);
    await page.context().close();
  });
});
