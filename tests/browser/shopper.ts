/** What somebody who buys does in a browser, page after page. */
import type { FrameLocator, Page } from 'playwright-core';

import { home } from '../sale/buyer.ts';

/** Numbers of Stripe's test list, typed as people type them. */
export const cardNumbers = {
  good: '4242 4242 4242 4242',
  challenged: '4000 0000 0000 3220',
  withoutFunds: '4000 0000 0000 9995',
} as const;

export const thanks = 'Thank you, your order is confirmed';

export async function addToCart(page: Page, slug: string): Promise<void> {
  await page.goto(`/products/${slug}`);
  await page.getByRole('button', { name: 'Add to cart' }).click();
  await page.waitForURL(/\/cart\?added=/);
}

export async function goToCheckout(page: Page, slug: string): Promise<void> {
  await addToCart(page, slug);
  await page.getByRole('link', { name: 'Check out' }).click();
  await page.waitForURL(/\/checkout$/);
}

export async function typeAddress(page: Page, email: string): Promise<void> {
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Country').selectOption(home.country);
  await page.getByLabel('Full name').fill(home.name);
  await page.getByLabel('Street and number').fill(home.line1);
  await page.getByLabel('Postcode').fill(home.postcode);
  await page.getByLabel('Town or city').fill(home.city);
}

/** The carrier's offers are there, and the cheapest is chosen. */
export const offersOfShipping = (page: Page): Promise<void> => page.locator('input[name="rate"]:checked').waitFor();

export const cardForm = (page: Page): FrameLocator => page.frameLocator('iframe[title="Secure payment input frame"]');

export async function typeCard(page: Page, number: string): Promise<void> {
  const form = cardForm(page);
  await form.getByLabel('Card number').fill(number);
  await form.getByLabel('Expiration date').fill('1240');
  await form.getByLabel('Security code').fill('123');
}

export const orderButton = (page: Page) => page.getByRole('button', { name: /^(Place order|Accept)/ });

/** From the product to the button, which is still to be pressed. */
export async function prepareOrder(page: Page, slug: string, { email, card }: { email: string; card: string }) {
  await goToCheckout(page, slug);
  await typeAddress(page, email);
  await offersOfShipping(page);
  await typeCard(page, card);
}

/** Of the order whose page it is led to. */
export async function orderIdOn(page: Page): Promise<string> {
  await page.waitForURL(/\/orders\/[0-9a-f-]{36}(\?from=bank)?$/);
  return new URL(page.url()).pathname.split('/')[2] ?? '';
}

/** The bank's question: on its page, or by the way to it where it asks later than the shop waits for it. */
export async function goToBank(page: Page): Promise<void> {
  const question = page.getByRole('button', { name: 'Yes, complete' });
  const way = page.getByRole('link', { name: 'Continue to your bank' });
  await question.or(way).waitFor();
  if (await way.isVisible()) await way.click();
  await question.waitFor();
}

/** Says yes or no to the bank. */
export async function answerBank(page: Page, answer: 'Yes, complete' | 'No, this was not me'): Promise<void> {
  await goToBank(page);
  await page.getByRole('button', { name: answer }).click();
}

export const payButton = (page: Page) => page.getByRole('button', { name: /^Pay / });

export const heading = (page: Page, name: string): Promise<void> =>
  page.getByRole('heading', { name, exact: true }).waitFor();

/** One of the order's three statuses, such as Paid. */
export const status = (page: Page, value: string): Promise<void> =>
  page.locator('.statuses dd').getByText(value, { exact: true }).waitFor();
