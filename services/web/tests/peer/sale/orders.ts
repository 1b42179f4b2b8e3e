/** Orders as the gateway answers them. Cards are authorised by `bank`, the simulator of Stripe where a test has one. */
import { randomBytes, randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { Cart } from '@storefront/cart/contract';
import { guestTokenOf } from '@storefront/commerce/guest-tokens';
import { orderIdOf, orderNumberOf } from '@storefront/commerce/order-ids';
import { taxRateOf } from '@storefront/commerce/tax';
import { lineTotals, totalsOf } from '@storefront/commerce/totals';
import { NewOrder, Order, PlacedOrder } from '@storefront/order/contract';
import { Shipment } from '@storefront/shipping/contract';
import type { z } from 'zod';
import type { Bank, Verdict } from './bank.ts';
import { refuse, type Call, type Reply } from './call.ts';
import { mac, type Carts } from './carts.ts';

type Wish = z.infer<typeof NewOrder>;
type Kept = { order: Order; token: string };
type Quote = { priceMinor: number; name: string; cartVersion: number; postcode: string };

export type Orders = {
  kept: Map<string, Kept>;
  quotes: Map<string, Quote>;
  shipments: Map<string, z.infer<typeof Shipment>[]>;
  /** Wishes that made an order, with their keys. */
  placed: { wish: Wish; key: string }[];
  bank: Bank | null;
  answer(call: Call): Promise<Reply | undefined>;
  /** Joins the listeners of an order's events; false when the caller may not. */
  listen(call: Call, response: ServerResponse): boolean;
  change(orderId: string, changes: Partial<Order>): void;
  /** How many hear of it. */
  listeners(orderId: string): number;
};

export function startOrders(carts: Carts): Orders {
  const answered = new Map<string, { body: string; reply: Reply }>();
  const listeners = new Map<string, Set<ServerResponse>>();

  const mayRead = ({ order, token }: Kept, shown: string | undefined) =>
    shown === token || carts.ownerOf(shown) === order.buyerId;
  const find = (orderId: string, shown: string | undefined): Order | undefined => {
    const found = orders.kept.get(orderId);
    return found && mayRead(found, shown) ? found.order : undefined;
  };

  async function once(call: Call, work: () => Promise<Reply>): Promise<Reply> {
    const key = String(call.headers['idempotency-key'] ?? '');
    if (!key) return refuse(400, 'idempotency-key-missing');
    const body = JSON.stringify(call.body);
    const before = answered.get(key);
    if (before) return before.body === body ? before.reply : refuse(422, 'idempotency-key-reused');
    const reply = await work();
    answered.set(key, { body, reply });
    return reply;
  }

  async function place(call: Call): Promise<Reply> {
    const parsed = NewOrder.safeParse(call.body);
    if (!parsed.success) return refuse(400, 'invalid-request', [{ field: 'body', message: parsed.error.message }]);
    const wish = parsed.data;
    const cart = carts.find(wish.cartId, call.token);
    if (!cart) return refuse(404, 'cart-not-found');
    const made = [...orders.kept.values()].find(({ order }) => order.cartId === cart.cartId)?.order;
    if (made) return refuse(409, 'cart-already-ordered', [{ field: 'orderId', message: made.orderId }]);
    const reply = refusalOf(wish, cart);
    if (reply) return reply;
    const token = guestTokenOf({ kind: 'order', id: '' }, mac());
    const order = orderOf(wish, cart, orders.quotes.get(wish.quote) as Quote);
    const orderToken = token.replace('..', `.${order.orderId}.`);
    orders.kept.set(order.orderId, { order, token: orderToken });
    orders.placed.push({ wish, key: String(call.headers['idempotency-key']) });
    if (wish.paymentMethod) void authorize(order.orderId, wish.paymentMethod);
    return [201, PlacedOrder.parse({ ...order, orderToken })];
  }

  function refusalOf(wish: Wish, cart: Cart): Reply | undefined {
    const quote = orders.quotes.get(wish.quote);
    if (!quote) return refuse(409, 'quote-expired');
    if (wish.address.postcode !== quote.postcode) return refuse(400, 'quote-mismatch', [{ field: 'quote', message: 'other address' }]);
    if (wish.cartVersion !== cart.version) return refuse(409, 'cart-changed');
    const gone = cart.items.filter(({ availability }) => availability !== 'available');
    if (gone.length > 0) return refuse(409, 'out-of-stock', gone.map(({ sku }) => ({ field: sku, message: '0 left' })));
    const total = cart.totals.total.amountMinor + quote.priceMinor;
    if (wish.expectedTotal.amountMinor !== total) return refuse(409, 'price-changed');
    return undefined;
  }

  /** Like the saga: it goes on after the answer. */
  async function authorize(orderId: string, method: string): Promise<void> {
    const { order } = orders.kept.get(orderId) as Kept;
    const attempts = order.payment.attempts + 1;
    orders.change(orderId, { state: 'stock-reserved', payment: { ...order.payment, attempts, decline: null, nextAction: null } });
    if (orders.bank) settle(orderId, await orders.bank.authorize(order, method, `${returnUrl(orderId)}`));
  }
  const returnUrl = (orderId: string) => `${orders.bank?.publicUrl}/orders/${orderId}?token=${orders.kept.get(orderId)?.token}`;

  function settle(orderId: string, { decline, nextAction, isAuthorized }: Verdict): void {
    const { order } = orders.kept.get(orderId) as Kept;
    const payment = { ...order.payment, decline, nextAction };
    if (isAuthorized) orders.change(orderId, { state: 'confirmed', paymentStatus: 'authorized', payment });
    else orders.change(orderId, { state: 'awaiting-payment', payment: { ...payment, payBefore: payBefore() } });
  }

  async function read(orderId: string, { query }: Call): Promise<Reply> {
    const isWaiting = query.get('waitFor') === 'payment' && orders.bank !== null;
    for (let tries = 0; isWaiting && tries < 40 && isChecking(orderId); tries += 1)
      await new Promise((resolve) => setTimeout(resolve, 50));
    const { order } = orders.kept.get(orderId) as Kept;
    if (orders.bank && order.payment.nextAction) settle(orderId, await orders.bank.look(order));
    return [200, Order.parse((orders.kept.get(orderId) as Kept).order)];
  }
  const isChecking = (orderId: string): boolean => {
    const { state, payment } = (orders.kept.get(orderId) as Kept).order;
    return state === 'stock-reserved' && payment.attempts > 0;
  };

  async function act(orderId: string, verb: string, call: Call): Promise<Reply> {
    const { order } = orders.kept.get(orderId) as Kept;
    if (verb === 'shipments') return [200, { items: (orders.shipments.get(orderId) ?? []).map((one) => Shipment.parse(one)) }];
    if (verb === 'cancel') {
      if (order.state === 'handed-over') return refuse(409, 'too-late-to-cancel');
      const { reason = 'asked by the customer' } = call.body as { reason?: string };
      orders.change(orderId, { cancellation: { reason, wantedAt: new Date().toISOString() } });
      return read(orderId, call);
    }
    return once(call, async () => {
      if (order.state !== 'awaiting-payment') return refuse(409, 'not-awaiting-payment');
      await authorize(orderId, (call.body as { paymentMethod: string }).paymentMethod);
      return read(orderId, call);
    });
  }

  const orders: Orders = {
    kept: new Map(),
    quotes: new Map(),
    shipments: new Map(),
    placed: [],
    bank: null,
    async answer(call) {
      if (!call.path.startsWith('/api/orders')) return undefined;
      const [, orderId, verb] = /^\/api\/orders(?:\/([^/]+))?(?:\/(\w+))?$/.exec(call.path) ?? [];
      if (orderId === undefined && call.method === 'POST') return once(call, () => place(call));
      if (orderId === undefined) return [200, { items: [], nextCursor: null }];
      if (!find(orderId, call.token)) return refuse(404, 'order-not-found');
      return verb ? act(orderId, verb, call) : read(orderId, call);
    },
    listen(call, response) {
      const [, orderId = ''] = /^\/api\/orders\/([^/]+)\/events$/.exec(call.path) ?? [];
      if (!find(orderId, call.token)) return false;
      const known = listeners.get(orderId) ?? new Set();
      listeners.set(orderId, known.add(response));
      response.on('close', () => known.delete(response));
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write(`: since ${call.headers['last-event-id'] ?? 'now'}\n\n`);
      return true;
    },
    listeners: (orderId) => listeners.get(orderId)?.size ?? 0,
    change(orderId, changes) {
      const found = orders.kept.get(orderId) as Kept;
      const { history } = found.order;
      const sequence = history.length + 1;
      const what = changes.state ?? 'changed';
      found.order = {
        ...found.order,
        ...changes,
        version: found.order.version + 1,
        history: [...history, { sequence, what, at: new Date().toISOString() }],
      };
      for (const listener of listeners.get(orderId) ?? [])
        listener.write(`id: ${sequence}\nevent: ${what}\ndata: {"sequence":${sequence}}\n\n`);
    },
  };
  return orders;
}

const payBefore = () => new Date(Date.now() + 40 * 60_000).toISOString();

function orderOf(wish: Wish, cart: Cart, quote: Quote): Order {
  const at = new Date();
  const { country } = wish.address;
  const price = { amountMinor: quote.priceMinor, currency: cart.currency };
  const shipping = lineTotals({ unitPrice: price, units: 1, taxRate: taxRateOf(country, 'standard') });
  const lines = cart.items.map(({ sku, productId, slug, name, options, image, units, unitPrice, totals }, index) => ({
    ...{ sku, productId, slug, name, options, image, units, unitPrice, totals },
    line: index + 1,
    refundedUnits: 0,
  }));
  return Order.parse({
    orderId: orderIdOf({ at, bucket: 7, random: randomBytes(8) }),
    number: orderNumberOf({ bucket: 7, random: randomBytes(5) }),
    buyerId: cart.buyerId,
    cartId: cart.cartId,
    version: 1,
    state: 'awaiting-payment',
    status: 'open',
    paymentStatus: 'pending',
    fulfilmentStatus: 'none',
    currency: cart.currency,
    lines,
    shipping: { name: quote.name, totals: shipping },
    totals: totalsOf(lines.map(({ totals }) => totals), shipping, cart.currency),
    email: wish.email,
    address: wish.address,
    payment: { nextAction: null, decline: null, attempts: 0, payBefore: payBefore() },
    cancellation: null,
    refunds: [],
    history: [{ sequence: 1, what: 'placed', at: at.toISOString() }],
    placedAt: at.toISOString(),
    updatedAt: at.toISOString(),
  });
}

export const newQuote = (): string => `quote.${randomUUID()}`;
