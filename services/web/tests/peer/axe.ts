import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';

const standards = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** All that another colour scheme may spoil. */
export const contrast = ['color-contrast', 'link-in-text-block'];

/** What axe finds, a line each; `narrow` is asked less where only some of it could have changed. */
export async function violations(page: Page, narrow = (axe: AxeBuilder) => axe.withTags(standards)): Promise<string[]> {
  const found = await narrow(new AxeBuilder({ page })).analyze();
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
}

/** How far the page can be scrolled sideways. */
export const overflow = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
