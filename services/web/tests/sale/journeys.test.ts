import type { FrameLocator, Page, Route } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWindow, whyNoBrowser, type Window } from '../peer/browser.ts';
import { address, lamp, mug } from './buying.ts';

const script = { javaScriptEnabled: true };

describe.skipIf(whyNoBrowser)(`buying in a browser ${whyNoBrowser}`, { timeout: 90_000 }, () => {
  let browser: Window;
  beforeAll(async () => {
    browser = await openWindow({ withCards: true });
  });
  afterAll(() => browser.close());

  const placed = () => browser.shop.peer.sale.orders.placed;

  async function toCheckout(
    options: { javaScriptEnabled: boolean; viewport?: { width: number; height: number } } = script,
  ) {
    const page = await browser.open(`/products/harbour-mug?variant=${mug}`, options);
    await page.getByRole('button', { name: 'Add to cart' }).click();
    await page.waitForURL('**/cart?added=*');
    await page.getByRole('link', { name: 'Check out' }).click();
    await page.waitForURL('**/checkout');
    return page;
  }

  async function fill(page: Page): Promise<void> {
    await page.getByLabel('E-mail').fill(address.email);
    await page.getByLabel('Full name').fill(address.name);
    await page.getByLabel('Street and number').fill(address.line1);
    await page.getByLabel('Country').selectOption(address.country);
    await page.getByLabel('Postcode').fill(address.postcode);
    await page.getByLabel('Town or city').fill(address.city);
  }

  const cardOf = (page: Page): FrameLocator => page.frameLocator('iframe[title="Secure payment input frame"]');

  async function typeCard(page: Page, number: string): Promise<void> {
    await cardOf(page).getByLabel('Card number').fill(number);
    await cardOf(page).getByLabel('Expiration date').fill('1240');
    await cardOf(page).getByLabel('Security code').fill('123');
  }

  /** Playwright's own search leaves `noscript` out, though it is shown. */
  const withoutScript = (page: Page) => page.locator('noscript .note').first().innerText();

  const place = (page: Page) => page.getByRole('button', { name: /^(Place order|Accept)/ }).click();

  /** With script from the first keystroke to the thanks. */
  async function buy(page: Page, card: string): Promise<void> {
    await fill(page);
    await page.getByRole('radio', { name: /Parcel/ }).waitFor();
    await typeCard(page, card);
    await place(page);
  }

  it('goes from a product to a paid order with a card', async () => {
    const page = await toCheckout();
    expect(await page.locator('#cart-count').textContent()).toBe('1');
    await buy(page, '4242 4242 4242 4242');
    await page.waitForURL(/\/orders\/[0-9a-f-]+$/);
    await page.getByRole('heading', { name: 'Thank you, your order is confirmed' }).waitFor();
    expect(await page.locator('#cart-count').isHidden()).toBe(true);
    expect(placed().at(-1)?.wish.paymentMethod).toMatch(/^ctoken_/);
    expect(page.complaints).toEqual([]);
    await page.context().close();
  });

  it('places one order when the button is pressed twice', async () => {
    const page = await toCheckout();
    const before = placed().length;
    await fill(page);
    await page.getByRole('radio', { name: /Parcel/ }).waitFor();
    await typeCard(page, '4242424242424242');
    await page.getByRole('button', { name: /^Place order/ }).dblclick();
    await page.waitForURL(/\/orders\/[0-9a-f-]+$/);
    expect(placed()).toHaveLength(before + 1);
    await page.context().close();
  });

  it('is sent to the bank, says yes, and comes back to its order', async () => {
    const page = await toCheckout();
    await buy(page, '4000 0000 0000 3220');
    await page.getByRole('button', { name: 'Yes, complete' }).click();
    await page.getByRole('heading', { name: 'Thank you, your order is confirmed' }).waitFor();
    expect(new URL(page.url()).search).toBe('?from=bank');
    expect(await page.content()).not.toMatch(/order\.[0-9a-f-]{36}\./);
    await page.context().close();
  });

  it('says no to the bank, and pays with another card', async () => {
    const page = await toCheckout();
    await buy(page, '4000 0000 0000 3220');
    await page.getByRole('button', { name: 'No, this was not me' }).click();
    await page.getByRole('heading', { name: 'Your card was declined' }).waitFor();
    await page.getByText('Your bank did not confirm the payment.').waitFor();
    await typeCard(page, '4242 4242 4242 4242');
    await page.getByRole('button', { name: 'Pay €23.80' }).click();
    await page.getByRole('heading', { name: 'Thank you, your order is confirmed' }).waitFor();
    expect(page.complaints).toEqual([]);
    await page.context().close();
  });

  it('leaves the bank without an answer, and finds the way back to it', async () => {
    const page = await toCheckout();
    await buy(page, '4000 0000 0000 3220');
    await page.getByRole('button', { name: 'Leave without an answer' }).click();
    await page.getByText('You left your bank').first().waitFor();
    await page.goBack();
    await page.getByRole('button', { name: 'Leave without an answer' }).waitFor();
    await page.goBack();
    await page.waitForURL(/\/orders\/[0-9a-f-]+$/);
    await page.getByRole('heading', { name: 'Your bank wants to hear from you' }).waitFor();
    expect(await page.getByRole('heading', { name: 'Pay with another card' }).count()).toBe(1);
    await page.getByRole('link', { name: 'Continue to your bank' }).click();
    await page.getByRole('button', { name: 'Yes, complete' }).click();
    await page.getByRole('heading', { name: 'Thank you, your order is confirmed' }).waitFor();
    await page.context().close();
  });

  it('is told that a card is declined, on the page of the order that is kept', async () => {
    const page = await toCheckout();
    await buy(page, '4000 0000 0000 9995');
    await page.getByRole('heading', { name: 'Your card was declined' }).waitFor();
    await page.getByText('insufficient funds').waitFor();
    await typeCard(page, '4242 4242 4242 4242');
    await page.getByRole('button', { name: 'Pay €23.80' }).click();
    await page.getByRole('heading', { name: 'Thank you, your order is confirmed' }).waitFor();
    expect(page.complaints).toEqual([]);
    await page.context().close();
  });

  it('keeps the card that was typed when the price changes or a field is wrong', async () => {
    const page = await toCheckout();
    await fill(page);
    await page.getByRole('radio', { name: /Parcel/ }).waitFor();
    await typeCard(page, '4242 4242 4242 4242');
    await page.getByLabel('Full name').fill('');
    await place(page);
    await page.getByRole('link', { name: 'Enter the name of whoever receives the parcel.' }).waitFor();
    expect(await page.evaluate(() => document.activeElement?.className)).toBe('notice notice-bad');
    await page.getByRole('link', { name: 'Enter the name of whoever receives the parcel.' }).click();
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('name');
    await page.keyboard.type('Ada King');

    browser.shop.peer.sale.carts.prices.set(mug, 2100);
    await place(page);
    await page.getByText('It was €23.80 and is €25.90 now.').waitFor();
    await page.getByRole('button', { name: 'Accept €25.90 and place order' }).click();
    await page.getByRole('heading', { name: 'Thank you, your order is confirmed' }).waitFor();
    browser.shop.peer.sale.carts.prices.delete(mug);
    await page.context().close();
  });

  it('says what is missing of a card before anything is sent', async () => {
    const page = await toCheckout();
    const before = placed().length;
    await fill(page);
    await page.getByRole('radio', { name: /Parcel/ }).waitFor();
    await cardOf(page).getByLabel('Card number').fill('4242');
    await place(page);
    await page.locator('#card-problem').filter({ hasText: 'incomplete' }).waitFor();
    expect(placed()).toHaveLength(before);
    await page.context().close();
  });

  it('changes the sum with the shipping that is chosen', async () => {
    const page = await toCheckout();
    await fill(page);
    await page.getByRole('radio', { name: /Express/ }).check();
    expect(await page.locator('#sum-total').textContent()).toBe('€31.80');
    expect(await page.locator('#place-order').textContent()).toBe('Place order and pay €31.80');
    expect(await page.locator('#sum-taxes').textContent()).toContain('€5.08');
    await page.context().close();
  });

  it('shows what shipping costs also to whoever typed the address before the script had come', async () => {
    const page = await browser.open(`/products/harbour-mug?variant=${mug}`, script);
    await page.getByRole('button', { name: 'Add to cart' }).click();
    await page.waitForURL('**/cart?added=*');
    const come = Promise.withResolvers<void>();
    await page.route(
      (url) => url.pathname.endsWith('.js'),
      async (route) => {
        await come.promise;
        await route.continue();
      },
    );
    await page.getByRole('link', { name: 'Check out' }).click();
    await page.waitForURL('**/checkout', { waitUntil: 'commit' });
    await fill(page);
    come.resolve();
    await page.getByRole('radio', { name: /Parcel/ }).waitFor();
    expect(await page.locator('input[name="rate"]:checked').count()).toBe(1);
  });

  it('loses nothing on a reload', async () => {
    const page = await toCheckout();
    await fill(page);
    await page.getByRole('radio', { name: /Parcel/ }).waitFor();
    await page.reload();
    expect(await page.getByLabel('Street and number').inputValue()).toBe(address.line1);
    expect(await page.getByLabel('E-mail').inputValue()).toBe(address.email);
    await page.getByRole('radio', { name: /Parcel/ }).waitFor();
    await page.context().close();
  });

  it('says so when nobody can be reached, keeps everything, and goes on', async () => {
    const page = await toCheckout();
    await fill(page);
    await page.getByRole('radio', { name: /Parcel/ }).waitFor();
    await typeCard(page, '4242 4242 4242 4242');
    browser.shop.peer.failure = { status: 503 };
    await place(page);
    await page.getByText('Nothing is lost: press the button again').waitFor();
    browser.shop.peer.failure = null;
    const before = placed().length;
    await place(page);
    await page.getByRole('heading', { name: 'Thank you, your order is confirmed' }).waitFor();
    expect(placed()).toHaveLength(before + 1);
    await page.context().close();
  });

  it('can be done by the keyboard alone', async () => {
    const page = await toCheckout();
    const type = async (text: string) => {
      await page.keyboard.type(text);
      await page.keyboard.press('Tab');
    };
    await page.getByLabel('E-mail').focus();
    for (const text of [address.email, 'Germany', address.name, '', address.line1, '', address.postcode, address.city])
      await type(text);
    await page.getByRole('radio', { name: /Parcel/ }).waitFor();
    await cardOf(page).getByLabel('Card number').focus();
    for (const text of ['4242424242424242', '1240', '123']) await type(text);
    await page.getByRole('button', { name: /^Place order/ }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Thank you, your order is confirmed' }).waitFor();
    expect(placed().at(-1)?.wish.address).toMatchObject({ name: address.name, city: address.city, country: 'DE' });
    await page.context().close();
  });

  it('works without script but for the card, and says so', async () => {
    const page = await toCheckout({ javaScriptEnabled: false });
    await fill(page);
    expect(await withoutScript(page)).toContain('Entering a card is the one thing that needs JavaScript');
    await page.getByRole('button', { name: 'Show shipping options' }).click();
    await page.getByRole('radio', { name: /Express/ }).check();
    await place(page);
    await page.getByRole('heading', { name: 'Your order waits for its payment' }).waitFor();
    expect(await withoutScript(page)).toContain('Open the link from our e-mail in a browser that has it');
    await page.getByText('Cancel this order').click();
    await page.getByRole('button', { name: 'Yes, cancel the order' }).click();
    await page.getByRole('heading', { name: 'This order is being cancelled' }).waitFor();
    await page.context().close();
  });

  it('sees what happens to the order as it happens', async () => {
    const page = await toCheckout();
    await buy(page, '4242 4242 4242 4242');
    await page.getByRole('heading', { name: 'Thank you, your order is confirmed' }).waitFor();
    const orderId = new URL(page.url()).pathname.split('/')[2] ?? '';
    await page.evaluate(() => Object.assign(globalThis, { marked: true }) && undefined);
    const changes = { state: 'handed-over', paymentStatus: 'paid', fulfilmentStatus: 'shipped' } as const;
    browser.shop.peer.sale.orders.change(orderId, changes);
    await page.getByRole('heading', { name: 'It is on its way' }).waitFor();
    await page
      .getByRole('status')
      .filter({ hasText: 'The order has news. It is on its way' })
      .waitFor({ state: 'attached' });
    expect(await page.evaluate(() => 'marked' in globalThis)).toBe(true);
    expect(await page.getByText('Cancel this order').count()).toBe(0);
    await page.context().close();
  });

  it('asks again when there was news and the page of the order could not be had', async () => {
    const page = await toCheckout();
    await buy(page, '4242 4242 4242 4242');
    await page.getByRole('heading', { name: 'Thank you, your order is confirmed' }).waitFor();
    let refusals = 0;
    const refuse = (route: Route) => {
      refusals += 1;
      return route.fulfill({ status: 503, body: '' });
    };
    await page.route(page.url(), refuse, { times: 1 });
    const orderId = new URL(page.url()).pathname.split('/')[2] ?? '';
    const changes = { state: 'handed-over', paymentStatus: 'paid', fulfilmentStatus: 'shipped' } as const;
    browser.shop.peer.sale.orders.change(orderId, changes);
    await page.getByRole('heading', { name: 'It is on its way' }).waitFor();
    expect(refusals).toBe(1);
    await page.context().close();
  });

  it('sends a quantity when it has been chosen', async () => {
    const page = await browser.open(`/products/meadow-table-lamp?variant=${lamp}`);
    await page.getByRole('button', { name: 'Add to cart' }).click();
    await page.waitForURL('**/cart?added=*');
    await page.getByRole('spinbutton', { name: 'Quantity of Meadow table lamp' }).fill('3');
    await page.keyboard.press('Tab');
    await page.locator('.line-each').filter({ hasText: '3 ×' }).waitFor();
    expect(await page.locator('#cart-count').textContent()).toBe('3');
    await page.context().close();
  });

  it.each(['/cart', '/checkout', 'order'])('moves nothing at %s, and breaks no policy', async (path) => {
    const page = await toCheckout({ javaScriptEnabled: true, viewport: { width: 390, height: 844 } });
    if (path === 'order') {
      await buy(page, '4000 0000 0000 9995');
      await page.getByRole('heading', { name: 'Your card was declined' }).waitFor();
    } else await page.goto(browser.url + path, { waitUntil: 'networkidle' });
    await page.reload({ waitUntil: path === 'order' ? 'load' : 'networkidle' });
    if (path !== '/cart') await cardOf(page).getByLabel('Card number').waitFor();
    const shift = await page.evaluate(
      () => (globalThis as unknown as { layoutShift: { shift: number } }).layoutShift.shift,
    );
    expect(shift).toBeLessThan(0.02);
    expect(page.complaints).toEqual([]);
    await page.context().close();
  });
});
