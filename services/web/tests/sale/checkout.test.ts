import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { refuse } from '../peer/sale/call.ts';
import { openShop, type Shop } from '../peer/shop.ts';
import { textOf, visitorOf, type Visited } from '../peer/visitor.ts';
import { address, lamp, mug, placeOrder, withCart, withRates } from './buying.ts';

let shop: Shop;
beforeEach(async () => {
  shop = await openShop();
});
afterEach(() => shop.stop());

const valueOf = (page: Visited, name: string): string | undefined =>
  new RegExp(`name="${name}"[^>]* value="([^"]*)"`).exec(page.html)?.[1];
const keyOf = (page: Visited) => valueOf(page, 'key');
const placed = () => shop.peer.sale.orders.placed;

describe('checking out without script', () => {
  it('goes from the cart to an order that waits for its card', async () => {
    const visitor = await withCart(shop);
    const empty = await visitor.get('/checkout');
    expect(textOf(empty.html)).toContain('Enter country and postcode to see how it can be shipped.');
    const rates = await withRates(visitor);
    expect(rates.status).toBe(200);
    expect(textOf(rates.html)).toContain('Parcel 3 days €4.90');
    expect(textOf(rates.html)).toContain('€31.80 in total');
    expect(textOf(rates.html)).toContain('Contains €3.80 tax (19%)');
    expect(textOf(rates.html)).toContain('Place order and pay €23.80');
    expect(textOf(rates.html)).toContain('Entering a card is the one thing that needs JavaScript');

    const order = await placeOrder(visitor, rates);
    expect(order.path).toMatch(/^\/orders\/[0-9a-f-]{36}$/);
    expect(textOf(order.html)).toContain('Your order waits for its payment');
    expect(placed()).toMatchObject([
      {
        wish: {
          email: 'ada@example.com',
          expectedTotal: { amountMinor: 2380, currency: 'EUR' },
          address: { city: 'Berlin' },
        },
      },
    ]);
    expect(visitor.cookies.has('cart')).toBe(false);
    expect(visitor.cookies.has('cart-units')).toBe(false);
    expect(textOf((await visitor.get('/cart')).html)).toContain('Your cart is empty');
  });

  it('shows everything that was typed again, with the shipping that was chosen', async () => {
    const visitor = await withCart(shop);
    const page = await withRates(visitor, { name: 'Ada "A." <Lovelace>' });
    const express = /name="rate"[^>]* value="(1290:[^"]*)"/.exec(page.html)?.[1] ?? '';
    const again = await visitor.submit(page, '/checkout', { rate: express, city: '' }, { button: { step: 'rates' } });
    expect(again.html).toContain('value="Ada &quot;A.&quot; &lt;Lovelace>"');
    expect(valueOf(again, 'line1')).toBe('12 Mill Lane');
    expect(/value="(1290:[^"]*)"[^>]* checked/.test(again.html)).toBe(true);
    expect(textOf(again.html)).toContain('Place order and pay €31.80');
  });

  it('puts each error beside its field and above the form, where the focus is', async () => {
    const visitor = await withCart(shop);
    const page = await visitor.get('/checkout');
    const wrong = await placeOrder(visitor, page, { email: 'ada@', postcode: '!!', phone: 'call me', city: 'Berlin' });
    expect(wrong.status).toBe(422);
    expect(wrong.html).toMatch(/<div class="notice notice-bad" role="alert" tabindex="-1" autofocus/);
    expect(wrong.html).toContain('<a href="#email">Enter an e-mail address like name@example.com.</a>');
    expect(wrong.html).toContain('<a href="#shipping">Choose how it is shipped.</a>');
    expect(wrong.html).toMatch(/<input id="name"[^>]* aria-invalid="true" aria-describedby="name-problem"/);
    expect(wrong.html).toContain('id="phone-problem"');
    expect(wrong.html).not.toContain('id="city-problem"');
    expect(valueOf(wrong, 'email')).toBe('ada@');
    expect(placed()).toEqual([]);
  });

  it('shows where the API finds an address wrong', async () => {
    const visitor = await withCart(shop);
    const page = await withRates(visitor);
    const fields = [{ field: 'address.postcode', message: 'is not in this country' }];
    shop.peer.sale.instead.set('POST /api/orders', refuse(400, 'invalid-request', fields));
    const wrong = await placeOrder(visitor, page);
    expect(wrong.status).toBe(422);
    expect(wrong.html).toContain('<a href="#postcode">Enter a postcode that exists in this country.</a>');
  });

  it('reckons the tax of the country that is chosen', async () => {
    const visitor = await withCart(shop);
    const page = await withRates(visitor, { country: 'IE', postcode: 'D02 AF30' });
    expect(textOf(page.html)).toContain('tax (23%)');
  });

  it('says so when nobody delivers there, or the carrier cannot be asked', async () => {
    const visitor = await withCart(shop);
    expect(textOf((await withRates(visitor, { postcode: '00000' })).html)).toContain(
      'Nobody delivers to this postcode.',
    );
    shop.peer.sale.instead.set('GET /api/shipping-rates', [503, {}]);
    const away = await withRates(visitor);
    expect(away.status).toBe(200);
    expect(textOf(away.html)).toContain('We cannot reach the carrier right now.');
    expect(valueOf(away, 'line1')).toBe('12 Mill Lane');
  });

  it('leads to the cart without one, or with nothing in it', async () => {
    expect((await visitorOf(shop.url).get('/checkout')).path).toBe('/cart');
    const visitor = await withCart(shop);
    await visitor.submit(await visitor.get('/cart'), `/cart/items/${mug}`, {}, { button: { do: 'remove' } });
    expect((await visitor.get('/checkout')).path).toBe('/cart');
  });

  it('says so when the cart expired while the form was filled in', async () => {
    const visitor = await withCart(shop);
    const page = await withRates(visitor);
    shop.peer.sale.carts.kept.clear();
    const gone = await placeOrder(visitor, page);
    expect(gone.path).toBe('/cart?problem=expired');
    expect(textOf(gone.html)).toContain('This cart has expired');
  });
});

describe('an order', () => {
  it('is one order when the button is pressed twice, at once or later', async () => {
    const visitor = await withCart(shop);
    const page = await withRates(visitor);
    const twin = visitorOf(shop.url);
    for (const [name, value] of visitor.cookies) twin.cookies.set(name, value);
    const [first, second] = await Promise.all([placeOrder(visitor, page), placeOrder(twin, page)]);
    expect(second.path).toBe(first.path);
    expect(placed()).toHaveLength(1);
    expect(placed()[0]?.key).toBe(keyOf(page));
  });

  it('is found again when its answer was lost: the same form, the same key', async () => {
    const visitor = await withCart(shop);
    const page = await withRates(visitor);
    shop.peer.sale.instead.set('POST /api/orders', 'silence');
    const lost = await placeOrder(visitor, page);
    expect(lost.status).toBe(503);
    expect(textOf(lost.html)).toContain('We did not hear back in time');
    expect(keyOf(lost)).toBe(keyOf(page));
    expect(valueOf(lost, 'line1')).toBe('12 Mill Lane');
    expect(placed()).toHaveLength(1);
    const found = await placeOrder(visitor, lost);
    expect(found.path).toMatch(/^\/orders\//);
    expect(placed()).toHaveLength(1);
  });

  it('is found again even if something else was typed after its answer was lost', async () => {
    const visitor = await withCart(shop);
    const page = await withRates(visitor);
    shop.peer.sale.instead.set('POST /api/orders', 'silence');
    const found = await placeOrder(visitor, await placeOrder(visitor, page), { name: 'Ada King' });
    expect(found.path).toMatch(/^\/orders\//);
    expect(textOf(found.html)).toContain('Ada Lovelace');
    expect(placed()).toHaveLength(1);
  });

  it('is one order in two windows with two keys', async () => {
    const visitor = await withCart(shop);
    const [one, two] = [await withRates(visitor), await withRates(visitor)];
    expect(keyOf(one)).not.toBe(keyOf(two));
    const other = visitorOf(shop.url);
    for (const [name, value] of visitor.cookies) other.cookies.set(name, value);
    const first = await placeOrder(visitor, one);
    expect((await placeOrder(other, two)).path).toBe(first.path);
    expect(placed()).toHaveLength(1);
  });

  it('is one order when its button is pressed again after days, when the key has grown old', async () => {
    const visitor = await withCart(shop);
    const page = await withRates(visitor);
    const other = visitorOf(shop.url);
    for (const [name, value] of visitor.cookies) other.cookies.set(name, value);
    const first = await placeOrder(visitor, page);
    shop.peer.sale.instead.set('POST /api/orders', refuse(409, 'key-expired'));
    expect((await placeOrder(other, page)).path).toBe(first.path);
    expect(placed()).toHaveLength(1);
  });

  it('that got no goods in time keeps its cart: the button places it with another key', async () => {
    const visitor = await withCart(shop);
    const page = await withRates(visitor);
    shop.peer.sale.instead.set('POST /api/orders', refuse(409, 'order-not-placed'));
    const ended = await placeOrder(visitor, page);
    expect(ended.status).toBe(409);
    expect(textOf(ended.html)).toContain('Your order was not placed');
    expect(textOf(ended.html)).toContain('Nothing was charged, and your cart is as it was');
    expect(valueOf(ended, 'line1')).toBe('12 Mill Lane');
    expect(visitor.cookies.has('cart')).toBe(true);
    expect((await placeOrder(visitor, ended)).path).toMatch(/^\/orders\//);
    expect(placed().map(({ key }) => key)).toEqual([keyOf(ended)]);
    expect(keyOf(ended)).not.toBe(keyOf(page));
  });

  it('is placed with another key where the old one made none', async () => {
    const visitor = await withCart(shop);
    const page = await withRates(visitor);
    shop.peer.sale.instead.set('POST /api/orders', refuse(409, 'key-expired'));
    expect((await placeOrder(visitor, page)).path).toMatch(/^\/orders\//);
    expect(placed()).toHaveLength(1);
    expect(placed()[0]?.key).not.toBe(keyOf(page));
  });

  it('waits for another click that is being answered', async () => {
    const visitor = await withCart(shop);
    const page = await withRates(visitor);
    shop.peer.sale.instead.set('POST /api/orders', refuse(409, 'request-in-progress'));
    expect((await placeOrder(visitor, page)).path).toMatch(/^\/orders\//);
  });

  it('is found again by whoever goes back and presses the button once more', async () => {
    const visitor = await withCart(shop);
    const page = await withRates(visitor);
    const first = await placeOrder(visitor, page);
    expect((await placeOrder(visitor, page)).path).toBe(first.path);
    expect(placed()).toHaveLength(1);
  });

  it('leaves another cart that was begun meanwhile alone', async () => {
    const visitor = await withCart(shop);
    const page = await withRates(visitor);
    visitor.cookies.delete('cart');
    await visitor.send('/cart/items', { sku: lamp, units: '1', currency: 'EUR' });
    expect((await placeOrder(visitor, page)).path).toMatch(/^\/orders\//);
    expect(placed()[0]?.wish.cartVersion).toBe(2);
    expect(textOf((await visitor.get('/cart')).html)).toContain('Meadow table lamp');
  });

  it('is carried along whole while everything is away', async () => {
    const visitor = await withCart(shop);
    const page = await withRates(visitor);
    shop.peer.failure = { status: 503 };
    const away = await placeOrder(visitor, page);
    expect(away.status).toBe(503);
    expect(textOf(away.html)).toContain('What you entered is kept on this page');
    shop.peer.failure = null;
    expect((await visitor.submit(away, '/checkout')).path).toMatch(/^\/orders\//);
    expect(placed()[0]?.key).toBe(keyOf(page));
  });
});

describe('what has changed meanwhile', () => {
  it('a price: shows the old and the new total and asks again', async () => {
    const visitor = await withCart(shop);
    const page = await withRates(visitor);
    shop.peer.sale.carts.prices.set(mug, 2100);
    const changed = await placeOrder(visitor, page);
    expect(changed.status).toBe(409);
    expect(textOf(changed.html)).toContain('It was €23.80 and is €25.90 now. Nothing was charged.');
    expect(textOf(changed.html)).toContain('The price has changed from €18.90 to €21.00.');
    expect(textOf(changed.html)).toContain('Accept €25.90 and place order');
    expect(keyOf(changed)).not.toBe(keyOf(page));
    expect(placed()).toEqual([]);
    const accepted = await placeOrder(visitor, changed);
    expect(accepted.path).toMatch(/^\/orders\//);
    expect(placed()[0]?.wish.expectedTotal.amountMinor).toBe(2590);
  });

  it('stock: marks what is sold out, and goes on without it, with all that was typed', async () => {
    const visitor = await withCart(shop, [mug, lamp]);
    const page = await withRates(visitor);
    shop.peer.sale.carts.availability.set(lamp, 'sold-out');
    const soldOut = await placeOrder(visitor, page);
    expect(soldOut.status).toBe(409);
    expect(textOf(soldOut.html)).toContain('Something has sold out');
    const without = await visitor.submit(soldOut, '/checkout', {}, { button: { remove: lamp } });
    expect(valueOf(without, 'line1')).toBe('12 Mill Lane');
    expect(textOf(without.html)).not.toContain('sold out');
    expect((await placeOrder(visitor, without)).path).toMatch(/^\/orders\//);
    expect(placed()[0]?.wish.cartVersion).toBe(4);
  });

  it('stock: believes the refusal where the cart does not know it yet', async () => {
    const visitor = await withCart(shop, [mug, lamp]);
    const page = await withRates(visitor);
    shop.peer.sale.instead.set('POST /api/orders', refuse(409, 'out-of-stock', [{ field: lamp, message: '0 left' }]));
    const soldOut = await placeOrder(visitor, page);
    expect(soldOut.html).toMatch(new RegExp(`name="remove" value="${lamp}"`));
    expect(soldOut.html).not.toMatch(new RegExp(`name="remove" value="${mug}"`));
  });

  it('the offer for shipping: shows the new one', async () => {
    const visitor = await withCart(shop);
    const page = await withRates(visitor);
    shop.peer.sale.orders.quotes.clear();
    shop.peer.sale.rates[0] = { name: 'Parcel', service: 'Ground', priceMinor: 590, days: 3 };
    const expired = await placeOrder(visitor, page);
    expect(textOf(expired.html)).toContain('Shipping prices are new');
    expect(textOf(expired.html)).toContain('Place order and pay €24.80');
    expect((await placeOrder(visitor, expired)).path).toMatch(/^\/orders\//);
  });

  it('the postcode, after shipping was chosen: asks for the price of the new one', async () => {
    const visitor = await withCart(shop);
    const page = await withRates(visitor);
    const moved = await placeOrder(visitor, page, { postcode: '80331' });
    expect(textOf(moved.html)).toContain('Shipping prices are new');
    expect((await placeOrder(visitor, moved)).path).toMatch(/^\/orders\//);
  });

  it('the cart, in another window: shows what would be ordered now', async () => {
    const visitor = await withCart(shop);
    const page = await withRates(visitor);
    await visitor.send('/cart/items', { sku: lamp, units: '1', currency: 'EUR' });
    const changed = await placeOrder(visitor, page);
    expect(textOf(changed.html)).toContain('Your cart has changed');
    expect(textOf(changed.html)).toContain('Meadow table lamp');
  });
});

describe('the script of the card', () => {
  const settings = { provider: 'stripe', publishableKey: 'pk_test_1', scriptUrl: 'http://127.0.0.1:9/v3/' } as const;

  it('may be loaded by the checkout, and by no other page', async () => {
    shop.peer.sale.settings = settings;
    const visitor = await withCart(shop);
    const policy = async (path: string) => (await visitor.get(path)).headers.get('content-security-policy') ?? '';
    const checkout = await policy('/checkout');
    expect(checkout).toContain("script-src 'self' http://127.0.0.1:9;");
    expect(checkout).toContain('frame-src http://127.0.0.1:9;');
    expect(checkout).toContain("connect-src 'self';");
    for (const path of ['/', '/cart', '/products/harbour-mug']) {
      expect(await policy(path)).toContain("script-src 'self';");
      expect(await policy(path)).not.toContain('frame-src');
    }
  });

  it('is Stripe’s, with what Stripe asks for', async () => {
    shop.peer.sale.settings = { ...settings, scriptUrl: 'https://js.stripe.com/v3/' };
    const { headers } = await (await withCart(shop)).get('/checkout');
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("script-src 'self' https://js.stripe.com https://*.js.stripe.com;");
    expect(policy).toContain('frame-src https://js.stripe.com https://*.js.stripe.com https://hooks.stripe.com;');
    expect(policy).toContain("connect-src 'self' https://api.stripe.com;");
    expect(headers.get('permissions-policy')).toContain('payment=(self "https://js.stripe.com"');
  });

  it('is not known: the order can be placed all the same', async () => {
    const visitor = await withCart(shop);
    const page = await withRates(visitor);
    expect(textOf(page.html)).toContain('Cards cannot be taken at the moment.');
    expect((await placeOrder(visitor, page)).path).toMatch(/^\/orders\//);
  });

  it('sends a card along when one was typed, and leads on to where the bank is asked for', async () => {
    shop.peer.sale.settings = settings;
    const visitor = await withCart(shop);
    const page = await withRates(visitor);
    const sent = await visitor.submit(
      page,
      '/checkout',
      { paymentMethod: 'ctoken_1AbC' },
      { button: { step: 'order' }, headers: { accept: 'application/json' } },
    );
    expect(sent.status).toBe(200);
    expect((JSON.parse(sent.html) as { goTo: string }).goTo).toMatch(/^\/orders\/[0-9a-f-]+\/payment$/);
    expect(placed()[0]?.wish.paymentMethod).toBe('ctoken_1AbC');
    expect(JSON.stringify(address)).not.toContain('ctoken');
  });
});
