import { eventually } from '@storefront/kit/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { refuse } from '../peer/sale/call.ts';
import { openShop, type Shop } from '../peer/shop.ts';
import { textOf, visitorOf } from '../peer/visitor.ts';
import { aShipment, withOrder } from './buying.ts';

let shop: Shop;
beforeEach(async () => {
  shop = await openShop();
});
afterEach(() => shop.stop());

const tokenOf = (orderId: string) => shop.peer.sale.orders.kept.get(orderId)?.token ?? '';
const change: Shop['peer']['sale']['orders']['change'] = (orderId, changes) =>
  shop.peer.sale.orders.change(orderId, changes);
const orderOf = (orderId: string) => shop.peer.sale.orders.kept.get(orderId)!.order;
const decline = { code: 'card_declined', message: 'Your card has insufficient funds.' };

describe('the page of an order', () => {
  it('says in words how order, payment and delivery stand', async () => {
    const { visitor, orderId } = await withOrder(shop);
    change(orderId, { state: 'handed-over', paymentStatus: 'paid', fulfilmentStatus: 'shipped' });
    const text = textOf((await visitor.get(`/orders/${orderId}`)).html);
    expect(text).toContain('It is on its way');
    expect(text).toContain('Order In progress Payment Paid Delivery On its way');
    expect(text).toContain('Harbour mug');
    expect(text).toContain('Shipping €4.90');
    expect(text).toContain('Total €23.80');
    expect(text).toContain('Ada Lovelace 12 Mill Lane 10115 Berlin Germany');
  });

  it.each([
    [{ state: 'confirmed', paymentStatus: 'authorized' }, 'Thank you, your order is confirmed'],
    [
      { state: 'delivered', status: 'completed', paymentStatus: 'paid', fulfilmentStatus: 'delivered' },
      'It has arrived',
    ],
    [{ state: 'handed-over', paymentStatus: 'paid', fulfilmentStatus: 'partial' }, 'Part of it is on its way'],
    [{ state: 'needs-review', paymentStatus: 'authorized' }, 'Somebody of us looks at this order'],
    [{ state: 'cancelled', status: 'cancelled', paymentStatus: 'failed' }, 'This order is cancelled'],
    [
      { state: 'delivered', status: 'completed', paymentStatus: 'refunded', fulfilmentStatus: 'delivered' },
      'Your money is on its way back',
    ],
  ] as const)('has a headline for %o', async (changes, headline) => {
    const { visitor, orderId } = await withOrder(shop);
    change(orderId, changes);
    const page = await visitor.get(`/orders/${orderId}`);
    expect(textOf(page.html)).toContain(headline);
    expect(page.html.includes('data-events=')).toBe(!('status' in changes));
  });

  it('follows the parcel, newest news first', async () => {
    const { visitor, orderId } = await withOrder(shop);
    expect(textOf((await visitor.get(`/orders/${orderId}`)).html)).toContain('As soon as your parcel is packed');
    shop.peer.sale.orders.shipments.set(orderId, [aShipment(orderId)]);
    const page = await visitor.get(`/orders/${orderId}`);
    const text = textOf(page.html);
    expect(text).toContain('Your parcel with Parcel');
    expect(text).toContain('Tracking number EZ1000000001');
    expect(page.html).toContain('href="https://track.example/EZ1000000001"');
    expect(text.indexOf('Left the depot, Berlin')).toBeLessThan(text.indexOf('Label made'));
    expect(text).toMatch(/21 November 2026/);
    expect(page.html).not.toContain('labels.example');
  });

  it('stands without the parcels when they cannot be read', async () => {
    const { visitor, orderId } = await withOrder(shop);
    shop.peer.sale.instead.set(`GET /api/orders/${orderId}/shipments`, [503, {}]);
    const page = await visitor.get(`/orders/${orderId}`);
    expect(page.status).toBe(200);
    expect(textOf(page.html)).toContain('cannot be read at the moment');
  });
});

describe('the link in the mail', () => {
  it('leads to the order, keeps the token in a cookie and out of the address', async () => {
    const { orderId } = await withOrder(shop);
    const reader = visitorOf(shop.url);
    const led = await fetch(`${shop.url}/orders/${orderId}?token=${tokenOf(orderId)}`, { redirect: 'manual' });
    expect(led.status).toBe(303);
    expect(led.headers.get('location')).toBe(`/orders/${orderId}`);
    expect(led.headers.get('referrer-policy')).toBe('no-referrer');
    expect(led.headers.get('cache-control')).toBe('private, no-store');
    expect(led.headers.getSetCookie()).toEqual([
      `orders=${tokenOf(orderId)}; Path=/; Max-Age=31536000; HttpOnly; Secure; SameSite=Lax`,
    ]);
    const page = await reader.get(`/orders/${orderId}?token=${tokenOf(orderId)}`);
    expect(page.path).toBe(`/orders/${orderId}`);
    expect(textOf(page.html)).toContain('Order ');
    expect(page.html).not.toContain(tokenOf(orderId));
  });

  it('is never logged', async () => {
    const { orderId } = await withOrder(shop);
    const token = tokenOf(orderId);
    await fetch(`${shop.url}/orders/${orderId}?token=${token}`);
    shop.peer.failure = { status: 503 };
    await fetch(`${shop.url}/orders/${orderId}?token=${token}`);
    shop.peer.failure = null;
    await eventually(() => expect(shop.logged()).toContain(`/orders/${orderId}`));
    expect(shop.logged()).not.toContain(token.slice(-43));
  });

  it('opens that order and no other', async () => {
    const mine = await withOrder(shop);
    const theirs = await withOrder(shop);
    const reader = visitorOf(shop.url);
    await reader.get(`/orders/${mine.orderId}?token=${tokenOf(mine.orderId)}`);
    expect((await reader.get(`/orders/${theirs.orderId}`)).status).toBe(404);
    const swapped = await reader.get(`/orders/${theirs.orderId}?token=${tokenOf(mine.orderId)}`);
    expect(swapped.status).toBe(404);
    expect(textOf(swapped.html)).toContain('This order cannot be shown here');
    expect((await reader.get(`/orders/${mine.orderId}`)).status).toBe(200);
  });

  it.each(['', 'x', 'order..', `order.019a2b4c-7d10-8f3a-9c1e-5b2f7a6d8e90.${'x'.repeat(43)}`, '"; Path=/evil'])(
    'with the token %j is a page that says what to do',
    async (token) => {
      const path = `/orders/019a2b4c-7d10-8f3a-9c1e-5b2f7a6d8e90?token=${encodeURIComponent(token)}`;
      const page = await visitorOf(shop.url).get(path);
      expect(page.status).toBe(404);
      expect(textOf(page.html)).toContain('open the link in the e-mail');
    },
  );

  it('is remembered for the newest dozen of orders', async () => {
    const { orderId } = await withOrder(shop);
    const reader = visitorOf(shop.url);
    const others = Array.from(
      { length: 20 },
      (_, index) => `019a2b4c-7d10-8f3a-9c1e-${String(index).padStart(12, '0')}`,
    );
    for (const other of [orderId, ...others]) {
      const token = other === orderId ? tokenOf(orderId) : `order.${other}.${'y'.repeat(43)}`;
      await fetch(`${shop.url}/orders/${other}?token=${token}`, {
        redirect: 'manual',
        headers: { cookie: `orders=${reader.cookies.get('orders') ?? ''}` },
      }).then((response) =>
        reader.cookies.set('orders', /orders=([^;]*)/.exec(response.headers.getSetCookie()[0] ?? '')?.[1] ?? ''),
      );
    }
    expect(reader.cookies.get('orders')?.split('~')).toHaveLength(12);
    expect(reader.cookies.get('orders')?.length).toBeLessThan(1_200);
  });
});

describe('paying for an order', () => {
  beforeEach(() => {
    shop.peer.sale.settings = { provider: 'stripe', publishableKey: 'pk_test_1', scriptUrl: 'http://127.0.0.1:9/v3/' };
  });

  it('is asked for when no card came with it, and says that the card needs script', async () => {
    const { page, orderId } = await withOrder(shop);
    expect(textOf(page.html)).toContain('Pay for this order');
    expect(textOf(page.html)).toContain('Open the link from our e-mail in a browser that has it');
    expect(page.html).toContain(`action="/orders/${orderId}/payments"`);
    expect(page.headers.get('content-security-policy')).toContain('frame-src http://127.0.0.1:9;');
  });

  it('says why a card was declined, and takes another', async () => {
    const { visitor, orderId } = await withOrder(shop);
    const payment = { ...orderOf(orderId).payment, decline, attempts: 1 };
    change(orderId, { payment });
    const page = await visitor.get(`/orders/${orderId}`);
    expect(textOf(page.html)).toContain('Your card was declined');
    expect(textOf(page.html)).toContain('Your card has insufficient funds.');
    expect(textOf(page.html)).toContain('Pay with another card');
    const paid = await visitor.submit(
      page,
      `/orders/${orderId}/payments`,
      { paymentMethod: 'pm_1' },
      { follow: false },
    );
    expect(paid.headers.get('location')).toBe(`/orders/${orderId}/payment`);
    expect(orderOf(orderId).payment.attempts).toBe(2);
  });

  it('is one payment when the button is pressed twice', async () => {
    const { visitor, page, orderId } = await withOrder(shop);
    const pay = () => visitor.submit(page, `/orders/${orderId}/payments`, { paymentMethod: 'pm_1' });
    await Promise.all([pay(), pay()]);
    expect(orderOf(orderId).payment.attempts).toBe(1);
  });

  it('asks for a card when none was typed', async () => {
    const { visitor, page, orderId } = await withOrder(shop);
    const asked = await visitor.submit(page, `/orders/${orderId}/payments`);
    expect(asked.status).toBe(422);
    expect(textOf(asked.html)).toContain('Enter a card first.');
  });

  it('leads to the bank that asks, and offers the way there to whoever left it', async () => {
    const { visitor, orderId } = await withOrder(shop);
    const nextAction = { type: 'redirect', url: 'https://bank.example/ask' } as const;
    change(orderId, { payment: { ...orderOf(orderId).payment, nextAction, attempts: 1 } });
    const led = await visitor.get(`/orders/${orderId}/payment`);
    expect(led.status).toBe(303);
    expect(led.headers.get('location')).toBe('https://bank.example/ask');

    const back = await visitor.get(
      `/orders/${orderId}?token=${tokenOf(orderId)}&payment_intent=pi_1&redirect_status=failed`,
    );
    expect(back.path).toBe(`/orders/${orderId}?from=bank`);
    expect(textOf(back.html)).toContain('We have not heard from your bank yet');
    expect(back.html).toContain('href="https://bank.example/ask"');
    expect(textOf(back.html)).toContain('Pay with another card');
    expect(textOf((await visitor.get(`/orders/${orderId}`)).html)).toContain('Your bank wants to hear from you');
  });

  it('leads to the order when the bank asks nothing, or is not heard in time', async () => {
    const { visitor, orderId } = await withOrder(shop);
    change(orderId, { state: 'confirmed', paymentStatus: 'authorized' });
    expect((await visitor.get(`/orders/${orderId}/payment`)).path).toBe(`/orders/${orderId}`);
    shop.peer.sale.instead.set(`GET /api/orders/${orderId}`, [503, {}]);
    expect((await visitor.get(`/orders/${orderId}/payment`)).path).toBe(`/orders/${orderId}`);
  });

  it('is over for an order that is paid, too late, or being checked', async () => {
    const { visitor, page, orderId } = await withOrder(shop);
    change(orderId, { payment: { ...orderOf(orderId).payment, payBefore: '2020-01-01T00:00:00.000Z' } });
    expect((await visitor.get(`/orders/${orderId}`)).html).not.toContain('/payments"');
    change(orderId, {
      state: 'stock-reserved',
      payment: { ...orderOf(orderId).payment, attempts: 1, payBefore: null },
    });
    expect(textOf((await visitor.get(`/orders/${orderId}`)).html)).toContain('Your payment is being checked');
    change(orderId, { state: 'confirmed', paymentStatus: 'authorized' });
    const late = await visitor.submit(page, `/orders/${orderId}/payments`, { paymentMethod: 'pm_1' });
    expect(textOf(late.html)).toContain('Thank you, your order is confirmed');
    expect(textOf(late.html)).not.toContain('was not taken');
  });

  it('is carried along while the API is away', async () => {
    const { visitor, page, orderId } = await withOrder(shop);
    shop.peer.failure = { status: 503 };
    const away = await visitor.submit(page, `/orders/${orderId}/payments`, { paymentMethod: 'pm_1' });
    expect(away.status).toBe(503);
    shop.peer.failure = null;
    await visitor.submit(away, `/orders/${orderId}/payments`);
    expect(orderOf(orderId).payment.attempts).toBe(1);
  });
});

describe('cancelling', () => {
  it('is a wish that the page shows', async () => {
    const { visitor, page, orderId } = await withOrder(shop);
    const asked = await visitor.submit(page, `/orders/${orderId}/cancel`, { reason: 'Two are too many' });
    expect(asked.path).toBe(`/orders/${orderId}`);
    expect(textOf(asked.html)).toContain('This order is being cancelled');
    expect(asked.html).not.toContain('/cancel"');
    expect(orderOf(orderId).cancellation?.reason).toBe('Two are too many');
  });

  it('comes too late once the parcel has left', async () => {
    const { visitor, page, orderId } = await withOrder(shop);
    change(orderId, { state: 'handed-over', paymentStatus: 'paid', fulfilmentStatus: 'shipped' });
    const late = await visitor.submit(page, `/orders/${orderId}/cancel`);
    expect(textOf(late.html)).toContain('It cannot be cancelled any more');
  });

  it.each(['cancel', 'payments'])('and paying are nobody else’s: /%s', async (verb) => {
    const { orderId } = await withOrder(shop);
    const stranger = await withOrder(shop);
    const page = await stranger.visitor.send(`/orders/${orderId}/${verb}`, { paymentMethod: 'pm_1' });
    expect([404, 200]).toContain(page.status);
    expect(textOf(page.html)).toContain('This order cannot be shown here');
    expect(orderOf(orderId).cancellation).toBeNull();
    expect(orderOf(orderId).payment.attempts).toBe(0);
  });

  it('says what became of it when the API refuses for another reason', async () => {
    const { visitor, page, orderId } = await withOrder(shop);
    shop.peer.sale.instead.set(`POST /api/orders/${orderId}/cancel`, refuse(409, 'too-late-to-cancel'));
    expect(textOf((await visitor.submit(page, `/orders/${orderId}/cancel`)).html)).toContain('Write to us');
  });
});
