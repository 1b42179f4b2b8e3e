import { existsSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AxeBuilder } from '@axe-core/playwright';
import { chromium, type Browser, type FrameLocator, type Locator, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { JournalEntry } from '../../simulator/journal.ts';
import { openTestAccount, publishableKey, type TestAccount } from './account.ts';

const executablePath = '/usr/bin/chromium';
const need = existsSync(executablePath) ? '' : ' (skipped: no chromium; run make test)';

/** A shop's page: what a strict policy leaves it, and no card data. */
const shopPage = (stripeUrl: string) => `<!doctype html><html lang="en"><head><title>Shop</title>
  <script src="${stripeUrl}/v3/"></script></head>
  <body><h1>Checkout</h1><form><div id="payment"></div><button type="button" id="pay">Pay</button></form></body></html>`;
const policyFor = (stripeUrl: string) =>
  `default-src 'none'; script-src ${stripeUrl}; frame-src ${stripeUrl}; connect-src 'none'; style-src 'none'; base-uri 'none'`;

type Answer = { error?: { code?: string; message?: string; [name: string]: unknown }; [name: string]: unknown };
/** What the shop's script sees of the stand-in. */
type ShopWindow = {
  Stripe: (key: string) => Record<string, (options: object) => Promise<Answer>>;
  stripe: Record<string, (options: object) => Promise<Answer>>;
  elements: { submit: () => Promise<Answer>; create: (type: string) => { mount: (where: string) => void } };
  outcome: Promise<Answer>;
};

/** The browser's, which this program's types do not know. */
type Styled = { getComputedStyle: (element: unknown) => Record<string, string> };

const styleOf = (
  element: Locator,
  property: 'color' | 'backgroundColor' | 'colorScheme',
): Promise<string | undefined> =>
  element.evaluate((shown, name) => (globalThis as unknown as Styled).getComputedStyle(shown)[name], property);

describe.skipIf(need)(`the Payment Element${need}`, { timeout: 90_000 }, () => {
  let account: TestAccount;
  let shop: Server;
  let shopUrl: string;
  let browser: Browser;
  let page: Page;
  let complaints: string[];
  let card: FrameLocator;

  beforeAll(async () => {
    account = await openTestAccount();
    shop = createServer((request, response) => {
      const headers = { 'content-type': 'text/html', 'content-security-policy': policyFor(account.url) };
      response
        .writeHead(200, headers)
        .end(request.url?.startsWith('/back') ? '<title>Back</title>' : shopPage(account.url));
    });
    await new Promise<void>((listening) => void shop.listen(0, '127.0.0.1', listening));
    shopUrl = `http://localhost:${(shop.address() as AddressInfo).port}`;
    browser = await chromium.launch({ executablePath, args: ['--headless', '--no-sandbox', '--disable-gpu'] });
  });
  afterAll(async () => {
    await browser.close();
    await account.close();
    shop.closeAllConnections();
    shop.close();
  });
  beforeEach(async () => {
    page = await (await browser.newContext()).newPage();
    complaints = [];
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(shopUrl);
    await page.evaluate((key) => {
      const view = globalThis as unknown as ShopWindow;
      view.stripe = view.Stripe(key);
      view.elements = view.stripe['elements']?.({ mode: 'payment', amount: 2500, currency: 'eur' }) as never;
      view.elements.create('payment').mount('#payment');
    }, publishableKey);
    card = page.frameLocator('iframe[title="Secure payment input frame"]');
  });
  afterEach(() => page.context().close());

  const fill = async (number: string) => {
    await card.getByLabel('Card number').fill(number);
    await card.getByLabel('Expiration date').fill('1240');
    await card.getByLabel('Security code').fill('123');
  };
  const createIntent = (card?: string) =>
    account.stripe.paymentIntents.create({
      amount: 2500,
      currency: 'eur',
      capture_method: 'manual',
      automatic_payment_methods: { enabled: true },
      ...(card ? { confirm: true, payment_method: card, use_stripe_sdk: true, return_url: `${shopUrl}/back` } : {}),
    });
  const begin = (method: string, options: object) =>
    page.evaluate(
      ([name, given]) => {
        const view = globalThis as unknown as ShopWindow;
        const { withElements, ...rest } = given as { withElements?: boolean };
        view.outcome = view.stripe[name]?.({
          ...rest,
          ...(withElements ? { elements: view.elements } : {}),
        }) as Promise<Answer>;
      },
      [method, options] as const,
    );
  const outcome = () => page.evaluate(() => (globalThis as unknown as ShopWindow).outcome);
  const bank = () => page.frameLocator('dialog iframe');

  it('looks as the shop says', async () => {
    await page.evaluate(() => {
      const { stripe } = globalThis as unknown as ShopWindow;
      const appearance = { theme: 'night', variables: { colorText: 'rgb(1, 2, 3)', colorBackground: 'rgb(4, 5, 6)' } };
      const elements = stripe['elements']?.({ appearance }) as unknown as ShopWindow['elements'];
      elements.create('payment').mount('#payment');
    });
    const field = card.getByLabel('Card number');
    await expect.poll(() => styleOf(field, 'color')).toBe('rgb(1, 2, 3)');
    expect(await styleOf(field, 'backgroundColor')).toBe('rgb(4, 5, 6)');
    expect(await styleOf(field, 'colorScheme')).toBe('dark');
  });

  it('makes a PaymentMethod in a frame of another origin, under a strict policy, by keyboard', async () => {
    await card.getByLabel('Card number').focus();
    await page.keyboard.type('4242424242424242');
    await page.keyboard.press('Tab');
    await page.keyboard.type('1240');
    await page.keyboard.press('Tab');
    await page.keyboard.type('123');
    expect(await card.getByLabel('Card number').inputValue()).toBe('4242 4242 4242 4242');
    expect(await page.evaluate(() => (globalThis as unknown as ShopWindow).elements.submit())).toEqual({});

    await begin('createPaymentMethod', { withElements: true, params: { billing_details: { name: 'A. Buyer' } } });
    const { paymentMethod } = (await outcome()) as { paymentMethod: { id: string } };
    expect(paymentMethod).toMatchObject({ card: { last4: '4242' }, billing_details: { name: 'A. Buyer' } });
    const { id } = await createIntent();
    const confirmed = await account.stripe.paymentIntents.confirm(id, {
      payment_method: paymentMethod.id,
      return_url: shopUrl,
    });
    expect(confirmed.status).toBe('requires_capture');

    expect(complaints).toEqual([]);
    expect(await page.content()).not.toContain('4242');
    const journal = await account.control.get<JournalEntry[]>('requests');
    expect(JSON.stringify(journal)).not.toContain('4242424242424242');
  });

  it('says what is missing beside its field', async () => {
    const answer = await page.evaluate(() => (globalThis as unknown as ShopWindow).elements.submit());
    expect(answer.error).toMatchObject({ type: 'validation_error', code: 'incomplete_number' });
    const number = card.getByLabel('Card number');
    expect(await number.getAttribute('aria-invalid')).toBe('true');
    const described = await number.getAttribute('aria-describedby');
    expect(await card.locator(`#${described}`).textContent()).toBe('Your card number is incomplete.');
    expect(await card.getByRole('alert').filter({ hasText: 'security code' }).count()).toBe(1);
  });

  it('and the bank’s page can be used by everybody', async () => {
    const check = async () => {
      const { violations } = await new AxeBuilder({ page })
        .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'])
        .analyze();
      return violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]);
    };
    await page.evaluate(() => (globalThis as unknown as ShopWindow).elements.submit());
    expect(await check()).toEqual([]);
    const { client_secret: clientSecret } = await createIntent('pm_card_threeDSecure2Required');
    await begin('handleNextAction', { clientSecret });
    await bank().getByRole('button', { name: 'Yes, complete' }).waitFor();
    expect(await check()).toEqual([]);
  });

  it('makes a ConfirmationToken that a server confirms with', async () => {
    await fill('4242 4242 4242 4242');
    await begin('createConfirmationToken', { withElements: true, params: { return_url: `${shopUrl}/back` } });
    const { confirmationToken } = (await outcome()) as { confirmationToken: { id: string } };
    const { id } = await createIntent();
    const confirmed = await account.stripe.paymentIntents.confirm(id, { confirmation_token: confirmationToken.id });
    expect(confirmed.status).toBe('requires_capture');
  });

  it('tells a card that is declined', async () => {
    await fill('4000 0000 0000 9995');
    const { client_secret: clientSecret } = await createIntent();
    await begin('confirmPayment', {
      withElements: true,
      clientSecret,
      redirect: 'if_required',
      confirmParams: { return_url: `${shopUrl}/back` },
    });
    expect((await outcome()).error).toMatchObject({ code: 'card_declined', decline_code: 'insufficient_funds' });
  });

  it('confirms, asks the bank in a window over the page, and leads back', async () => {
    await fill('4000 0000 0000 3220');
    const { id, client_secret: clientSecret } = await createIntent();
    await begin('confirmPayment', {
      withElements: true,
      clientSecret,
      confirmParams: { return_url: `${shopUrl}/back` },
    });
    await bank().getByRole('button', { name: 'Yes, complete' }).click();
    await page.waitForURL(`${shopUrl}/back*`);
    expect(new URL(page.url()).searchParams.get('payment_intent')).toBe(id);
    expect(await account.stripe.paymentIntents.retrieve(id)).toMatchObject({ status: 'requires_capture' });
    expect(complaints).toEqual([]);
  });

  it.each([
    ['Yes, complete', 'requires_capture', undefined],
    ['No, this was not me', 'requires_payment_method', 'payment_intent_authentication_failure'],
  ])('handles what a server was told to do next: %s', async (answer, status, code) => {
    const { id, client_secret: clientSecret } = await createIntent('pm_card_threeDSecure2Required');
    await begin('handleNextAction', { clientSecret });
    await bank().getByRole('button', { name: answer }).click();
    const { error, paymentIntent } = await outcome();
    expect(error?.code).toBe(code);
    expect((await account.stripe.paymentIntents.retrieve(id)).status).toBe(status);
    expect(paymentIntent ?? error?.['payment_intent']).toMatchObject({ id, status });
  });

  it('takes a closed window for a no', async () => {
    const { id, client_secret: clientSecret } = await createIntent('pm_card_threeDSecure2Required');
    await begin('handleNextAction', { clientSecret });
    await bank().getByRole('button', { name: 'Yes, complete' }).waitFor();
    await page.keyboard.press('Escape');
    expect((await outcome()).error?.code).toBe('payment_intent_authentication_failure');
    expect((await account.stripe.paymentIntents.retrieve(id)).status).toBe('requires_payment_method');
  });

  it('leads away to the bank and back where the server said so', async () => {
    const intent = await account.stripe.paymentIntents.create({
      amount: 2500,
      currency: 'eur',
      confirm: true,
      payment_method: 'pm_card_threeDSecure2Required',
      return_url: `${shopUrl}/back`,
      automatic_payment_methods: { enabled: true },
    });
    await begin('handleNextAction', { clientSecret: intent.client_secret });
    await page.getByRole('button', { name: 'No, this was not me' }).click();
    await page.waitForURL(`${shopUrl}/back*`);
    expect(new URL(page.url()).searchParams.get('redirect_status')).toBe('failed');
  });
});
