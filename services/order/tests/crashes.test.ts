import { fork, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { whyNoBroker } from '@storefront/kit/testing';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createOrder } from '../src/app.ts';
import type { Order } from '../src/contract.ts';
import { depsOf, settingsOf, startWorld, talkTo } from './shop.ts';

const afterPlacing = ['authorize', 'claim-stock', 'buy-label', 'capture'];
const around = (names: readonly string[]) =>
  names.flatMap((name) => [`before ${name}`, `after ${name}`, `saved ${name}`]);

describe.skipIf(whyNoBroker)(`an order service that is killed ${whyNoBroker}`, () => {
  let world: Awaited<ReturnType<typeof startWorld>>;
  let url = '';
  let shop: ReturnType<typeof talkTo>;
  beforeAll(async () => {
    world = await startWorld();
    shop = talkTo(world, () => url);
  });
  afterAll(() => world?.close());

  /** A service in a process of its own that stops at the point. */
  async function startVictim(point: string) {
    const child = fork(
      join(import.meta.dirname, 'fixtures/interrupted.ts'),
      [point, JSON.stringify(settingsOf(world))],
      {
        execArgv: ['--import', '@storefront/kit/tracing'],
      },
    );
    onTestFinished(() => void child.kill('SIGKILL'));
    const reached = Promise.withResolvers<void>();
    url = await new Promise<string>((resolve, reject) => {
      child.on('message', (message: { url?: string; reached?: string }) => {
        if (message.url !== undefined) resolve(message.url);
        if (message.reached !== undefined) reached.resolve();
      });
      child.once('exit', () => reject(new Error('it did not start')));
    });
    return { reached: reached.promise, kill: () => killed(child) };
  }

  /** Another one that takes up what is left; so much later that nobody holds it any more. */
  async function startSurvivor() {
    const clock = { now: () => new Date(Date.now() + 31_000) };
    const service = createOrder({ ...depsOf(settingsOf(world)), clock });
    url = (await service.start()).url;
    onTestFinished(() => service.stop());
  }

  /** What may never be, whatever happened. */
  async function expectWhole({ orderId, state, paymentStatus, totals }: Order): Promise<void> {
    const { payment, shipping, product } = world.peers;
    const captures = payment.ledger.captures.filter((one) => one === orderId);
    const refunds = payment.ledger.refunds.filter((one) => one.orderId === orderId);
    const refunded = refunds.reduce((sum, { amountMinor }) => sum + amountMinor, 0);
    const isCancelled = state === 'cancelled';
    expect(captures.length).toBeLessThanOrEqual(1);
    expect(captures.length * totals.total.amountMinor - refunded).toBe(
      isCancelled || paymentStatus === 'refunded' ? 0 : totals.total.amountMinor,
    );
    expect(shipping.labels.filter((one) => one === orderId).length).toBeLessThanOrEqual(1);
    expect(product.holds.get(orderId)?.state).toBe(
      isCancelled ? 'released' : state === 'captured' ? 'claimed' : 'shipped',
    );
    const isVoided = [undefined, 'voided'].includes(shipping.shipments.get(orderId)?.status);
    expect(isVoided).toBe(isCancelled);
    const open = await shop.rows<{ status: string; step: string }>('saga_step', orderId);
    expect(open.filter(({ status, step }) => status === 'open' && step !== 'hand-over')).toEqual([]);
    expect(await shop.rows('order_anomaly', orderId)).toEqual([]);
  }

  async function orderOfCart(cartId: string): Promise<Order['orderId']> {
    const found = world.shards.shards.map(({ name }) =>
      sql<{ order_id: string }>`select order_id from test.orders where cart_id = ${cartId}`.execute(
        world.shards.admin(name),
      ),
    );
    const [row] = (await Promise.all(found)).flatMap(({ rows }) => rows);
    if (!row) throw new Error('there is no order');
    return row.order_id;
  }

  it.each(['placed', 'reserved', 'answered', ...around(afterPlacing)])(
    'at "%s": its order is captured by another, once',
    async (point) => {
      const victim = await startVictim(point);
      const cart = shop.fill();
      const answer = shop.post(cart, { paymentMethod: 'pm_card_ok' }).catch(() => {});
      await victim.reached;
      await victim.kill();
      await answer;
      await startSurvivor();
      const order = await shop.reached(await orderOfCart(cart.cartId), 'captured');
      expect(order.paymentStatus).toBe('paid');
      await expectWhole(order);
    },
  );

  it.each(['placed', 'reserved', 'answered'])(
    'at "%s": whoever repeats the request has the one order',
    async (point) => {
      const victim = await startVictim(point);
      const cart = shop.fill();
      const key = randomUUID();
      const answer = shop.post(cart, { paymentMethod: 'pm_card_ok' }, key).catch(() => {});
      await victim.reached;
      await victim.kill();
      await answer;
      for (const { name } of world.shards.shards)
        await sql`update test.idempotency set locked_until = now() - interval '1 second' where status = 'running'`.execute(
          world.shards.admin(name),
        );
      await startSurvivor();
      const again = await shop.post(cart, { paymentMethod: 'pm_card_ok' }, key);
      expect(again.status).toBe(201);
      expect(again.body.orderId).toBe(await orderOfCart(cart.cartId));
      expect((await shop.post(cart, { paymentMethod: 'pm_card_ok' }, key)).text).toBe(again.text);
      await expectWhole(await shop.reached(again.body.orderId, 'captured'));
    },
  );

  it.each(around(['hand-over', 'deliver']))('at "%s": the parcel arrives all the same', async (point) => {
    const victim = await startVictim(point);
    const { orderId } = await shop.place('pm_card_ok');
    await shop.reached(orderId, 'captured');
    await world.peers.shipping.scan(orderId, 'in-transit');
    if (point.endsWith('deliver')) {
      await shop.reached(orderId, 'handed-over');
      await world.peers.shipping.scan(orderId, 'delivered');
    }
    await victim.reached;
    await victim.kill();
    await startSurvivor();
    await shop.reached(orderId, 'handed-over', 'delivered');
    await world.peers.shipping.scan(orderId, 'delivered');
    const order = await shop.reached(orderId, 'delivered');
    expect(order.status).toBe('completed');
    await expectWhole(order);
  });

  it.each(around(['void-label', 'refund-payment', 'release-stock', 'cancel-payment']))(
    'at "%s": what was begun to be cancelled is cancelled',
    async (point) => {
      const victim = await startVictim(point);
      const { orderId } = await shop.place('pm_card_ok');
      await shop.reached(orderId, 'captured');
      void shop.ask('POST', `/orders/${orderId}/cancel`, { body: {}, token: orderId }).catch(() => {});
      await victim.reached;
      await victim.kill();
      await startSurvivor();
      const order = await shop.reached(orderId, 'cancelled');
      expect(order.paymentStatus).toBe('refunded');
      await expectWhole(order);
    },
  );

  it.each(around(['pay-back', 'restock']))('at "%s": money goes back once', async (point) => {
    const victim = await startVictim(point);
    const { orderId } = await shop.place('pm_card_ok');
    await shop.reached(orderId, 'captured');
    await world.peers.shipping.scan(orderId, 'in-transit');
    await shop.reached(orderId, 'handed-over');
    const body = { restock: true, reason: 'broken' };
    void shop.ask('POST', `/orders/${orderId}/refunds`, { body, key: randomUUID(), merchant: true }).catch(() => {});
    await victim.reached;
    await victim.kill();
    await startSurvivor();
    await world.peers.shipping.scan(orderId, 'delivered');
    const order = await shop.reached(orderId, 'delivered');
    await expect.poll(async () => (await shop.read(orderId)).paymentStatus, { timeout: 10_000 }).toBe('refunded');
    await expect
      .poll(() => world.peers.product.restocked.has(order.refunds[0]?.refundId ?? ''), { timeout: 10_000 })
      .toBe(true);
    await expectWhole(await shop.read(orderId));
  });
});

async function killed(child: ChildProcess): Promise<void> {
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  child.kill('SIGKILL');
  await ended;
}
