import { randomUUID } from 'node:crypto';

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import {
  cards,
  fillCart,
  insistOnOrder,
  orderBecomes,
  prepareCheckout,
  readOrder,
  type Holder,
} from '../sale/buyer.ts';
import { listen } from '../sale/event-stream.ts';
import { expectStatus, type Api } from '../sale/api.ts';
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

  it('goes from the shelf to the door, and the money comes back', async () => {
    const { sku, productId } = await offer();
    const { items } = expectStatus(
      await api.ask<{ items: { productId: string }[] }>({ path: `/api/products?q=${sku}` }),
      200,
    );
    expect(items.map((item) => item.productId)).toContain(productId);

    const placed = await order(sku, { units: 2 });
    const token = placed.orderToken;
    const stream = await listen(`${api.url}/api/orders/${placed.orderId}/events`, { token });
    expect(stream.status).toBe(200);
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

  it("waits for the customer's bank, and is paid for once the customer has said yes", async () => {
    const { sku } = await offer();
    const placed = await order(sku, { card: cards.challenged });
    await eventually(
      async () => expect((await readOrder(api, placed)).payment.nextAction).toMatchObject({ type: 'redirect' }),
      { within: 30_000 },
    );
    await answerBank(ground.world, placed.orderId, 'approve');
    expect(await paid(placed)).toMatchObject({ paymentStatus: 'paid' });
  });

  it.each([cards.challenged, cards.declined])('takes another card after a no to %s', async (card) => {
    const { sku } = await offer();
    const placed = await order(sku, { card });
    const token = placed.orderToken;
    await isRefused(placed, card);

    const path = `/api/orders/${placed.orderId}/payments`;
    const body = { paymentMethod: cards.good };
    expectStatus(await api.insist({ method: 'POST', path, token, key: randomUUID(), body }), 200, 201);

    expect(await paid(placed)).toMatchObject({ paymentStatus: 'paid' });
  });

  /** By the card's company at once, or by the customer's bank when it was asked. */
  async function isRefused(placed: Holder, card: string): Promise<void> {
    const payment = async () => (await readOrder(api, placed)).payment;
    if (card === cards.challenged) {
      await eventually(async () => refuseNull((await payment()).nextAction), { within: 30_000 });
      await answerBank(ground.world, placed.orderId, 'deny');
    }
    await eventually(async () => refuseNull((await payment()).decline), { within: 30_000 });
  }

  function refuseNull(value: unknown): void {
    if (value === null) throw new Error('is not there yet');
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
});
