import { randomUUID } from 'node:crypto';

import type { Browser, Page } from 'playwright-core';
import { request } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { eventually, whyNoCluster } from '../cluster/cluster.ts';
import { expectStatus, type Api } from '../sale/api.ts';
import { cards, insistOnOrder, prepareCheckout } from '../sale/buyer.ts';
import { variantOf } from '../sale/merchant.ts';
import { scanParcel } from '../sale/outside.ts';
import { openShopUnderAudit, type ShopUnderAudit } from '../sale/shop-under-audit.ts';
import { barriersOn, isTooWide, keepScreenshot, openChromium, visit, type Visit } from './chromium.ts';
import { mailsTo } from './mails.ts';
import {
  addToCart,
  answerBank,
  cardForm,
  cardNumbers,
  goToBank,
  goToCheckout,
  heading,
  offersOfShipping,
  orderButton,
  orderIdOn,
  payButton,
  prepareOrder,
  status,
  thanks,
  typeAddress,
  typeCard,
} from './shopper.ts';

type OrderSummary = { orderId: string; status: string };

const patienceMs = 60_000;
const refused = /status of (409|422)/;
const withoutScript = { javaScriptEnabled: false };

describe.skipIf(whyNoCluster)(`a guest who buys ${whyNoCluster || ''}`, { timeout: 240_000 }, () => {
  let ground: ShopUnderAudit;
  let api: Api;
  let browser: Browser;
  /** Every order that a browser was led to. */
  const accepted = new Set<string>();

  beforeAll(async () => {
    ground = await openShopUnderAudit('counter');
    ({ api } = ground);
    browser = await openChromium(ground.shop.url);
  }, 300_000);
  afterAll(async () => {
    try {
      await browser?.close();
      await ground?.audit({ accepted: [...accepted], withinMs: 180_000 });
    } finally {
      await ground?.close();
    }
  }, 330_000);

  const walk = (steps: (page: Page) => Promise<void>, options: Partial<Visit> = {}): Promise<void> =>
    visit({ browser, url: ground.shop.url, ...options }, async (page) => {
      page.setDefaultTimeout(patienceMs);
      await steps(page);
    });

  /** A product of the test's own; its slug is its SKU. */
  async function offer(units = 10): Promise<{ sku: string; productId: string }> {
    const sku = `mug-${randomUUID().slice(0, 8)}`;
    const { productId } = await ground.merchant.offer(sku, { units });
    return { sku, productId };
  }

  const someone = (): string => `ada-${randomUUID().slice(0, 8)}@example.com`;

  /** The order that the page belongs to; from here on the auditor looks for it. */
  async function ordered(page: Page): Promise<string> {
    const orderId = await orderIdOn(page);
    accepted.add(orderId);
    return orderId;
  }

  async function isPaid(page: Page): Promise<void> {
    await heading(page, thanks);
    await status(page, 'Paid');
  }

  /** All orders of whoever has this browser, but those that came to nothing: an attempt without goods is kept as cancelled. */
  async function ordersOf(page: Page): Promise<string[]> {
    const cookies = await page.context().cookies(ground.shop.url);
    const token = cookies.find(({ name }) => name === 'buyer')?.value ?? '';
    const list = await api.insist<{ items: OrderSummary[] }>({ path: '/api/orders', token });
    return expectStatus(list, 200).items.flatMap(({ orderId, status: its }) => (its === 'cancelled' ? [] : [orderId]));
  }

  it('finds, orders, answers the bank, follows the parcel on a page that is alive, and gets the money back', async () => {
    const { sku } = await offer();
    const email = someone();
    await walk(async (page) => {
      const streams: string[] = [];
      page.on('request', (sent) => void (sent.resourceType() === 'eventsource' && streams.push(sent.url())));
      await page.goto('/');
      await page.locator('#q').fill(sku);
      await page.locator('#q').press('Enter');
      await page.waitForURL(/\/search\?/);
      await page.locator(`.results a[href^="/products/${sku}"]`).first().click();
      await page.getByRole('heading', { level: 1 }).filter({ hasText: sku }).waitFor();
      await page.getByRole('button', { name: 'Add to cart' }).click();
      await page.waitForURL(/\/cart\?added=/);
      expect(await page.locator('#cart-count').textContent()).toBe('1');
      await page.getByRole('link', { name: 'Check out' }).click();
      await page.waitForURL(/\/checkout$/);
      await typeAddress(page, email);
      await offersOfShipping(page);
      await typeCard(page, cardNumbers.challenged);
      await orderButton(page).click();
      await answerBank(page, 'Yes, complete');

      const orderId = await ordered(page);
      await page.evaluate('void (globalThis.sinceArrival = true)');
      await isPaid(page);
      await parcelArrives(page);
      expect(await page.evaluate('globalThis.sinceArrival')).toBe(true);
      expect(streams.some((url) => url.endsWith(`/orders/${orderId}/events`))).toBe(true);

      await ground.merchant.refund(orderId, { reason: 'chipped', restock: true });
      await moneyIsBack(page);
      await mailsLeadBack(orderId, email);
    });
    expect(await ground.merchant.stockOf(sku)).toMatchObject({ onHand: 10, available: 10, held: 0, claimed: 0 });
  });

  /** Every scan of the carrier is on the page that stays open. */
  async function parcelArrives(page: Page): Promise<void> {
    const tracking = await page.locator('.tracking-code').innerText();
    await scanParcel(ground.world, tracking, 'in_transit');
    await heading(page, 'It is on its way');
    await status(page, 'On its way');
    await scanParcel(ground.world, tracking, 'delivered');
    await heading(page, 'It has arrived');
    await status(page, 'Completed');
  }

  /** An order that has ended tells no more by itself: its page is asked for again. */
  async function moneyIsBack(page: Page): Promise<void> {
    const refunds = async () => {
      await page.reload();
      return page.locator('#order-refunds').innerText();
    };
    await eventually(async () => expect(await refunds()).toMatch(/ was refunded/), { within: patienceMs });
    await heading(page, 'Your money is on its way back');
    await status(page, 'Refunded');
  }

  /** In another browser, which knows nothing of the order but the link. */
  async function mailsLeadBack(orderId: string, email: string): Promise<void> {
    const mails = await eventually(
      async () => {
        const found = await mailsTo(ground.mails, email);
        expect(found.map(({ Subject }) => Subject).toSorted()).toEqual([
          expect.stringMatching(/^A refund for your order /),
          expect.stringMatching(/^Your order \S+ at /),
          expect.stringMatching(/^Your order \S+ is on its way$/),
        ]);
        return found;
      },
      { within: patienceMs },
    );
    for (const { Subject, Text } of mails) {
      const [link = ''] = /http\S+/.exec(Text) ?? [];
      expect(link, Subject).toContain(`${ground.shop.url}/orders/${orderId}?token=`);
      await walk(async (page) => {
        await page.goto(link);
        expect(page.url()).toBe(`${ground.shop.url}/orders/${orderId}`);
        await heading(page, 'Your money is on its way back');
      });
    }
  }

  it('says no to the bank, and pays with another card', async () => {
    const { sku } = await offer();
    await walk(async (page) => {
      await prepareOrder(page, sku, { email: someone(), card: cardNumbers.challenged });
      await orderButton(page).click();
      await goToBank(page);
      await keepScreenshot(page, 'sale-bank');
      await answerBank(page, 'No, this was not me');
      await ordered(page);
      await heading(page, 'Your card was declined');
      await page.getByText('Your bank did not confirm the payment.').waitFor();
      await typeCard(page, cardNumbers.good);
      await payButton(page).click();
      await isPaid(page);
      expect(await ordersOf(page)).toHaveLength(1);
    });
    expect(await ground.merchant.stockOf(sku)).toMatchObject({ available: 9, held: 0, claimed: 1 });
  });

  it('is told why a card is declined where another one is typed, and pays with that', async () => {
    const { sku } = await offer();
    await walk(async (page) => {
      await prepareOrder(page, sku, { email: someone(), card: cardNumbers.withoutFunds });
      await orderButton(page).click();
      await ordered(page);
      await heading(page, 'Your card was declined');
      await page.locator('#order-standing').getByText('insufficient funds').waitFor();
      await heading(page, 'Pay with another card');
      await typeCard(page, '4242');
      await payButton(page).click();
      await page.locator('#card-problem').filter({ hasText: 'incomplete' }).waitFor();
      await typeCard(page, cardNumbers.good);
      await payButton(page).click();
      await isPaid(page);
      expect(await ordersOf(page)).toHaveLength(1);
    });
    expect(await ground.merchant.stockOf(sku)).toMatchObject({ available: 9, held: 0, claimed: 1 });
  });

  it('orders once with a button that is pressed twice', async () => {
    const { sku } = await offer();
    await walk(async (page) => {
      await prepareOrder(page, sku, { email: someone(), card: cardNumbers.good });
      await orderButton(page).dblclick();
      const orderId = await ordered(page);
      await isPaid(page);
      expect(await ordersOf(page)).toEqual([orderId]);
    });
    expect(await ground.merchant.stockOf(sku)).toMatchObject({ available: 9, held: 0, claimed: 1 });
  });

  it('orders once though the answer is lost and the checkout is loaded again', async () => {
    const { sku } = await offer();
    const steps = async (page: Page) => {
      const email = someone();
      await prepareOrder(page, sku, { email, card: cardNumbers.good });
      await loseAnswer(page);
      await orderButton(page).click();
      await page.getByText('Nothing is lost').waitFor();
      const [first, ...others] = await ordersOf(page);
      expect(others).toEqual([]);

      await page.reload();
      // The script puts back what was typed.
      await expect.poll(() => page.getByLabel('E-mail').inputValue(), { timeout: 10_000 }).toBe(email);
      await offersOfShipping(page);
      await typeCard(page, cardNumbers.good);
      await orderButton(page).click();
      expect(await ordered(page)).toBe(first);
      await isPaid(page);
      expect(await ordersOf(page)).toEqual([first]);
    };
    await walk(steps, { tolerates: /net::ERR/ });
    expect(await ground.merchant.stockOf(sku)).toMatchObject({ available: 9, held: 0, claimed: 1 });
  });

  /** What the checkout sends next reaches the shop; the browser, and its cookies, never hear of the answer. */
  async function loseAnswer(page: Page): Promise<void> {
    await page.route(
      '**/checkout',
      async (route) => {
        const sent = route.request();
        const cookies = await page.context().cookies(sent.url());
        const { statusCode, body } = await request(sent.url(), {
          method: 'POST',
          headers: {
            accept: 'application/json',
            'content-type': 'application/x-www-form-urlencoded',
            cookie: cookies.map(({ name, value }) => `${name}=${value}`).join('; '),
          },
          body: sent.postData(),
        });
        await body.dump();
        await route.abort('connectionreset');
        expect(statusCode).toBe(200);
      },
      { times: 1 },
    );
  }

  it('is told at the button that somebody else has taken the last one', async () => {
    const { sku } = await offer(1);
    const steps = async (page: Page) => {
      await prepareOrder(page, sku, { email: someone(), card: cardNumbers.good });
      const faster = await insistOnOrder(api, await prepareCheckout(api, [{ sku, units: 1 }], cards.good));
      accepted.add(expectStatus(faster, 201).orderId);
      await orderButton(page).click();
      await heading(page, 'Something has sold out');
      await keepScreenshot(page, 'sale-sold-out');
      await page.getByRole('button', { name: `Remove Mug ${sku}` }).click();
      await heading(page, 'Your cart is empty');
      expect(await ordersOf(page)).toEqual([]);
    };
    await walk(steps, { tolerates: refused });
    expect(await ground.merchant.stockOf(sku)).toMatchObject({ onHand: 1, available: 0 });
  });

  it('is asked again when the price has changed, and pays the new one with the card that was typed', async () => {
    const { sku, productId } = await offer();
    const steps = async (page: Page) => {
      await prepareOrder(page, sku, { email: someone(), card: cardNumbers.good });
      const sum = () => page.locator('#sum-total').innerText();
      const before = await sum();
      await ground.merchant.change(productId, { variants: [variantOf(sku, 2_500)] });
      await orderButton(page).click();
      await heading(page, 'The price has changed');
      await keepScreenshot(page, 'sale-price-changed');
      const after = await sum();
      expect(after).not.toBe(before);
      await page.getByText(`It was ${before} and is ${after} now.`).waitFor();
      expect(await ordersOf(page)).toEqual([]);
      await page.getByRole('button', { name: `Accept ${after} and place order` }).click();
      await ordered(page);
      await isPaid(page);
      expect(await sum()).toBe(after);
    };
    await walk(steps, { tolerates: refused });
  });

  it('gets without script as far as the card, is told that it needs script, and can call it off', async () => {
    const { sku } = await offer();
    const steps = async (page: Page) => {
      await addToCart(page, sku);
      await page.getByRole('spinbutton', { name: `Quantity of Mug ${sku}` }).fill('2');
      await page.getByRole('button', { name: `Update quantity of Mug ${sku}` }).click();
      await page.locator('.line-each').filter({ hasText: '2 ×' }).waitFor();
      await page.getByRole('link', { name: 'Check out' }).click();
      await typeAddress(page, someone());
      expect(await noteWithoutScript(page)).toContain('Entering a card is the one thing that needs JavaScript');
      await page.getByRole('button', { name: 'Show shipping options' }).click();
      await offersOfShipping(page);
      await orderButton(page).click();
      await ordered(page);
      await heading(page, 'Your order waits for its payment');
      expect(await noteWithoutScript(page)).toContain('Entering a card is the one thing that needs JavaScript');
      expect(await ground.merchant.stockOf(sku)).toMatchObject({ available: 8, held: 2 });

      await page.getByText('Cancel this order').click();
      await page.getByRole('button', { name: 'Yes, cancel the order' }).click();
      await eventually(async () => expect(await standingOn(page)).toBe('This order is cancelled'), {
        within: patienceMs,
      });
    };
    await walk(steps, { options: withoutScript });
    expect(await ground.merchant.stockOf(sku)).toMatchObject({ available: 10, held: 0 });
  });

  /** Playwright's own search leaves `noscript` out, though it is shown. */
  const noteWithoutScript = (page: Page): Promise<string> => page.locator('noscript .note').first().innerText();

  async function standingOn(page: Page): Promise<string> {
    await page.reload();
    return page.locator('#standing').innerText();
  }

  it('meets no barrier in the cart, at the checkout and at the order, on a phone and at a desk', async () => {
    const { sku } = await offer();
    await walk(
      async (page) => {
        await addToCart(page, sku);
        expect(await barriers(page, 'cart')).toEqual([]);
        await goToCheckout(page, sku);
        await typeAddress(page, someone());
        await offersOfShipping(page);
        await cardForm(page).getByLabel('Card number').waitFor();
        expect(await barriers(page, 'checkout')).toEqual([]);
        await typeCard(page, cardNumbers.withoutFunds);
        await orderButton(page).click();
        await ordered(page);
        await heading(page, 'Your card was declined');
        await cardForm(page).getByLabel('Card number').waitFor();
        expect(await barriers(page, 'order-declined')).toEqual([]);
        await typeCard(page, cardNumbers.good);
        await payButton(page).click();
        await isPaid(page);
        await page.locator('.tracking-code').waitFor();
        expect(await barriers(page, 'order-paid')).toEqual([]);
      },
      { options: { colorScheme: 'light', reducedMotion: 'reduce' } },
    );
  });

  /** What keeps somebody out of the page as it is, on a phone and at a desk. */
  async function barriers(page: Page, name: string): Promise<string[]> {
    const found: string[] = [];
    for (const [screen, width, height] of [['phone', 390, 844] as const, ['desk', 1280, 800] as const]) {
      await page.setViewportSize({ width, height });
      // A frame of another origin is painted once it is on the screen.
      const card = page.locator('#card iframe');
      if (await card.isVisible()) await card.scrollIntoViewIfNeeded();
      found.push(...(await barriersOn(page)).map((barrier) => `${screen}: ${barrier}`));
      if (await isTooWide(page)) found.push(`${screen}: scrolls sideways`);
      await keepScreenshot(page, `sale-${name}-${screen}`);
    }
    return found;
  }
});
