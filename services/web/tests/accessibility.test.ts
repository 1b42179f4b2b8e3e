import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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
const standards = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** All that another colour scheme may spoil. */
const contrast = ['color-contrast', 'link-in-text-block'];

async function violations(page: Page, narrow = (axe: AxeBuilder) => axe.withTags(standards)): Promise<string[]> {
  const found = await narrow(new AxeBuilder({ page })).analyze();
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
}

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
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(overflow).toBeLessThanOrEqual(0);
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
    for (let stop = 0; stop < 30; stop += 1) {
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
