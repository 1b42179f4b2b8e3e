/** Orders as the gateway answers them. Cards are authorised by `bank`, the simulator of Stripe where a test has one. */
import type { ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { Cart } from '@storefront/cart/contract';
import { guestTokenOf } from '@storefront/commerce/guest-tokens';
import { NewOrder, Order, PlacedOrder } from '@storefront/order/contract';
import { Shipment } from '@storefront/shipping/contract';
import type { z } from 'zod';
import type { Bank, Verdict } from './bank.ts';
import { refuse, type Call, type Reply } from './call.ts';
import { mac, type Carts } from './carts.ts';
import { orderOf, payBefore, type Quote, type Wish } from './new-order.ts';

type Kept = { order: Order; token: string };

const pathShape = /^\/api\/orders(?:\/([^/]+))?(?:\/(\w+))?$/;

const newsOf = (sequence: number): string => `id: ${sequence}\ndata: {"sequence":${sequence}}\n\n`;

export class Orders {
  readonly kept = new Map<string, Kept>();
  readonly quotes = new Map<string, Quote>();
  readonly shipments = new Map<string, z.infer<typeof Shipment>[]>();
  /** Wishes that made an order, with their keys. */
  readonly placed: { wish: Wish; key: string }[] = [];
  bank: Bank | null = null;
  readonly #carts: Carts;
  readonly #answered = new Map<string, { body: string; reply: Reply }>();
  readonly #listeners = new Map<string, Set<ServerResponse>>();

  constructor(carts: Carts) {
    this.#carts = carts;
  }

  async answer(call: Call): Promise<Reply | undefined> {
    if (!call.path.startsWith('/api/orders')) return undefined;
    const [, orderId, verb] = pathShape.exec(call.path) ?? [];
    if (orderId === undefined && call.method === 'POST') return this.#once(call, async () => this.#place(call));
    if (orderId === undefined) return [200, { items: [], nextCursor: null }];
    if (!this.#mayRead(orderId, call.token)) return refuse(404, 'order-not-found');
    return verb ? this.#act(orderId, verb, call) : this.#read(orderId, call);
  }

  /** Joins those who hear of an order's events; false when the caller may not. */
  listen(call: Call, response: ServerResponse): boolean {
    const [, orderId = ''] = /^\/api\/orders\/([^/]+)\/events$/.exec(call.path) ?? [];
    if (!this.#mayRead(orderId, call.token)) return false;
    const known = this.#listeners.get(orderId) ?? new Set();
    this.#listeners.set(orderId, known.add(response));
    response.on('close', () => known.delete(response));
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(`: since ${String(call.headers['last-event-id'] ?? 'the beginning')}\n\n`);
    // Whoever comes late hears of what has happened since, as from the order itself.
    const after = Number(call.headers['last-event-id'] ?? 0);
    for (const { sequence } of this.#find(orderId).order.history)
      if (sequence > after) response.write(newsOf(sequence));
    return true;
  }

  /** How many hear of it. */
  listeners(orderId: string): number {
    return this.#listeners.get(orderId)?.size ?? 0;
  }

  change(orderId: string, changes: Partial<Order>): void {
    const found = this.#find(orderId);
    const { history, version } = found.order;
    const sequence = history.length + 1;
    const what = changes.state ?? 'changed';
    const entry = { sequence, what, at: new Date().toISOString() };
    found.order = { ...found.order, ...changes, version: version + 1, history: [...history, entry] };
    for (const listener of this.#listeners.get(orderId) ?? []) listener.write(newsOf(sequence));
  }

  #find(orderId: string): Kept {
    return this.kept.get(orderId) as Kept;
  }

  #mayRead(orderId: string, token: string | undefined): boolean {
    const found = this.kept.get(orderId);
    return found !== undefined && (token === found.token || this.#carts.ownerOf(token) === found.order.buyerId);
  }

  async #once(call: Call, work: () => Promise<Reply>): Promise<Reply> {
    const key = String(call.headers['idempotency-key'] ?? '');
    if (!key) return refuse(400, 'idempotency-key-missing');
    const body = JSON.stringify(call.body);
    const before = this.#answered.get(key);
    if (before) return before.body === body ? before.reply : refuse(422, 'idempotency-key-reused');
    const reply = await work();
    this.#answered.set(key, { body, reply });
    return reply;
  }

  #place(call: Call): Reply {
    const parsed = NewOrder.safeParse(call.body);
    if (!parsed.success) return refuse(400, 'invalid-request', [{ field: 'body', message: parsed.error.message }]);
    const wish = parsed.data;
    const cart = this.#carts.find(wish.cartId, call.token);
    if (!cart) return refuse(404, 'cart-not-found');
    const made = [...this.kept.values()].find(({ order }) => order.cartId === cart.cartId)?.order;
    if (made) return refuse(409, 'cart-already-ordered', [{ field: 'orderId', message: made.orderId }]);
    const quote = this.quotes.get(wish.quote);
    const no = refusalOf(wish, cart, quote);
    if (no || !quote) return no ?? refuse(409, 'quote-expired');
    const order = orderOf(wish, cart, quote);
    const { orderId } = order;
    const orderToken = guestTokenOf({ kind: 'order', id: orderId }, mac());
    this.kept.set(orderId, { order, token: orderToken });
    this.placed.push({ wish, key: String(call.headers['idempotency-key']) });
    if (wish.paymentMethod) void this.#authorize(orderId, wish.paymentMethod);
    return [201, PlacedOrder.parse({ ...order, orderToken })];
  }

  /** Like the saga: it goes on after the answer. */
  async #authorize(orderId: string, method: string): Promise<void> {
    const { order, token } = this.#find(orderId);
    const attempts = order.payment.attempts + 1;
    const payment = { ...order.payment, attempts, decline: null, nextAction: null };
    this.change(orderId, { state: 'stock-reserved', payment });
    if (!this.bank) return;
    const returnUrl = `${this.bank.publicUrl}/orders/${orderId}?token=${token}`;
    this.#settle(orderId, await this.bank.authorize(order, method, returnUrl));
  }

  #settle(orderId: string, { decline, nextAction, isAuthorized }: Verdict): void {
    const { order } = this.#find(orderId);
    const payment = { ...order.payment, decline, nextAction };
    if (isAuthorized) this.change(orderId, { state: 'confirmed', paymentStatus: 'authorized', payment });
    else this.change(orderId, { state: 'awaiting-payment', payment: { ...payment, payBefore: payBefore() } });
  }

  async #read(orderId: string, { query }: Call): Promise<Reply> {
    const isWaiting = query.get('waitFor') === 'payment' && this.bank !== null;
    for (let tries = 0; isWaiting && tries < 40 && this.#isChecking(orderId); tries += 1) await wait(50);
    const { order } = this.#find(orderId);
    if (this.bank && order.payment.nextAction) this.#settle(orderId, await this.bank.look(order));
    return [200, Order.parse(this.#find(orderId).order)];
  }

  #isChecking(orderId: string): boolean {
    const { state, payment } = this.#find(orderId).order;
    return state === 'stock-reserved' && payment.attempts > 0;
  }

  async #act(orderId: string, verb: string, call: Call): Promise<Reply> {
    if (verb === 'shipments')
      return [200, { items: (this.shipments.get(orderId) ?? []).map((one) => Shipment.parse(one)) }];
    if (verb === 'cancel') return this.#cancel(orderId, call);
    return this.#once(call, async () => {
      if (this.#find(orderId).order.state !== 'awaiting-payment') return refuse(409, 'not-awaiting-payment');
      await this.#authorize(orderId, (call.body as { paymentMethod: string }).paymentMethod);
      return this.#read(orderId, call);
    });
  }

  #cancel(orderId: string, call: Call): Promise<Reply> | Reply {
    if (this.#find(orderId).order.state === 'handed-over') return refuse(409, 'too-late-to-cancel');
    const { reason = 'asked by the customer' } = call.body as { reason?: string };
    this.change(orderId, { cancellation: { reason, wantedAt: new Date().toISOString() } });
    return this.#read(orderId, call);
  }
}

function refusalOf(wish: Wish, cart: Cart, quote: Quote | undefined): Reply | undefined {
  if (!quote) return refuse(409, 'quote-expired');
  if (wish.address.postcode !== quote.postcode)
    return refuse(400, 'quote-mismatch', [{ field: 'quote', message: 'is of another address' }]);
  if (wish.cartVersion !== cart.version) return refuse(409, 'cart-changed');
  const gone = cart.items.filter(({ availability }) => availability !== 'available');
  if (gone.length > 0) {
    const fields = gone.map(({ sku }) => ({ field: sku, message: '0 left' }));
    return refuse(409, 'out-of-stock', fields);
  }
  const total = cart.totals.total.amountMinor + quote.priceMinor;
  return wish.expectedTotal.amountMinor === total ? undefined : refuse(409, 'price-changed');
}
