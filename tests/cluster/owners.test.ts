import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';

import type { Cart } from '@storefront/cart/contract';
import type { Order, PlacedOrder } from '@storefront/order/contract';
import { request } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { expectStatus, type Api, type Ask, type Reply } from '../sale/api.ts';
import { cards, insistOnOrder, prepareCheckout, readOrder, type Checkout } from '../sale/buyer.ts';
import { listen } from '../sale/event-stream.ts';
import { openShopUnderAudit, type ShopUnderAudit } from '../sale/shop-under-audit.ts';
import type { ApiDocument } from './bad-input/bad-requests.ts';
import { whyNoCluster, type Shop } from './cluster.ts';

/** The public API as it is committed, so that each of its routes is a test of its own. */
const api = JSON.parse(
  readFileSync(new URL('../../services/gateway/openapi.json', import.meta.url), 'utf8'),
) as ApiDocument;

type Operation = { name: string; method: string; path: string; callers: string[]; ids: string[] };

const operations: Operation[] = Object.entries(api.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, { operationId, security, parameters = [], requestBody }]) => ({
    name: operationId,
    method: method.toUpperCase(),
    path,
    callers: security.flatMap((needed) => Object.keys(needed)),
    ids: [
      ...parameters.flatMap(({ in: where, name }) => (where === 'path' || name.endsWith('Id') ? [name] : [])),
      ...namesIn(requestBody).filter((name) => name.endsWith('Id')),
    ],
  })),
);

function namesIn(body: ApiDocument['paths'][string][string]['requestBody']): string[] {
  const schema = body?.content['application/json']?.schema;
  const named = schema?.$ref && api.components.schemas[schema.$ref.split('/').at(-1) ?? ''];
  return Object.keys((named || schema)?.properties ?? {});
}

/** Whatever a guest may do to something that is named by its id. */
const owned = operations.filter(({ callers, ids }) => callers.includes('guest') && ids.length > 0);
const merchants = operations.filter(({ callers }) => callers.length > 0 && !callers.includes('guest'));

/** A cart that may be ordered, and an order that waits for its card: two guests' own. */
type Belongings = { sku: string; open: Checkout; placed: PlacedOrder };
type Case = { ask: (of: Belongings) => Ask; what: 'cart' | 'order' };

const ofCart = (ask: (of: Belongings & { path: string }) => Ask): Case => ({
  what: 'cart',
  ask: (of) => ask({ ...of, path: `/api/carts/${of.open.cart.cartId}` }),
});
const ofOrder = (ask: (path: string) => Ask): Case => ({
  what: 'order',
  ask: ({ placed }) => ask(`/api/orders/${placed.orderId}`),
});

/** One for each of `owned`: what its owner could send. */
const cases: Record<string, Case> = {
  getCartsByCartId: ofCart(({ path }) => ({ path })),
  putCartsByCartIdItemsBySku: ofCart(({ path, sku }) => ({
    method: 'PUT',
    path: `${path}/items/${sku}`,
    body: { units: 3 },
  })),
  deleteCartsByCartIdItemsBySku: ofCart(({ path, sku }) => ({ method: 'DELETE', path: `${path}/items/${sku}` })),
  putCartsByCartIdCountry: ofCart(({ path }) => ({ method: 'PUT', path: `${path}/country`, body: { country: 'FR' } })),
  getShippingRates: ofCart(({ open }) => ({
    path: `/api/shipping-rates?cartId=${open.cart.cartId}&country=DE&postcode=10115`,
  })),
  postOrders: ofCart(({ open }) => ({ method: 'POST', path: '/api/orders', key: randomUUID(), body: open.order })),
  getOrdersByOrderId: ofOrder((path) => ({ path })),
  getOrdersByOrderIdEvents: ofOrder((path) => ({ path: `${path}/events` })),
  getOrdersByOrderIdShipments: ofOrder((path) => ({ path: `${path}/shipments` })),
  postOrdersByOrderIdPayments: ofOrder((path) => ({
    method: 'POST',
    path: `${path}/payments`,
    key: randomUUID(),
    body: { paymentMethod: cards.declined },
  })),
  postOrdersByOrderIdCancel: ofOrder((path) => ({ method: 'POST', path: `${path}/cancel`, body: { reason: 'mine' } })),
};

describe('the routes to what belongs to a buyer', () => {
  it('have a case each, so that a new one cannot be forgotten', () => {
    expect(Object.keys(cases).toSorted()).toEqual(owned.map(({ name }) => name).toSorted());
  });
});

describe.skipIf(whyNoCluster)(`what belongs to a buyer ${whyNoCluster || ''}`, { timeout: 90_000 }, () => {
  let ground: ShopUnderAudit;
  let shop: Shop;
  let client: Api;
  let merchantToken: string;
  /** Every order that somebody was told of. */
  const accepted: string[] = [];

  beforeAll(async () => {
    ground = await openShopUnderAudit('owned');
    ({ shop, api: client } = ground);
    merchantToken = await shop.merchantToken();
  }, 300_000);
  afterAll(async () => {
    try {
      // Most of them wait for a card that never comes; what nobody was allowed to do has moved no money and no goods.
      const settled = ['awaiting-payment', 'cancelled'];
      await ground?.audit({ accepted, settled, withinMs: 60_000 });
    } finally {
      await ground?.close();
    }
  }, 240_000);

  async function ordered(checkout: Checkout): Promise<PlacedOrder> {
    const placed = expectStatus(await insistOnOrder(client, checkout), 201);
    accepted.push(placed.orderId);
    return placed;
  }

  async function belongings(): Promise<Belongings> {
    const sku = `mug-${randomUUID().slice(0, 8)}`;
    await ground.merchant.offer(sku, { units: 10 });
    const [open, other] = await Promise.all([1, 2].map(() => prepareCheckout(client, [{ sku, units: 1 }])));
    return { sku, open: open as Checkout, placed: await ordered(other as Checkout) };
  }

  /** Tokens that open something else. */
  async function strangers(): Promise<{ guest: string; otherOrder: string }> {
    const { open, placed } = await belongings();
    return { guest: open.cartToken, otherOrder: placed.orderToken };
  }

  /** Tokens that nobody gave out: a mac of nothing, of another thing, of another kind. */
  function forgedFor({ open, placed }: Belongings, { guest, otherOrder }: Awaited<ReturnType<typeof strangers>>) {
    const [nothing, macOfGuest, macOfOrder] = ['A'.repeat(43), guest.split('.')[2], otherOrder.split('.')[2]];
    const { buyerId } = open.cart;
    return [
      `cart.${buyerId}.${nothing}`,
      `cart.${buyerId}.${macOfGuest}`,
      `order.${buyerId}.${open.cartToken.split('.')[2]}`,
      `cart.${placed.buyerId}.${macOfGuest}`,
      `cart.${placed.orderId}.${placed.orderToken.split('.')[2]}`,
      `order.${placed.orderId}.${nothing}`,
      `order.${placed.orderId}.${macOfOrder}`,
      `${merchantToken.slice(0, -1)}${merchantToken.endsWith('A') ? 'B' : 'A'}`,
    ];
  }

  /** The same question about something of the same shape that does not exist. */
  function absent(ask: Ask, { open, placed }: Belongings): Ask {
    const other = (id: string) => `${id.slice(0, -12)}0123456789ab`;
    const text = [open.cart.cartId, placed.orderId].reduce(
      (all, id) => all.replaceAll(id, other(id)),
      JSON.stringify(ask),
    );
    return JSON.parse(text) as Ask;
  }

  /** Says no, and nothing of whom it belongs to. */
  function expectRefusal({ status, text }: Reply, statuses: number[], { open, placed }: Belongings, of: string): void {
    expect(statuses, `${of}: ${status} ${text}`).toContain(status);
    const personal = [placed.email, open.order.email, placed.buyerId, open.cart.buyerId, placed.orderToken];
    for (const secret of personal) expect(text, of).not.toContain(secret);
  }

  const codeOf = ({ status, body }: Reply): [number, string | undefined] => [status, (body as { code?: string })?.code];

  async function readCart({ open }: Belongings): Promise<Cart> {
    const path = `/api/carts/${open.cart.cartId}`;
    return expectStatus(await client.insist<Cart>({ path, token: open.cartToken }), 200);
  }

  const touched = ({ cancellation, payment, refunds }: Order) => [cancellation, payment.attempts, refunds];

  describe.each(owned)('$method $path', ({ name }) => {
    const { ask, what } = cases[name] as Case;

    it('is for its owner, and for everybody else it is not there', async () => {
      const theirs = await belongings();
      const { guest, otherOrder } = await strangers();
      const wish = ask(theirs);

      const byGuest = await client.insist({ ...wish, token: guest });
      expectRefusal(byGuest, [404], theirs, 'another guest');
      const nothing = await client.insist({ ...absent(ask(theirs), theirs), token: guest });
      expect(codeOf(byGuest), 'what is not there is refused with other words').toEqual(codeOf(nothing));

      // The token of an order says of no cart whose it is.
      const unknown = what === 'order' ? [404] : [401, 404];
      expectRefusal(await client.insist({ ...wish, token: otherOrder }), unknown, theirs, 'the token of another order');
      expectRefusal(await client.insist(wish), [401, 404], theirs, 'no token');
      for (const token of forgedFor(theirs, { guest, otherOrder }))
        expectRefusal(await client.insist({ ...wish, token }), [401], theirs, token);

      expect((await readCart(theirs)).version).toBe(theirs.open.cart.version);
      expect(touched(await readOrder(client, theirs.placed))).toEqual([null, 0, []]);
      await isForOwner(ask(theirs), what === 'cart' ? theirs.open.cartToken : theirs.placed.orderToken);
    });
  });

  /** The very same request is a good one, or the refusals would prove nothing. */
  async function isForOwner(wish: Ask, token: string): Promise<void> {
    if (!wish.path.endsWith('/events')) return void expectStatus(await client.insist({ ...wish, token }), 200, 201);
    const stream = await listen(shop.url + wish.path, { token });
    stream.leave();
    expect(stream.status).toBe(200);
  }

  it('opens with the token of the cart that became the order, too', async () => {
    const { sku } = await belongings();
    const checkout = await prepareCheckout(client, [{ sku, units: 1 }]);
    const placed = await ordered(checkout);
    expect(await readOrder(client, { ...placed, orderToken: checkout.cartToken })).toMatchObject({
      orderId: placed.orderId,
    });
  });

  it('is in no list of anybody else', async () => {
    const { placed } = await belongings();
    const { guest, otherOrder } = await strangers();
    const list = (token?: string) =>
      client.insist<{ items: unknown[] }>({ path: '/api/orders', ...(token && { token }) });
    expect(expectStatus(await list(guest), 200).items).toEqual([]);
    for (const token of [undefined, otherOrder, placed.orderToken]) expectStatus(await list(token), 401);
  });

  it('includes the quote: a price for another cart pays for no order', async () => {
    const { sku, open } = await belongings();
    const mine = await prepareCheckout(client, [{ sku, units: 1 }]);
    const reply = await insistOnOrder(client, { ...mine, order: { ...mine.order, quote: open.order.quote } });
    expect([400, 422], reply.text).toContain(reply.status);
    expect(reply.body.code).toBe('quote-mismatch');
    const list = await client.insist<{ items: unknown[] }>({ path: '/api/orders', token: mine.cartToken });
    expect(expectStatus(list, 200).items).toEqual([]);
  });

  it.each(merchants)('$method $path is for the merchant', async ({ method, path }) => {
    const { sku, open, placed } = await belongings();
    const named: Record<string, string> = { orderId: placed.orderId, sku, slug: sku, productId: randomUUID() };
    const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => named[name] ?? 'x');
    const wish = { method: method as 'POST', path: filled, key: randomUUID(), ...(method !== 'GET' && { body: {} }) };
    for (const token of [undefined, open.cartToken, placed.orderToken, `${merchantToken}A`]) {
      const { status, text } = await client.insist({ ...wish, ...(token && { token }) });
      expect([401, 403], `${token}: ${status} ${text}`).toContain(status);
    }
    expect(touched(await readOrder(client, placed))).toEqual([null, 0, []]);
  });

  describe('on the pages', () => {
    /** What a browser that keeps this gets; forms are sent as from our own page. */
    async function visit(path: string, cookie: string, form?: Record<string, string>) {
      const { statusCode, headers, body } = await request(shop.url + path, {
        method: form ? 'POST' : 'GET',
        headers: {
          cookie,
          ...(form && { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' }),
        },
        ...(form && { body: new URLSearchParams(form).toString() }),
      });
      return { status: statusCode, cookies: [headers['set-cookie'] ?? []].flat(), html: await body.text() };
    }

    it.each(['', '/payment', '/events'])('/orders/{orderId}%s is not there for anybody else', async (page) => {
      const { placed } = await belongings();
      const { guest, otherOrder } = await strangers();
      const forged = `order.${placed.orderId}.${'A'.repeat(43)}`;
      for (const cookie of ['', `buyer=${guest}`, `buyer=${guest}; orders=${otherOrder}`, `orders=${forged}`]) {
        const { status, html } = await visit(`/orders/${placed.orderId}${page}`, cookie);
        expect(status, cookie).toBe(404);
        expect(html).not.toContain(placed.email);
      }
      const owner = await visit(`/orders/${placed.orderId}`, `orders=${placed.orderToken}`);
      expect([owner.status, owner.html.includes(placed.number)]).toEqual([200, true]);
    });

    it('a link with a made-up token opens nothing', async () => {
      const { placed } = await belongings();
      const path = `/orders/${placed.orderId}`;
      const { status, cookies } = await visit(`${path}?token=order.${placed.orderId}.${'A'.repeat(43)}`, '');
      expect(status).toBe(303);
      const kept = cookies.map((one) => one.split(';')[0]).join('; ');
      expect((await visit(path, kept)).status).toBe(404);
    });

    it('nobody else pays for an order, or calls it off', async () => {
      const { placed } = await belongings();
      const { guest } = await strangers();
      const path = `/orders/${placed.orderId}`;
      const forms = { payments: { key: randomUUID(), paymentMethod: cards.good }, cancel: { reason: 'not mine' } };
      for (const [action, form] of Object.entries(forms))
        for (const cookie of ['', `buyer=${guest}`])
          expect([303, 404]).toContain((await visit(`${path}/${action}`, cookie, form)).status);
      expect(touched(await readOrder(client, placed))).toEqual([null, 0, []]);
    });
  });
});
