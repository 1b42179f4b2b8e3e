import { randomUUID } from 'node:crypto';
import { bucketOfOrderId, type OrderId } from '@storefront/commerce/order-ids';
import { testStores, whyNoBroker } from '@storefront/kit/testing';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { around, openKills, type Kills } from './kills.ts';
import { mailsTo } from './mailbox.ts';
import { startWorld, type Worlds } from './shop.ts';

const afterPlacing = ['authorize', 'claim-stock', 'buy-label', 'capture'];

describe.skipIf(whyNoBroker)(`an order service that is killed ${whyNoBroker}`, () => {
  let world: Worlds;
  let kills: Kills;
  let shop: Kills['shop'];
  beforeAll(async () => {
    world = await startWorld();
    kills = openKills(world);
    ({ shop } = kills);
  });
  afterAll(() => world?.close());

  const cancel = (orderId: string) =>
    shop.ask('POST', `/orders/${orderId}/cancel`, { body: {}, token: orderId }).catch(() => {});

  it.each(['placed', 'reserved', 'answered', ...around(afterPlacing)])(
    'at "%s": its order is captured by another, once',
    async (point) => {
      const victim = await kills.startVictim(point);
      const cart = shop.fill();
      const answer = shop.post(cart, { paymentMethod: 'pm_card_ok' }).catch(() => {});
      await victim.kill();
      await answer;
      await kills.startSurvivor();
      const order = await shop.reached(await kills.orderOfCart(cart.cartId), 'captured');
      expect(order.paymentStatus).toBe('paid');
      await kills.expectWhole(order);
    },
  );

  it.each(['placed', 'reserved', 'answered'])(
    'at "%s": whoever repeats the request has the one order',
    async (point) => {
      const victim = await kills.startVictim(point);
      const cart = shop.fill();
      const key = randomUUID();
      const answer = shop.post(cart, { paymentMethod: 'pm_card_ok' }, key).catch(() => {});
      await victim.kill();
      await answer;
      for (const { name } of world.shards.shards)
        await sql`update test.idempotency set locked_until = now() - interval '1 second' where status = 'running'`.execute(
          world.shards.admin(name),
        );
      await kills.startSurvivor();
      const again = await shop.post(cart, { paymentMethod: 'pm_card_ok' }, key);
      expect(again.status).toBe(201);
      expect(again.body.orderId).toBe(await kills.orderOfCart(cart.cartId));
      expect((await shop.post(cart, { paymentMethod: 'pm_card_ok' }, key)).text).toBe(again.text);
      await kills.expectWhole(await shop.reached(again.body.orderId, 'captured'));
    },
  );

  it.each(around(['hand-over', 'deliver']))('at "%s": the parcel arrives all the same', async (point) => {
    const victim = await kills.startVictim(point);
    const { orderId } = await shop.place('pm_card_ok');
    await shop.reached(orderId, 'captured');
    await world.peers.shipping.scan(orderId, 'in-transit');
    if (point.endsWith('deliver')) {
      await shop.reached(orderId, 'handed-over');
      await world.peers.shipping.scan(orderId, 'delivered');
    }
    await victim.kill();
    await kills.startSurvivor();
    await shop.reached(orderId, 'handed-over', 'delivered');
    await world.peers.shipping.scan(orderId, 'delivered');
    const order = await shop.reached(orderId, 'delivered');
    expect(order.status).toBe('completed');
    await kills.expectWhole(order);
  });

  it.each(['wished', ...around(['void-label', 'refund-payment', 'release-stock', 'cancel-payment'])])(
    'at "%s": what was begun to be cancelled is cancelled',
    async (point) => {
      const victim = await kills.startVictim(point);
      const { orderId } = await shop.place('pm_card_ok');
      await shop.reached(orderId, 'captured');
      void cancel(orderId);
      await victim.kill();
      await kills.startSurvivor();
      const order = await shop.reached(orderId, 'cancelled');
      expect(order.paymentStatus).toBe('refunded');
      await kills.expectWhole(order);
    },
  );

  it.each(['after claim-stock', 'before capture', 'after capture'])(
    'at "%s": who cancels before another takes it up gets everything back',
    async (point) => {
      const victim = await kills.startVictim(point);
      const cart = shop.fill();
      void shop.post(cart, { paymentMethod: 'pm_card_ok' }).catch(() => {});
      await victim.kill();
      await kills.startSurvivor(0);
      const orderId = await kills.orderOfCart(cart.cartId);
      await cancel(orderId);
      const order = await shop.reached(orderId, 'cancelled');
      expect(order.paymentStatus).toBe(point === 'after capture' ? 'refunded' : 'failed');
      await kills.expectWhole(order);
    },
  );

  it.each(['wished', ...around(['pay-back', 'restock'])])('at "%s": money goes back once', async (point) => {
    const victim = await kills.startVictim(point);
    const { orderId } = await shop.place('pm_card_ok');
    await shop.reached(orderId, 'captured');
    await world.peers.shipping.scan(orderId, 'in-transit');
    await shop.reached(orderId, 'handed-over');
    const body = { restock: true, reason: 'broken' };
    void shop.ask('POST', `/orders/${orderId}/refunds`, { body, key: randomUUID(), merchant: true }).catch(() => {});
    await victim.kill();
    await kills.startSurvivor();
    await world.peers.shipping.scan(orderId, 'delivered');
    const order = await shop.reached(orderId, 'delivered');
    await expect.poll(async () => (await shop.read(orderId)).paymentStatus, { timeout: 10_000 }).toBe('refunded');
    await expect
      .poll(() => world.peers.product.restocked.has(order.refunds[0]?.refundId ?? ''), { timeout: 10_000 })
      .toBe(true);
    await kills.expectWhole(await shop.read(orderId));
  });

  it.each(['wished', ...around(['authorize'])])(
    'at "%s": a card that came after the order pays once, and its request is answered as before',
    async (point) => {
      const victim = await kills.startVictim(point);
      const { orderId } = await shop.place();
      const [key, body] = [randomUUID(), { paymentMethod: 'pm_card_ok' }];
      const pay = () => shop.ask('POST', `/orders/${orderId}/payments`, { body, key, token: orderId });
      const answer = pay().catch(() => undefined);
      await victim.kill();
      const first = await answer;
      await kills.startSurvivor();
      const again = await pay();
      expect(again).toMatchObject({ status: 200, body: { payment: { attempts: 1 } } });
      expect([undefined, again.text]).toContain(first?.text);
      const order = await shop.reached(orderId, 'captured');
      expect(order).toMatchObject({ paymentStatus: 'paid', payment: { attempts: 1 } });
      expect(world.peers.payment.payments.get(orderId)?.attempt).toBe(1);
      await kills.expectWhole(order);
    },
  );

  it.each(['wished', ...around(['void-label', 'release-stock', 'cancel-payment'])])(
    'at "%s": money that is only reserved is let go once when its order is cancelled',
    async (point) => {
      const { payment, shipping } = world.peers;
      shipping.labelsBecome('wanted');
      onTestFinished(() => shipping.labelsBecome('labelled'));
      const victim = await kills.startVictim(point);
      const { orderId } = await shop.place('pm_card_ok');
      await shop.reached(orderId, 'confirmed');
      expect(payment.payments.get(orderId)?.status).toBe('authorized');
      void cancel(orderId);
      await victim.kill();
      await kills.startSurvivor();
      const order = await shop.reached(orderId, 'cancelled');
      expect(order).toMatchObject({ paymentStatus: 'failed', cancellation: { reason: 'customer' } });
      expect(payment.payments.get(orderId)?.status).toBe('canceled');
      expect(payment.ledger.cancels.filter((one) => one === orderId)).toHaveLength(1);
      expect(payment.ledger.captures).not.toContain(orderId);
      await kills.expectWhole(order);
    },
  );
});

describe.skipIf(whyNoBroker)(`an order service that is killed over an event ${whyNoBroker}`, () => {
  /** Whoever is killed leaves messages behind: in a world of its own, to each victim comes what its own test sends. */
  async function openWorld() {
    const world = await startWorld();
    onTestFinished(() => world.close());
    const kills = openKills(world);
    return { world, kills, shop: kills.shop };
  }

  /** How many events about it are written down as had. */
  async function heardOf({ shards }: Worlds, orderId: OrderId): Promise<number> {
    const counts = shards.shards.map(({ name }) =>
      sql<{ had: number }>`
        select count(*)::int as had from test.inbox where bucket = ${bucketOfOrderId(orderId)}`.execute(
        shards.admin(name),
      ),
    );
    return (await Promise.all(counts)).reduce((sum, { rows }) => sum + (rows[0]?.had ?? 0), 0);
  }

  it.each([
    ['learned', 0],
    ['heard', 1],
  ])('at "%s": what the bank said is heard again by another, and the card pays once', async (point, heard) => {
    const { world, kills, shop } = await openWorld();
    const victim = await kills.startVictim(point);
    const { orderId } = await shop.place('pm_card_3ds');
    await expect.poll(async () => (await shop.read(orderId)).payment.nextAction).not.toBeNull();
    await world.peers.payment.approve(orderId);
    await victim.kill();
    expect(await heardOf(world, orderId)).toBe(heard);
    await kills.startSurvivor();
    const order = await shop.reached(orderId, 'captured');
    expect(order).toMatchObject({ paymentStatus: 'paid', payment: { attempts: 1, nextAction: null } });
    await expect.poll(() => heardOf(world, orderId), { timeout: 10_000 }).toBe(1);
    await kills.expectWhole(order);
  });

  it.each([
    ['in-transit', 'handed-over'],
    ['delivered', 'delivered'],
  ] as const)('at "heard": a parcel that is %s is seen by another, and its goods leave once', async (scan, state) => {
    const { world, kills, shop } = await openWorld();
    const victim = await kills.startVictim('heard');
    const { orderId } = await shop.place('pm_card_ok');
    await shop.reached(orderId, 'captured');
    await world.peers.shipping.scan(orderId, scan);
    await victim.kill();
    expect(await heardOf(world, orderId)).toBe(1);
    expect((await shop.rows<{ state: string }>('orders', orderId))[0]?.state).toBe('captured');
    await kills.startSurvivor();
    await shop.reached(orderId, state);
    expect(await heardOf(world, orderId)).toBe(1);
    await world.peers.shipping.scan(orderId, 'delivered');
    await expect.poll(() => heardOf(world, orderId), { timeout: 10_000 }).toBe(2);
    await kills.expectWhole(await shop.reached(orderId, 'delivered'));
  });
});

const noMail = whyNoBroker || (testStores?.mail ? '' : '(skipped: STOREFRONT_TEST_STORES names no mail server)');

describe.skipIf(noMail)(`a mail whose service is killed ${noMail}`, () => {
  let world: Worlds;
  let kills: Kills;
  beforeAll(async () => {
    world = await startWorld();
    kills = openKills(world);
  });
  afterAll(() => world?.close());

  it.each(['before mail confirmation', 'after mail confirmation', 'before mail shipped', 'after mail shipped'])(
    'at "%s" is sent by another, the second copy as the same mail, and its order is as if nothing had been',
    async (point) => {
      const { shop } = kills;
      const victim = await kills.startVictim(point);
      const { orderId, email } = await shop.place('pm_card_ok');
      await shop.reached(orderId, 'captured');
      const isShipped = point.endsWith('shipped');
      if (isShipped) await world.peers.shipping.scan(orderId, 'in-transit');
      await victim.kill();
      await kills.startSurvivor(121_000);
      const kind = isShipped ? 'shipped' : 'confirmation';
      const statusOf = async () => {
        const mails = await shop.rows<{ kind: string; status: string }>('mail', orderId);
        return mails.filter((mail) => mail.kind === kind).map(({ status }) => status);
      };
      await expect.poll(statusOf, { timeout: 15_000 }).toEqual(['sent']);
      const copies = (await mailsTo(email)).filter(({ MessageID: id }) => id.startsWith(`${orderId}.${kind}@`));
      expect(copies).toHaveLength(point.startsWith('after') ? 2 : 1);
      if (isShipped) await world.peers.shipping.scan(orderId, 'delivered');
      await kills.expectWhole(await shop.reached(orderId, isShipped ? 'delivered' : 'captured'));
    },
  );
});
