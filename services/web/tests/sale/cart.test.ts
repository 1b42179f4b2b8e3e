import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openShop, type Shop } from '../peer/shop.ts';
import { textOf, visitorOf } from '../peer/visitor.ts';
import { lamp, mug, withCart } from './buying.ts';

let shop: Shop;
beforeEach(async () => {
  shop = await openShop();
});
afterEach(() => shop.stop());

describe('the cart', () => {
  it('is filled from a product page without script', async () => {
    const visitor = visitorOf(shop.url);
    const product = await visitor.get(`/products/harbour-mug?variant=${mug}`);
    const cart = await visitor.submit(product, '/cart/items', { units: '2' });
    expect(cart.status).toBe(200);
    expect(cart.path).toBe(`/cart?added=${mug}#item-${mug}`);
    expect(textOf(cart.html)).toContain('Harbour mug is in your cart.');
    expect(textOf(cart.html)).toContain('€37.80');
  });

  it('keeps its tokens out of scripts’ reach, and only the count within', async () => {
    const visitor = visitorOf(shop.url);
    await visitor.send('/cart/items', { sku: mug, units: '2', currency: 'EUR' });
    const [kept] = [...shop.peer.sale.carts.kept.values()];
    expect(visitor.cookies.get('buyer')).toBe(kept?.token);
    expect(visitor.cookies.get('cart')).toBe(kept?.cart.cartId);
    expect(visitor.cookies.get('cart-units')).toBe('2');
    const product = await visitor.get('/products/harbour-mug');
    const { cookies: set } = await visitorOf(shop.url).submit(product, '/cart/items', {}, { follow: false });
    for (const cookie of set) {
      expect(cookie).toMatch(/; Path=\/;.* Secure; SameSite=Lax$/);
      expect(cookie).toContain('; Max-Age=31536000;');
      expect(cookie.includes('HttpOnly')).toBe(!cookie.startsWith('cart-units='));
    }
    expect(set).toHaveLength(3);
  });

  it('adds to what is there, however many add at once', async () => {
    const visitor = await withCart(shop);
    await Promise.all([1, 2, 3].map(() => visitor.send('/cart/items', { sku: mug, units: '1', currency: 'EUR' })));
    const [kept] = [...shop.peer.sale.carts.kept.values()];
    expect(kept?.cart.items).toMatchObject([{ sku: mug, units: 4 }]);
  });

  it('changes a quantity and removes a line by its form', async () => {
    const visitor = await withCart(shop, [mug, lamp]);
    const changed = await visitor.submit(await visitor.get('/cart'), `/cart/items/${mug}`, { units: '3' });
    expect(textOf(changed.html)).toContain('3 × €18.90');
    const removed = await visitor.submit(changed, `/cart/items/${lamp}`, {}, { button: { do: 'remove' } });
    expect(textOf(removed.html)).not.toContain('table lamp');
    expect(visitor.cookies.get('cart-units')).toBe('3');
    const empty = await visitor.submit(removed, `/cart/items/${mug}`, {}, { button: { do: 'remove' } });
    expect(textOf(empty.html)).toContain('Your cart is empty');
    expect(visitor.cookies.has('cart-units')).toBe(false);
  });

  it.each(['-1', '1.5', '100', 'many', ''])('refuses the quantity %j, and keeps the cart', async (units) => {
    const visitor = await withCart(shop);
    const page = await visitor.send(`/cart/items/${mug}`, { units });
    expect(textOf(page.html)).toContain('That quantity is not possible');
    expect([...shop.peer.sale.carts.kept.values()][0]?.cart.items[0]?.units).toBe(1);
  });

  it('says what a price was and is, and keeps it there by one button', async () => {
    const visitor = await withCart(shop);
    shop.peer.sale.carts.prices.set(mug, 2100);
    const page = await visitor.get('/cart');
    expect(textOf(page.html)).toContain('A price has changed');
    expect(textOf(page.html)).toContain('The price has changed from €18.90 to €21.00.');
    expect(textOf(page.html)).toContain('Keep it at €21.00');
    const kept = await visitor.submit(page, `/cart/items/${mug}`);
    expect(textOf(kept.html)).not.toContain('has changed');
    expect(textOf(kept.html)).toContain('€21.00');
  });

  it.each([
    ['sold-out', 'Sold out. Remove it to go on.'],
    ['short', 'There are not that many left.'],
    ['not-offered', 'No longer sold.'],
  ] as const)('marks what is %s, and checks out only without it', async (availability, words) => {
    const visitor = await withCart(shop, [mug, lamp]);
    shop.peer.sale.carts.availability.set(mug, availability);
    const page = await visitor.get('/cart');
    expect(textOf(page.html)).toContain(words);
    expect(page.html).not.toContain('href="/checkout"');
    const without = await visitor.submit(page, `/cart/items/${mug}`, {}, { button: { do: 'remove' } });
    expect(without.html).toContain('href="/checkout"');
  });

  it('says so when what is added is sold out', async () => {
    shop.peer.sale.carts.availability.set(lamp, 'sold-out');
    const visitor = await withCart(shop, [mug]);
    const page = await visitor.send('/cart/items', { sku: lamp, units: '1', currency: 'EUR' });
    expect(textOf(page.html)).toContain('It is sold out');
    expect(textOf(page.html)).toContain('Harbour mug');
  });

  it('has expired, says so, and the next one belongs to the same buyer', async () => {
    const visitor = await withCart(shop);
    const [before] = [...shop.peer.sale.carts.kept.values()];
    visitor.cookies.set('cart', '00000000-0000-4000-8000-000000000000');
    expect(textOf((await visitor.get('/cart')).html)).toContain('This cart has expired');
    expect(visitor.cookies.has('cart')).toBe(false);
    await visitor.send('/cart/items', { sku: lamp, units: '1', currency: 'EUR' });
    const after = [...shop.peer.sale.carts.kept.values()].at(-1);
    expect(after?.cart.buyerId).toBe(before?.cart.buyerId);
  });

  it('is begun anew with a token that nobody knows any more', async () => {
    const visitor = await withCart(shop);
    visitor.cookies.set('buyer', `cart.00000000-0000-4000-8000-000000000000.${'x'.repeat(43)}`);
    const page = await visitor.send('/cart/items', { sku: lamp, units: '1', currency: 'EUR' });
    expect(textOf(page.html)).toContain('Meadow table lamp is in your cart.');
  });

  it('is in the currency of the page it was begun from', async () => {
    const visitor = visitorOf(shop.url);
    const product = await visitor.get(`/products/harbour-mug?variant=${mug}&currency=USD`);
    expect(textOf((await visitor.submit(product, '/cart/items')).html)).toContain('US$20.79');
  });

  it('is another person’s for anybody else', async () => {
    const owner = await withCart(shop);
    const other = await withCart(shop, [lamp]);
    other.cookies.set('cart', owner.cookies.get('cart') ?? '');
    const page = await other.get('/cart');
    expect(textOf(page.html)).toContain('This cart has expired');
    expect(textOf(page.html)).not.toContain('Harbour mug');
  });
});

describe('a form of the cart', () => {
  it.each([{ 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'same-site' }])(
    'does nothing when another site sent it: %o',
    async (headers) => {
      const visitor = await withCart(shop);
      const page = await visitor.send(`/cart/items/${mug}`, { units: '9' }, headers);
      expect(page.status).toBe(403);
      expect(textOf(page.html)).toContain('This form came from another site');
      expect([...shop.peer.sale.carts.kept.values()][0]?.cart.items[0]?.units).toBe(1);
    },
  );

  it('is judged by its origin where the browser says no more', async () => {
    const post = (origin: string) =>
      fetch(`${shop.url}/cart/items`, {
        method: 'POST',
        body: new URLSearchParams({ sku: mug }),
        headers: { origin },
        redirect: 'manual',
      });
    expect((await post('https://evil.example')).status).toBe(403);
    expect((await post('null')).status).toBe(403);
    expect((await post('https://shop.example')).status).toBe(303);
    expect((await post(shop.url)).status).toBe(303);
  });

  it('keeps what it carries while the API is away', async () => {
    const visitor = await withCart(shop);
    shop.peer.failure = { status: 503 };
    const page = await visitor.send('/cart/items', { sku: lamp, units: '2', currency: 'EUR' });
    expect(page.status).toBe(503);
    expect(page.headers.get('retry-after')).not.toBeNull();
    shop.peer.failure = null;
    const again = await visitor.submit(page, '/cart/items');
    expect(textOf(again.html)).toContain('2 × €');
  });

  it.each([
    ['a body that is no form', { body: '{}', headers: { 'content-type': 'application/json' } }, 415],
    ['a body that is too large', { body: new URLSearchParams({ sku: 'x'.repeat(70_000) }) }, 413],
    ['a SKU that cannot be', { body: new URLSearchParams({ sku: '../../orders' }) }, 404],
  ])('is refused with %s', async (_what, init, status) => {
    expect((await fetch(`${shop.url}/cart/items`, { method: 'POST', ...init })).status).toBe(status);
  });
});

describe('pages of a sale', () => {
  it.each(['/cart', '/checkout', '/orders/019a2b4c-7d10-8f3a-9c1e-5b2f7a6d8e90'])(
    'at %s are one person’s: kept by nobody, known to no search engine',
    async (path) => {
      const visitor = await withCart(shop);
      const page = await visitor.get(path);
      expect(page.headers.get('cache-control')).toBe('private, no-store');
      expect(page.headers.get('referrer-policy')).toBe('same-origin');
      expect(page.headers.get('etag')).toBeNull();
      expect(page.html).toContain('noindex');
    },
  );

  it('take no other method, and say which they take', async () => {
    const response = await fetch(`${shop.url}/checkout`, { method: 'DELETE' });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('GET, POST');
  });

  it('leave pages of the catalogue the same for all', async () => {
    const visitor = await withCart(shop);
    const mine = await visitor.get('/products/harbour-mug');
    const anybody = await visitorOf(shop.url).get('/products/harbour-mug');
    expect(mine.html).toBe(anybody.html);
    expect(mine.cookies).toEqual([]);
    expect(mine.headers.get('cache-control')).toMatch(/^public/);
  });

  it('say that it is us when the API is away, and nothing is lost', async () => {
    const visitor = await withCart(shop);
    shop.peer.failure = { status: 503 };
    const page = await visitor.get('/cart');
    expect(page.status).toBe(503);
    expect(textOf(page.html)).toContain('nothing is lost');
    expect(page.headers.get('cache-control')).toBe('private, no-store');
    expect(visitor.cookies.has('cart')).toBe(true);
  });
});
