import { describe, expect, it } from 'vitest';
import type { Order } from '../domain/order.ts';
import { anOrder } from '../../tests/an-order.ts';
import { letterOf, shopName } from './letter.ts';

const stationery = { shop: 'Acme', locale: 'en-IE', link: 'https://shop.example/orders/1?token=order.1.a&b' };

describe('a mail about an order', () => {
  it('says the same as text and as HTML, with the link that leads to it', () => {
    const order = anOrder([{ sku: 'mug-blue', units: 2, priceMinor: 1250, name: 'Blue mug' }]);
    const { to, subject, text, html } = letterOf('confirmation', order, stationery);
    expect(to).toBe(order.email);
    expect(subject).toBe(`Your order ${order.number} at Acme`);
    for (const part of ['2 × Blue mug (Blue)', '€25.00', '€5.90', '€30.90', 'Dublin']) {
      expect(text).toContain(part);
      expect(html).toContain(part);
    }
    expect(text).toContain(stationery.link);
    expect(html).toContain(`href="${stationery.link.replace('&', '&amp;')}"`);
  });

  it('escapes whatever people have written', () => {
    const order = anOrder([{ sku: 'mug-blue', units: 1, name: '<script>alert("1")</script>' }]);
    const named = { ...order, address: { ...order.address, name: `O'Hara & <b>` } };
    const { html } = letterOf('confirmation', named, stationery);
    expect(html).not.toMatch(/<script|<b>/);
    expect(html).toContain('O&#39;Hara &amp; &lt;b&gt;');
  });

  it.each(['action-needed', 'shipped', 'refunded 1'] as const)('has its words: %s', (kind) => {
    const { subject, text } = letterOf(kind, anOrder(), stationery);
    expect(`${subject} ${text}`).not.toContain('undefined');
    expect(text).toContain(stationery.link);
  });

  it('tells what is in the parcel, and who brings it as the customer chose it', () => {
    const order = anOrder([{ sku: 'mug-blue', units: 2, name: 'Blue mug' }]);
    const parcel = {
      parcel: 1,
      carrier: 'easypost',
      service: 'Ground',
      trackingCode: 'EZ1',
    } as Order['parcels'][number];
    const { text } = letterOf('shipped', { ...order, parcels: [parcel] }, stationery);
    expect(text).toMatch(/^2 × Blue mug \(Blue\)$/m);
    expect(text).toContain(`Tracking number: EZ1 (${order.shipping.name})`);
  });

  it('bears the shop’s name', () => expect(shopName('acme-tools-3f9c2e')).toBe('Acme Tools'));
});
