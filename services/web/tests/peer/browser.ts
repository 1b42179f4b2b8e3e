/** The shop as a browser sees it: the real client build, web, the peer and an edge before them, Debian's Chromium. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { build } from 'vite';
import { readBuild } from '../../src/http/assets.ts';
import { askStripe } from './sale/bank.ts';
import { startSimulator, type Simulator } from './sale/simulator.ts';
import { openEdge, openShop, type Shop } from './shop.ts';

const executablePath = '/usr/bin/chromium';
const flags =
  '--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync';

export const whyNoBrowser = existsSync(executablePath) ? '' : `(skipped: there is no ${executablePath})`;

export type Window = {
  shop: Shop;
  url: string;
  /** A new, empty profile. `complaints` gathers what the console says and how far things moved. */
  open(path: string, options?: BrowserContextOptions): Promise<Page & { complaints: string[] }>;
  close(): Promise<void>;
};

/** `withCards`: cards are taken and authorised by the simulator of Stripe. */
export async function openWindow({ withCards = false } = {}): Promise<Window> {
  const outDir = mkdtempSync(join(tmpdir(), 'web-build-'));
  await build({ configFile: join(import.meta.dirname, '../../vite.config.ts'), build: { outDir }, logLevel: 'silent' });
  const publicUrl = withCards ? 'http://127.0.0.1' : undefined;
  const shop = await openShop({ build: readBuild(outDir), ...(publicUrl && { publicUrl }) });
  const edge = await openEdge(shop);
  const simulator = withCards ? await startSimulator() : null;
  if (simulator) takeCards(shop, simulator, edge.url);
  const browser = await chromium.launch({ executablePath, args: flags.split(' ') });
  return {
    shop,
    url: edge.url,
    open: (path, options = {}) => openPage(browser, edge.url + path, options),
    close: async () => {
      await browser.close();
      await simulator?.close();
      await edge.close();
      await shop.stop();
      rmSync(outDir, { recursive: true, force: true });
    },
  };
}

function takeCards({ peer }: Shop, { url, secretKey, publishableKey }: Simulator, publicUrl: string): void {
  peer.sale.settings = { provider: 'stripe', publishableKey, scriptUrl: `${url}/v3/` };
  peer.sale.orders.bank = askStripe({ url, secretKey, publicUrl });
}

async function openPage(browser: Browser, url: string, options: BrowserContextOptions) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
  const complaints: string[] = [];
  const page = Object.assign(await context.newPage(), { complaints });
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.addInitScript(() => {
    const sum = { shift: 0 };
    Object.assign(globalThis, { layoutShift: sum });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & { value: number; hadRecentInput: boolean })[])
        if (!entry.hadRecentInput) sum.shift += entry.value;
    }).observe({ type: 'layout-shift', buffered: true });
  });
  await page.goto(url, { waitUntil: 'networkidle' });
  return page;
}
