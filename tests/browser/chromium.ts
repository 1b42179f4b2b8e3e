import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { AxeBuilder } from '@axe-core/playwright';
import { chromium, type Browser, type BrowserContextOptions, type ConsoleMessage, type Page } from 'playwright-core';
import { expect } from 'vitest';

/** Debian's Chromium as root, without its calls home. It takes the shop's address for a safe one, as it would one with TLS. */
export function openChromium(shopUrl: string): Promise<Browser> {
  return chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      `--unsafely-treat-insecure-origin-as-secure=${shopUrl}`,
    ],
  });
}

const standards = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

export const screens = {
  phone: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true },
  desk: { viewport: { width: 1440, height: 900 } },
} satisfies Record<string, BrowserContextOptions>;

export type Visit = {
  browser: Browser;
  /** Of the shop. */
  url: string;
  options?: BrowserContextOptions;
  /** What the console may say: answers that the test provokes. */
  tolerates?: RegExp;
};

/** Each pod that comes or goes changes the network of the machine, and Chromium drops what it is loading then. */
const isOfMachine = /net::ERR_NETWORK_CHANGED/;

/** Walks through the shop in a new, empty profile. Its pages may not complain of anything; those of others may. */
export async function visit<Result>(
  { browser, url, options = {}, tolerates = /^$/ }: Visit,
  walk: (page: Page) => Promise<Result>,
): Promise<Result> {
  const context = await browser.newContext({ baseURL: url, ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  const isOurs = (message: ConsoleMessage) => message.location().url === '' || message.location().url.startsWith(url);
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    const text = message.text();
    if (message.type() === 'error' && isOurs(message) && !tolerates.test(text) && !isOfMachine.test(text))
      complaints.push(text);
  });
  try {
    const result = await walk(page);
    expect(complaints).toEqual([]);
    return result;
  } finally {
    await context.close();
  }
}

/** What axe finds, a line each. */
export async function barriersOn(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).withTags(standards).analyze();
  return violations.map(({ id, nodes }) => `${id} ${nodes[0]?.html}`);
}

/** Whether the page can be scrolled sideways. */
export const isTooWide = (page: Page): Promise<boolean> =>
  page.evaluate<boolean>('document.documentElement.scrollWidth > window.innerWidth');

/** Kept for a person to look at: `.local/screenshots`. */
export async function keepScreenshot(page: Page, name: string): Promise<void> {
  const folder = join(import.meta.dirname, '../../.local/screenshots');
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}
