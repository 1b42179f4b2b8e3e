import { it } from 'vitest';
import { openWindow } from '../peer/browser.ts';
import { address, lamp, mug } from './buying.ts';
import type { Page } from 'playwright-core';

it('shots', { timeout: 240_000 }, async () => {
  const browser = await openWindow({ withCards: true });
  const sizes = { phone: { width: 390, height: 844 }, desk: { width: 1440, height: 900 } };
  const only = process.env['SHOTS']?.split(',') ?? [];
  const shoot = async (page: Page, name: string) => {
    if (only.length > 0 && !only.some((one) => name.includes(one))) return;
    await page.screenshot({ path: `/tmp/w/shots/${name}.png`, fullPage: true });
  };
  for (const [size, viewport] of Object.entries(sizes))
    for (const colorScheme of ['light', 'dark'] as const) {
      const at = `${size}-${colorScheme}`;
      const page = await browser.open(`/products/harbour-mug?variant=${mug}`, {
        viewport,
        colorScheme,
        reducedMotion: 'reduce',
      });
      await shoot(page, `product-${at}`);
      await page.getByRole('button', { name: 'Add to cart' }).click();
      await page.waitForURL('**/cart?added=*');
      await page.goto(`${browser.url}/products/meadow-table-lamp?variant=${lamp}`);
      await page.getByLabel('Quantity').fill('2');
      await page.getByRole('button', { name: 'Add to cart' }).click();
      await page.waitForURL('**/cart?added=*');
      await page.waitForLoadState('networkidle');
      await shoot(page, `cart-${at}`);
      browser.shop.peer.sale.carts.prices.set(mug, 2100);
      browser.shop.peer.sale.carts.availability.set(lamp, 'sold-out');
      await page.goto(`${browser.url}/cart`);
      await shoot(page, `cart-problems-${at}`);
      browser.shop.peer.sale.carts.prices.delete(mug);
      browser.shop.peer.sale.carts.availability.delete(lamp);
      await page.goto(`${browser.url}/checkout`, { waitUntil: 'networkidle' });
      await shoot(page, `checkout-empty-${at}`);
      await page.getByLabel('Postcode').fill('!');
      await page.getByRole('button', { name: /^Place order/ }).click();
      await page.frameLocator('iframe').first().getByLabel('Card number').fill('4000000000003220');
      await page.frameLocator('iframe').first().getByLabel('Expiration').fill('1240');
      await page.frameLocator('iframe').first().getByLabel('Security').fill('123');
      await page.getByRole('button', { name: /^Place order/ }).click();
      await page.locator('.notice-bad').waitFor();
      await shoot(page, `checkout-errors-${at}`);
      await page.getByLabel('E-mail').fill(address.email);
      await page.getByLabel('Full name').fill(address.name);
      await page.getByLabel('Street and number').fill(address.line1);
      await page.getByLabel('Country').selectOption('DE');
      await page.getByLabel('Postcode').fill(address.postcode);
      await page.getByLabel('Town or city').fill(address.city);
      await page.getByRole('radio', { name: /Express/ }).check();
      await shoot(page, `checkout-${at}`);
      browser.shop.peer.sale.carts.prices.set(mug, 2100);
      await page.getByRole('button', { name: /^Place order/ }).click();
      await page.getByText('Nothing was charged').waitFor();
      await shoot(page, `checkout-price-${at}`);
      await page.locator('#card').scrollIntoViewIfNeeded();
      await page.waitForTimeout(200);
      await page.screenshot({ path: `/tmp/w/shots/card-${at}.png` });
      browser.shop.peer.sale.carts.prices.delete(mug);
      await page.getByRole('button', { name: /^Accept/ }).click();
      await page.getByText('Nothing was charged').waitFor();
      await page.waitForTimeout(300);
      await page.getByRole('button', { name: /^Accept/ }).click();
      await page.getByRole('button', { name: 'No, this was not me' }).click();
      await page.getByRole('heading', { name: 'Your card was declined' }).waitFor();
      await page.frameLocator('iframe').first().getByLabel('Card number').waitFor();
      await shoot(page, `order-declined-${at}`);
      const orderId = new URL(page.url()).pathname.split('/')[2] ?? '';
      browser.shop.peer.sale.orders.shipments.set(orderId, [
        {
          shipmentId: '00000000-0000-4000-8000-000000000001',
          orderId,
          parcel: 1,
          version: 3,
          status: 'in-transit',
          carrier: 'easypost',
          service: 'Ground',
          trackingCode: 'EZ1000000001',
          trackingUrl: 'https://track.example/EZ1000000001',
          labelUrl: null,
          refusal: null,
          events: [
            { status: 'labelled', message: 'Label made', place: null, at: '2026-11-20T08:00:00.000Z' },
            { status: 'in-transit', message: 'Left the depot', place: 'Berlin', at: '2026-11-21T08:00:00.000Z' },
          ],
          handedOverAt: '2026-11-20T10:00:00.000Z',
          deliveredAt: null,
        },
      ]);
      browser.shop.peer.sale.orders.change(orderId, {
        state: 'handed-over',
        paymentStatus: 'paid',
        fulfilmentStatus: 'shipped',
        payment: { nextAction: null, decline: null, attempts: 2, payBefore: null },
        refunds: [
          {
            refundId: '00000000-0000-4000-8000-000000000009',
            amount: { amountMinor: 1890, currency: 'EUR' },
            status: 'succeeded',
            lines: [],
            at: '2026-11-22T08:00:00.000Z',
          },
        ],
      });
      await page.getByRole('heading', { name: 'It is on its way' }).waitFor();
      await page.goto(`${browser.url}/orders/${orderId}`);
      await shoot(page, `order-shipped-${at}`);
      await page.goto(`${browser.url}/cart`);
      await shoot(page, `cart-empty-${at}`);
      await page.context().close();
    }
  const page = await browser.open(`/products/harbour-mug?variant=${mug}`, {
    javaScriptEnabled: false,
    viewport: sizes.phone,
  });
  await page.getByRole('button', { name: 'Add to cart' }).click();
  await page.goto(`${browser.url}/checkout`);
  await shoot(page, 'noscript');
  console.log(await page.locator('noscript').first().innerHTML());
  await browser.close();
});
