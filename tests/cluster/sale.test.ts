import { randomUUID } from 'node:crypto';

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { readIntents } from '../auditor/readers/ledgers.ts';
import { expectStatus, sendAndLeave, type Api } from '../sale/api.ts';
import {
  bankAsks,
  cards,
  fillCart,
  home,
  insistOnOrder,
  orderBecomes,
  prepareCheckout,
  pressOf,
  readOrder,
  type Holder,
} from '../sale/buyer.ts';
import { listen } from '../sale/event-stream.ts';
import { endHold } from '../sale/holds.ts';
import { variantOf } from '../sale/merchant.ts';
import { answerBank, scanParcel } from '../sale/outside.ts';
import { openShopUnderAudit, type ShopUnderAudit } from '../sale/shop-under-audit.ts';
import { eventually, whyNoCluster } from './cluster.ts';

type Shipments = { items: { trackingCode: string | null; status: string }[] };

describe.skipIf(whyNoCluster)(`a sale ${whyNoCluster || ''}`, { timeout: 180_000 }, () => {
  let ground: ShopUnderAudit;
  let api: Api;
  /** Every order that the shop said yes to. */
  let accepted: string[];

  beforeAll(async () => {
    ground = await openShopUnderAudit('sale');
    ({ api } = ground);
    accepted = [];
  }, 300_000);
  afterEach(() => ground.audit({ accepted }), 150_000);
  afterAll(() => ground?.close(), 120_000);

  /** A product of the test's own, so that none counts another's stock. */
  async function offer(units = 10): Promise<{ sku: string; productId: string }> {
    const sku = `mug-${randomUUID().slice(0, 8)}`;
    const { productId } = await ground.merchant.offer(sku, { units });
    return { sku, productId };
  }

  async function order(sku: string, { units = 1, card = cards.good as string } = {}): Promise<Holder> {
    const placed = expectStatus(await insistOnOrder(api, await prepareCheckout(api, [{ sku, units }], card)), 201);
    accepted.push(placed.orderId);
    return placed;
  }

  const paid = (holder: Holder) => orderBecomes(api, holder, { states: ['captured'], within: 60_000 });

  it("goes from the shelf past the customer's bank to the door, and the money comes back", async () => {
    const { sku, productId } = await offer();
    const { items } = expectStatus(
      await api.ask<{ items: { productId: string }[] }>({ path: `/api/products?q=${sku}` }),
      200,
    );
    expect(items.map((item) => item.productId)).toContain(productId);

    const placed = await order(sku, { units: 2, card: cards.challenged });
    const token = placed.orderToken;
    const stream = await listen(`${api.url}/api/orders/${placed.orderId}/events`, { token });
    expect(stream.status).toBe(200);
    await bankAsks(api, placed);
    await answerBank(ground.world, placed.orderId, 'approve');
    const captured = await paid(placed);
    expect(captured).toMatchObject({ status: 'open', paymentStatus: 'paid', fulfilmentStatus: 'none' });
    expect(await ground.merchant.stockOf(sku)).toMatchObject({ onHand: 10, available: 8, held: 0, claimed: 2 });

    const path = `/api/orders/${placed.orderId}/shipments`;
    const { items: parcels } = expectStatus(await api.ask<Shipments>({ path, token }), 200);
    const [{ trackingCode }] = parcels as [Shipments['items'][number]];
    expect(parcels).toHaveLength(1);
    await scanParcel(ground.world, String(trackingCode), 'in_transit');
    await orderBecomes(api, placed, { states: ['handed-over'], within: 60_000 });
    await scanParcel(ground.world, String(trackingCode), 'delivered');
    const delivered = await orderBecomes(api, placed, { states: ['delivered'], within: 60_000 });
    expect(delivered).toMatchObject({ status: 'completed', fulfilmentStatus: 'delivered' });
    expect(await ground.merchant.stockOf(sku)).toMatchObject({ onHand: 8, available: 8, held: 0, claimed: 0 });

    await ground.merchant.refund(placed.orderId, { reason: 'chipped', restock: true });
    await eventually(async () => expect(await readOrder(api, placed)).toMatchObject({ paymentStatus: 'refunded' }), {
      within: 60_000,
    });
    await eventually(async () => expect(await ground.merchant.stockOf(sku)).toMatchObject({ onHand: 10 }), {
      within: 30_000,
    });
    await eventually(async () => expect(stream.events.length).toBeGreaterThanOrEqual(delivered.history.length), {
      within: 10_000,
    });
    stream.leave();
    await resumes(
      placed,
      stream.events.map(({ id }) => id),
    );
  });

  /** Who comes back is told what came after the last thing it knows, and nothing twice. */
  async function resumes({ orderId, orderToken: token }: Holder, ids: readonly string[]): Promise<void> {
    expect(ids).toEqual([...new Set(ids)].toSorted((a, b) => Number(a) - Number(b)));
    const missed = ids.slice(2);
    const again = await listen(`${api.url}/api/orders/${orderId}/events`, { token, lastEventId: String(ids[1]) });
    const seen = () => again.events.slice(0, missed.length).map(({ id }) => id);
    await eventually(async () => expect(seen()).toEqual(missed), { within: 10_000 });
    again.leave();
  }

  it.each([cards.challenged, cards.declined])('takes another card after a no to %s', async (card) => {
    const { sku } = await offer();
    const placed = await order(sku, { card });
    await isRefused(placed, card);

    await giveCard(placed, cards.good);

    expect(await paid(placed)).toMatchObject({ paymentStatus: 'paid' });
  });

  it('takes another card from a customer who never came back from the bank', async () => {
    const { sku } = await offer();
    const placed = await order(sku, { card: cards.challenged });
    await bankAsks(api, placed);

    await giveCard(placed, cards.good);

    expect(await paid(placed)).toMatchObject({ paymentStatus: 'paid', payment: { attempts: 2, nextAction: null } });
    await expect(answerBank(ground.world, placed.orderId, 'approve')).rejects.toThrow('does not ask anything');
  });

  async function giveCard({ orderId, orderToken: token }: Holder, paymentMethod: string): Promise<void> {
    const path = `/api/orders/${orderId}/payments`;
    const body = { paymentMethod };
    expectStatus(await api.insist({ method: 'POST', path, token, key: randomUUID(), body }), 200, 201);
  }

  /** By the card's company at once, or by the customer's bank when it was asked. */
  async function isRefused(placed: Holder, card: string): Promise<void> {
    if (card === cards.challenged) {
      await bankAsks(api, placed);
      await answerBank(ground.world, placed.orderId, 'deny');
    }
    await eventually(async () => expect((await readOrder(api, placed)).payment.decline).not.toBeNull(), {
      within: 30_000,
    });
  }

  it('goes on when the bank took longer than the goods were kept, and they are still there', async () => {
    const { sku } = await offer(1);
    const placed = await outliveHold(sku);

    await answerBank(ground.world, placed.orderId, 'approve');

    expect(await paid(placed)).toMatchObject({ paymentStatus: 'paid' });
    expect(await ground.merchant.stockOf(sku)).toMatchObject({ available: 0, held: 0, claimed: 1 });
  });

  it('is called off when they went to another meanwhile, and what the bank had reserved is free again', async () => {
    const { sku } = await offer(1);
    const late = await outliveHold(sku);
    const quick = await order(sku);
    await paid(quick);

    await answerBank(ground.world, late.orderId, 'approve');

    const cancelled = await orderBecomes(api, late, { states: ['cancelled'], within: 60_000 });
    expect(cancelled).toMatchObject({ paymentStatus: 'failed', cancellation: { reason: 'out-of-stock' } });
    expect(cancelled.history.map(({ what }) => what)).toContain('authorized');
    const intents = await readIntents(ground.world.stripe, ground.world.scope);
    expect(intents.filter(({ orderId }) => orderId === late.orderId)).toMatchObject([
      { captures: 0, authorizedMinor: 0, capturedMinor: 0 },
    ]);
    expect(await ground.merchant.stockOf(sku)).toMatchObject({ available: 0, held: 0, claimed: 1 });
  });

  /** The only one of its kind was kept for this order, until the bank had taken too long. */
  async function outliveHold(sku: string): Promise<Holder> {
    const placed = await order(sku, { card: cards.challenged });
    await bankAsks(api, placed);
    expect(await ground.merchant.stockOf(sku)).toMatchObject({ available: 0, held: 1 });
    await endHold(ground.world, { sku, orderId: placed.orderId });
    await eventually(async () => expect(await ground.merchant.stockOf(sku)).toMatchObject({ available: 1, held: 0 }), {
      within: 30_000,
    });
    return placed;
  }

  it('happens once when the button is pressed ten times, and every answer is the same', async () => {
    const { sku } = await offer();
    const checkout = await prepareCheckout(api, [{ sku, units: 1 }], cards.good);
    const key = randomUUID();

    const answers = await Promise.all(Array.from({ length: 10 }, () => insistOnOrder(api, checkout, { key })));

    expect([...new Set(answers.map(({ status }) => status))]).toEqual([201]);
    expect([...new Set(answers.map(({ text }) => text))]).toHaveLength(1);
    expect(answers.filter(({ headers }) => headers['idempotent-replayed'] === 'true')).toHaveLength(9);
    const [first] = answers as [(typeof answers)[number]];
    accepted.push(first.body.orderId);
    await paid(first.body);
    expect(await ground.merchant.stockOf(sku)).toMatchObject({ available: 9, claimed: 1 });
  });

  it('happens once for clients that are gone before the answer, whenever that is, and come back with their key', async () => {
    const { sku } = await offer();
    const momentsMs = [0, 20, 50, 100, 200];
    const comeBack = async (afterMs: number) => {
      const checkout = await prepareCheckout(api, [{ sku, units: 1 }], cards.good);
      const key = randomUUID();
      const wasAnswered = await sendAndLeave(api.url, pressOf(checkout, key), afterMs);
      const first = await insistOnOrder(api, checkout, { key });
      return { wasAnswered, first, again: await insistOnOrder(api, checkout, { key }) };
    };

    const clients = await Promise.all(momentsMs.map(comeBack));

    expect(clients.map(({ wasAnswered }) => wasAnswered)).toContain(false);
    for (const { first, again } of clients) {
      const placed = expectStatus(first, 201);
      accepted.push(placed.orderId);
      expect(again).toMatchObject({ status: 201, text: first.text, headers: { 'idempotent-replayed': 'true' } });
      await paid(placed);
    }
    expect(await ground.merchant.stockOf(sku)).toMatchObject({ available: 5, held: 0, claimed: 5 });
  });

  it('happens once when two tabs send the same cart', async () => {
    const { sku } = await offer();
    const checkout = await prepareCheckout(api, [{ sku, units: 1 }], cards.good);

    const answers = await Promise.all([insistOnOrder(api, checkout), insistOnOrder(api, checkout)]);

    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409]);
    const [first] = answers.filter(({ status }) => status === 201) as typeof answers;
    const [second] = answers.filter(({ status }) => status === 409) as typeof answers;
    expect(second?.body.code).toBe('cart-already-ordered');
    accepted.push(String(first?.body.orderId));
    await paid(first?.body as Holder);
  });

  it('sells five to fifty who want one each, and tells the others', async () => {
    const { sku } = await offer(5);
    const checkouts = await Promise.all(
      Array.from({ length: 50 }, () => prepareCheckout(api, [{ sku, units: 1 }], cards.good)),
    );

    const answers = await Promise.all(checkouts.map((checkout) => insistOnOrder(api, checkout)));

    const sold = answers.filter(({ status }) => status === 201);
    accepted.push(...sold.map(({ body }) => body.orderId));
    expect(sold).toHaveLength(5);
    expect([...new Set(answers.filter(({ status }) => status !== 201).map(({ body }) => body.code))]).toEqual([
      'out-of-stock',
    ]);
    for (const { body } of sold) await paid(body);
    expect(await ground.merchant.stockOf(sku)).toMatchObject({ available: 0, held: 0, claimed: 5 });
  });

  it('is asked about again when the price has changed, and refused when the thing is gone', async () => {
    const { sku, productId } = await offer();
    const before = await prepareCheckout(api, [{ sku, units: 1 }], cards.good);
    await ground.merchant.change(productId, { variants: [variantOf(sku, 2_500)] });
    const changed = await insistOnOrder(api, before);
    expect([changed.status, changed.body.code]).toEqual([409, 'price-changed']);

    const later = await prepareCheckout(api, [{ sku, units: 1 }], cards.good);
    await ground.merchant.unpublish(productId);
    const gone = await insistOnOrder(api, later);
    expect(gone.status).toBe(409);
    expect(await ground.merchant.stockOf(sku)).toMatchObject({ available: 10, held: 0, claimed: 0 });
  });

  it('can be called off: the goods are back and no money is held', async () => {
    const { sku } = await offer();
    const placed = await order(sku, { card: cards.challenged });
    const path = `/api/orders/${placed.orderId}/cancel`;
    expectStatus(await api.insist({ method: 'POST', path, token: placed.orderToken, body: {} }), 200, 202);
    const cancelled = await orderBecomes(api, placed, { states: ['cancelled'], within: 60_000 });
    expect(cancelled).toMatchObject({ status: 'cancelled', paymentStatus: 'failed' });
    expect(await ground.merchant.stockOf(sku)).toMatchObject({ available: 10, held: 0, claimed: 0 });
  });

  it("is nobody else's: another's cart, order, stream and rates are not there", async () => {
    const { sku } = await offer();
    const mine = await fillCart(api, [{ sku, units: 1 }]);
    const placed = await order(sku);
    const { cartToken: token } = await fillCart(api, [{ sku, units: 1 }]);
    const paths = [
      `/api/carts/${mine.cart.cartId}`,
      `/api/orders/${placed.orderId}`,
      `/api/orders/${placed.orderId}/events`,
      `/api/orders/${placed.orderId}/shipments`,
      `/api/shipping-rates?cartId=${mine.cart.cartId}&country=DE&postcode=10115`,
    ];
    for (const path of paths) expect((await api.ask({ path, token })).status, path).toBe(404);
    const change = { method: 'PUT', path: `/api/carts/${mine.cart.cartId}/items/${sku}`, body: { units: 9 } } as const;
    expect((await api.ask({ ...change, token })).status).toBe(404);
    const cancel = { method: 'POST', path: `/api/orders/${placed.orderId}/cancel`, body: {} } as const;
    expect((await api.ask({ ...cancel, token })).status).toBe(404);
    await paid(placed);
  });

  it('tells no guest who another one is or where they live', async () => {
    const { sku } = await offer();
    const mark = randomUUID().slice(0, 13);
    const mine = await prepareCheckout(api, [{ sku, units: 1 }], cards.good);
    mine.order.email = `${mark}@example.org`;
    mine.order.address = { ...home, name: `Ada ${mark}`, line1: `${mark} 5` };
    const placed = expectStatus(await insistOnOrder(api, mine), 201);
    accepted.push(placed.orderId);
    await paid(placed);
    const other = await order(sku);
    const { cartToken } = await fillCart(api, [{ sku, units: 1 }]);

    const ofOrder = ({ orderId }: Holder) => [`/api/orders/${orderId}`, `/api/orders/${orderId}/shipments`];
    const paths = [...ofOrder(placed), ...ofOrder(other), '/api/orders', `/api/carts/${mine.cart.cartId}`];
    // The owner first: what a cache keeps then is what the others must not be given.
    const own = await Promise.all(paths.map((path) => api.insist({ path, token: placed.orderToken })));
    expect(own.filter(({ text }) => text.includes(mark)).length).toBeGreaterThan(0);
    for (const token of [other.orderToken, cartToken, mine.cartToken.replace('cart.', 'order.'), ''])
      for (const path of paths) expect((await api.insist({ path, token })).text, path).not.toContain(mark);
    const stolen = await insistOnOrder(api, { ...mine, cartToken });
    expect(stolen.status).toBe(404);
    expect(stolen.text).not.toContain(mark);
    await paid(other);
  });
});
