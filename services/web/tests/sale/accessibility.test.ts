import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contrast, overflow, violations } from '../peer/axe.ts';
import { openWindow, whyNoBrowser, type Window } from '../peer/browser.ts';
import { aShipment, address, lamp, mug } from './buying.ts';

type Changes = Parameters<Window['shop']['peer']['sale']['orders']['change']>[1];

describe.skipIf(whyNoBrowser)(`accessibility of a sale ${whyNoBrowser}`, { timeout: 90_000 }, () => {
  let browser: Window;
  let page: Page;
  beforeAll(async () => {
    browser = await openWindow({ withCards: true });
    page = await browser.open('/robots.txt', { colorScheme: 'light', reducedMotion: 'reduce' });
  });
  afterAll(() => browser.close());

  const sale = () => browser.shop.peer.sale;
  const go = (path: string) => page.goto(browser.url + path, { waitUntil: 'networkidle' });

  async function fillCart(): Promise<void> {
    for (const [slug, sku] of [
      ['harbour-mug', mug],
      ['meadow-table-lamp', lamp],
    ] as const) {
      await go(`/products/${slug}?variant=${sku}`);
      await page.getByRole('button', { name: 'Add to cart' }).click();
      await page.waitForURL('**/cart?added=*');
    }
  }

  /** A full cart, the address, and a card of that number: all but the button. */
  async function fillCheckout(number: string): Promise<void> {
    await fillCart();
    await go('/checkout');
    for (const [label, text] of [
      ['E-mail', address.email],
      ['Full name', address.name],
      ['Street and number', address.line1],
      ['Postcode', address.postcode],
      ['Town or city', address.city],
    ] as const)
      await page.getByLabel(label).fill(text);
    await page.getByLabel('Country').selectOption(address.country);
    await page.getByRole('radio', { name: /Parcel/ }).waitFor();
    const card = page.frameLocator('iframe[title="Secure payment input frame"]');
    await card.getByLabel('Card number').fill(number);
    await card.getByLabel('Expiration date').fill('1240');
    await card.getByLabel('Security code').fill('123');
  }

  async function placeOrder(): Promise<string> {
    await fillCheckout('4000 0000 0000 9995');
    await page.getByRole('button', { name: /^Place order/ }).click();
    await page.getByRole('heading', { name: 'Your card was declined' }).waitFor();
    return new URL(page.url()).pathname.split('/')[2] ?? '';
  }

  /** What is wrong with the page: wide, narrow, dark, and as narrow as can be. */
  async function look(): Promise<string[]> {
    await page.setViewportSize({ width: 1440, height: 900 });
    const wide = await violations(page);
    await page.setViewportSize({ width: 390, height: 844 });
    const narrow = await violations(page);
    await page.emulateMedia({ colorScheme: 'dark' });
    const dark = await violations(page, (axe) => axe.withRules(contrast).exclude('iframe'));
    await page.emulateMedia({ colorScheme: 'light' });
    await page.setViewportSize({ width: 320, height: 640 });
    const sideways = (await overflow(page)) > 0 ? ['scrolls sideways at 320 pixels'] : [];
    await page.setViewportSize({ width: 1440, height: 900 });
    return [...wide, ...narrow, ...dark.map((one) => `dark: ${one}`), ...sideways];
  }

  it('axe finds nothing in a cart: empty, full, with what is in the way', async () => {
    await go('/cart?problem=expired');
    expect(await look()).toEqual([]);
    await fillCart();
    expect(await look()).toEqual([]);
    sale().carts.prices.set(mug, 2100);
    sale().carts.availability.set(lamp, 'sold-out');
    await go('/cart');
    expect(await look()).toEqual([]);
    await go('/checkout');
    await page.getByRole('button', { name: 'Remove Meadow table lamp' }).waitFor();
    expect(await look()).toEqual([]);
    sale().carts.prices.clear();
    sale().carts.availability.clear();
  });

  it('axe finds nothing at the checkout: empty, with errors, with shipping', async () => {
    await go('/checkout');
    expect(await look()).toEqual([]);
    await page.getByLabel('Postcode').fill('10115');
    await page.keyboard.press('Tab');
    await page.getByRole('radio', { name: /Parcel/ }).waitFor();
    expect(await look()).toEqual([]);
    const card = page.frameLocator('iframe[title="Secure payment input frame"]');
    await card.getByLabel('Card number').fill('4242424242424242');
    await card.getByLabel('Expiration date').fill('1240');
    await card.getByLabel('Security code').fill('123');
    await page.getByRole('button', { name: /^Place order/ }).click();
    await page.getByRole('alert').filter({ hasText: 'There are' }).waitFor();
    expect(await look()).toEqual([]);
  });

  it('axe finds nothing at the checkout that asks whether a new price is accepted', async () => {
    await fillCheckout('4242 4242 4242 4242');
    sale().carts.prices.set(mug, 2100);
    await page.getByRole('button', { name: /^Place order/ }).click();
    await page.getByRole('button', { name: /^Accept .* and place order/ }).waitFor();
    expect(await page.getByRole('alert').count()).toBeGreaterThan(0);
    expect(await look()).toEqual([]);
    sale().carts.prices.clear();
  });

  it('axe finds nothing at the checkout that is told at the button that something has sold out', async () => {
    await fillCheckout('4242 4242 4242 4242');
    sale().carts.availability.set(lamp, 'sold-out');
    await page.getByRole('button', { name: /^Place order/ }).click();
    await page.getByRole('heading', { name: 'Something has sold out' }).waitFor();
    await page.getByRole('button', { name: 'Remove Meadow table lamp' }).waitFor();
    expect(await page.getByRole('alert').count()).toBeGreaterThan(0);
    expect(await look()).toEqual([]);
    sale().carts.availability.clear();
  });

  it('axe finds nothing at an order with a tracked parcel, and at one that was refunded', async () => {
    const orderId = await placeOrder();
    const { payment, totals } = sale().orders.kept.get(orderId)!.order;
    const { bank } = sale().orders;
    sale().orders.bank = null;
    sale().orders.shipments.set(orderId, [aShipment(orderId)]);
    const sent = { state: 'handed-over', paymentStatus: 'paid', fulfilmentStatus: 'shipped' } as const;
    sale().orders.change(orderId, { ...sent, payment: { ...payment, decline: null } });
    await page.goto(`${browser.url}/orders/${orderId}`);
    await page.getByText('Left the depot').waitFor();
    expect(await look()).toEqual([]);
    const refund = { refundId: '00000000-0000-4000-8000-000000000002', at: '2026-11-22T08:00:00.000Z' };
    sale().orders.change(orderId, {
      state: 'delivered',
      status: 'completed',
      fulfilmentStatus: 'delivered',
      paymentStatus: 'refunded',
      refunds: [{ ...refund, status: 'succeeded', amount: totals.total, lines: [] }],
    });
    await page.goto(`${browser.url}/orders/${orderId}`);
    await page.getByRole('heading', { name: 'Refunds' }).waitFor();
    expect(await look()).toEqual([]);
    sale().orders.bank = bank;
  });

  it('axe finds nothing at an order: declined, at the bank, on its way, cancelled, and where it is not', async () => {
    const orderId = await placeOrder();
    await page.frameLocator('iframe').first().getByLabel('Card number').waitFor();
    await page.getByText('Cancel this order').click();
    expect(await look()).toEqual([]);
    const { payment } = sale().orders.kept.get(orderId)!.order;
    sale().orders.bank = null;
    for (const changes of [
      { payment: { ...payment, decline: null, nextAction: { type: 'redirect', url: 'https://bank.example/' } } },
      { state: 'handed-over', paymentStatus: 'paid', fulfilmentStatus: 'shipped', payment },
      { state: 'cancelled', status: 'cancelled', paymentStatus: 'failed' },
    ] satisfies Changes[]) {
      sale().orders.change(orderId, changes);
      await page.goto(`${browser.url}/orders/${orderId}`);
      expect(await look()).toEqual([]);
    }
    await go('/orders/019a2b4c-7d10-8f3a-9c1e-5b2f7a6d8e90');
    expect(await look()).toEqual([]);
  });

  it('axe finds nothing on a page that sends a form again', async () => {
    await go(`/products/harbour-mug?variant=${mug}`);
    browser.shop.peer.failure = { status: 503 };
    await page.getByRole('button', { name: 'Add to cart' }).click();
    await page.getByRole('heading', { name: 'We need a moment' }).waitFor();
    expect(await look()).toEqual([]);
    browser.shop.peer.failure = null;
  });
});
