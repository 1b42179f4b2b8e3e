import { eventually, whyNoBroker } from '@storefront/kit/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { anOrder, nowhere, openGround, openShipping, takeEvents, type Ground, type Shipping } from './open-shipping.ts';
import type { Fault } from './peer/carrier.ts';

const hour = 3_600_000;
const minute = 60_000;

describe.skipIf(whyNoBroker)(`a label ${whyNoBroker}`, () => {
  let ground: Ground;
  let shipping: Shipping;
  beforeAll(async () => {
    ground = await openGround();
  });
  afterAll(() => ground?.close());
  beforeAll(async () => {
    shipping = await openShipping(ground);
  });
  afterAll(() => shipping?.stop());
  afterEach(async () => {
    await ground.carrier.faults();
    await ground.carrier.knobs({ labelAfterMs: 0, pricePercent: 0 });
  });

  const buy = 'POST /v2/shipments/:id/buy';
  const create = 'POST /v2/shipments';
  const once = (route: string, kind: string, more: object = {}): Fault => ({
    match: { route, times: 1 },
    fault: { kind, ...more },
  });
  const isLabelled = async (orderId: string, status = 'labelled') => {
    const shipment = await shipping.one(orderId);
    expect(shipment.status).toBe(status);
    return shipment;
  };
  /** Time passes for us and for the carrier. */
  async function pass(ms: number) {
    await ground.carrier.advance(ms);
    shipping.ahead(ms);
  }
  async function eventsOf(orderId: string) {
    const told: string[] = [];
    return eventually(
      async () => {
        told.push(
          ...(await takeEvents(ground)).filter(({ data }) => data.orderId === orderId).map(({ data }) => data.status),
        );
        expect(told.length).toBeGreaterThan(0);
        return told;
      },
      { within: '5s' },
    );
  }

  it('is bought, and told by the answer alone', async () => {
    const orderId = anOrder();
    const { status, body } = await shipping.want(orderId);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      orderId,
      parcel: 1,
      status: 'labelled',
      refusal: null,
      events: [],
      handedOverAt: null,
    });
    expect(body.labelUrl).toMatch(/\.pdf$/);
    expect((await fetch(body.labelUrl as string)).headers.get('content-type')).toBe('application/pdf');
    expect(body.trackingUrl).toContain(body.trackingCode);
    expect(await ground.carrier.labels(body.shipmentId)).toMatchObject([
      { service: 'GroundAdvantage', amount: 545, currency: 'EUR', voidAskedAt: null },
    ]);
    expect(await shipping.shipments(orderId)).toEqual([body]);
    expect(await takeEvents(ground)).toEqual([]);
  });

  it('is the same one, however often and in parallel it is asked for', async () => {
    const orderId = anOrder();
    await ground.carrier.faults({ match: { route: buy }, fault: { kind: 'slow', byMs: 400 } });
    const answers = await Promise.all([1, 2, 3, 4].map(() => shipping.want(orderId)));
    const again = await shipping.want(orderId);
    for (const { body } of answers) expect(body).toEqual(again.body);
    expect(again.body.status).toBe('labelled');
    expect(await ground.carrier.labels(again.body.shipmentId)).toHaveLength(1);
  });

  it('is one for each parcel of an order', async () => {
    const orderId = anOrder();
    for (const parcel of [1, 2]) await shipping.want(orderId, {}, parcel);
    const [first, second] = await shipping.shipments(orderId);
    expect([first?.parcel, second?.parcel]).toEqual([1, 2]);
    expect(first?.trackingCode).not.toBe(second?.trackingCode);
  });

  it('is not bought for a parcel that is another by now, nor by a carrier that nobody knows', async () => {
    const orderId = anOrder();
    await shipping.want(orderId);
    expect(await shipping.want(orderId, { weightGrams: 900 })).toMatchObject({
      status: 409,
      body: { code: 'shipment-differs' },
    });
    expect(await shipping.want(anOrder(), { carrier: 'pigeon' })).toMatchObject({
      status: 400,
      body: { code: 'unknown-carrier' },
    });
  });

  it('is refused for good to an address that there is not', async () => {
    const orderId = anOrder();
    const { body } = await shipping.want(orderId, { address: nowhere });
    expect(body).toMatchObject({ status: 'refused', refusal: expect.stringContaining('address'), labelUrl: null });
    expect((await shipping.want(orderId, { address: nowhere })).body).toEqual(body);
    await pass(hour);
    await isLabelled(orderId, 'refused');
    expect(await ground.carrier.labels(body.shipmentId)).toEqual([]);
  });

  describe.each([
    ['lost-response', {}],
    ['error-after-commit', {}],
    ['error-before-commit', {}],
    ['rate-limit', {}],
    ['conflict', {}],
    ['down', {}],
  ])('when the carrier answers with %s', (kind, more) => {
    it.each([create, buy])('to %s, is one, told later', async (route) => {
      const orderId = anOrder();
      await ground.carrier.faults(once(route, kind, more));
      const { body } = await shipping.want(orderId);
      expect(['wanted', 'labelled']).toContain(body.status);
      await pass(minute);
      const shipment = await eventually(() => isLabelled(orderId), { within: '15s' });
      expect(await ground.carrier.labels(shipment.shipmentId)).toHaveLength(1);
      const isTold = body.status === 'wanted' ? await eventsOf(orderId) : ['labelled'];
      expect(isTold).toEqual(['labelled']);
    });
  });

  it.each([create, buy])(
    'that the carrier refuses at %s is refused for good, and told by the answer',
    async (route) => {
      const orderId = anOrder();
      await ground.carrier.faults(once(route, 'refused'));
      const { status, body } = await shipping.want(orderId);
      expect(status).toBe(200);
      const refusal = 'This is not possible. The simulator was told so.';
      expect(body).toMatchObject({ status: 'refused', refusal, labelUrl: null, trackingCode: null });
      expect(await ground.carrier.struck()).toBe(1);
      // The carrier would take it now; nobody asks it again behind the back of whoever was told no.
      await pass(hour);
      expect((await shipping.want(orderId)).body).toEqual(body);
      expect(await ground.carrier.labels(body.shipmentId)).toEqual([]);
      expect((await takeEvents(ground)).filter(({ data }) => data.orderId === orderId)).toEqual([]);
    },
  );

  it('that is printed stays voided-to-be while the carrier refuses to take it back, and is voided once it does', async () => {
    const orderId = anOrder();
    const { body } = await shipping.want(orderId);
    const route = 'POST /v2/shipments/:id/refund';
    await ground.carrier.faults(once(route, 'refused'));
    await shipping.void(orderId);
    expect(await ground.carrier.struck()).toBe(1);
    await eventually(
      async () => {
        await pass(6 * minute);
        await isLabelled(orderId, 'voided');
      },
      { within: '15s', every: '150ms' },
    );
    const [label, ...others] = await ground.carrier.labels(body.shipmentId);
    expect(label?.voidAskedAt).not.toBeNull();
    expect(others).toEqual([]);
  });

  it('whose purchase hangs is answered `wanted` in time, and is one', async () => {
    const orderId = anOrder();
    await ground.carrier.faults(once(buy, 'hang', { forMs: 6_500 }));
    const { body } = await shipping.want(orderId);
    expect(body.status).toBe('wanted');
    await eventually(() => isLabelled(orderId), { within: '10s' });
    expect(await eventsOf(orderId)).toEqual(['labelled']);
    expect(await ground.carrier.labels(body.shipmentId)).toHaveLength(1);
  });

  it('waits for a carrier that is down for an hour, and is told when it is there', async () => {
    const orders = [1, 2, 3].map(anOrder);
    await ground.carrier.faults({ match: { route: '*', lastsMs: hour }, fault: { kind: 'down' } });
    for (const orderId of orders) expect((await shipping.want(orderId)).body.status).toBe('wanted');
    for (let minutes = 0; minutes < 54; minutes += 6) {
      const before = await ground.carrier.struck();
      await pass(6 * minute);
      // Each is tried again after 5 min at the latest.
      await eventually(async () =>
        expect(await ground.carrier.struck()).toBeGreaterThanOrEqual(before + orders.length),
      );
      for (const orderId of orders) await isLabelled(orderId, 'wanted');
    }
    expect(await ground.carrier.struck()).toBeGreaterThan(15);
    await pass(10 * minute);
    for (const orderId of orders) {
      const { shipmentId } = await eventually(() => isLabelled(orderId), { within: '15s' });
      expect(await ground.carrier.labels(shipmentId)).toHaveLength(1);
    }
    const told = new Set<string>();
    await eventually(
      async () => {
        for (const { data } of await takeEvents(ground)) if (data.status === 'labelled') told.add(data.orderId);
        expect([...told].toSorted()).toEqual(orders.toSorted());
      },
      { within: '15s' },
    );
  });

  it('may be printed later: then it is told, by the carrier or when we ask', async () => {
    const orderId = anOrder();
    await ground.carrier.knobs({ labelAfterMs: 10 * minute });
    expect((await shipping.want(orderId)).body.status).toBe('wanted');
    await pass(5 * minute);
    await isLabelled(orderId, 'wanted');
    await pass(6 * minute);
    const { shipmentId } = await eventually(() => isLabelled(orderId), { within: '10s' });
    expect(await eventsOf(orderId)).toEqual(['labelled']);
    expect(await ground.carrier.labels(shipmentId)).toHaveLength(1);
  });

  it('that is never printed is wanted for as long as somebody wants it, bought once', async () => {
    const orderId = anOrder();
    await ground.carrier.knobs({ labelAfterMs: null });
    const { body } = await shipping.want(orderId);
    for (let times = 0; times < 3; times += 1) {
      await pass(hour);
      await isLabelled(orderId, 'wanted');
    }
    expect(await ground.carrier.labels(body.shipmentId)).toHaveLength(1);
    expect((await shipping.void(orderId)).body.status).toBe('voided');
  });

  describe('whose rate has expired', () => {
    /** Created at today's prices, and not bought for a week. */
    async function wantedForAWeek(percent: number) {
      const orderId = anOrder();
      await ground.carrier.faults({
        match: { route: buy, lastsMs: 7 * 24 * hour },
        fault: { kind: 'error-before-commit' },
      });
      expect((await shipping.want(orderId)).body.status).toBe('wanted');
      await ground.carrier.knobs({ pricePercent: percent });
      await pass(7 * 24 * hour + minute);
      return orderId;
    }

    it('is bought at another that is not much higher', async () => {
      const orderId = await wantedForAWeek(15);
      const { shipmentId } = await eventually(() => isLabelled(orderId), { within: '15s' });
      expect(await ground.carrier.labels(shipmentId)).toMatchObject([{ amount: Math.round(545 * 1.15) }]);
    });

    it('is refused where it costs a fifth more than was paid: a person decides', async () => {
      const orderId = await wantedForAWeek(25);
      const { refusal, shipmentId } = await eventually(() => isLabelled(orderId, 'refused'), { within: '15s' });
      expect(refusal).toContain('681 EUR');
      expect(await ground.carrier.labels(shipmentId)).toEqual([]);
      expect(await eventsOf(orderId)).toEqual(['refused']);
    });
  });

  it('by a service that is not offered is looked for some minutes, then refused', async () => {
    const orderId = anOrder();
    expect((await shipping.want(orderId, { service: 'USPS/Rocket' })).body.status).toBe('wanted');
    const rerate = 'POST /v2/shipments/:id/rerate';
    const before = await ground.carrier.requests(rerate);
    await eventually(
      async () => {
        await pass(6 * minute);
        await isLabelled(orderId, 'refused');
      },
      { within: '20s', every: '150ms' },
    );
    expect(await ground.carrier.requests(rerate)).toBe(before + 9);
    expect(await eventsOf(orderId)).toEqual(['refused']);
  });

  it('is not there for anybody but services', async () => {
    expect((await shipping.send('GET', `/shipments/${anOrder()}`, { as: {} })).status).toBe(401);
    expect(await shipping.shipments(anOrder())).toEqual([]);
    expect((await shipping.send('GET', '/shipments/not-an-order')).status).toBe(400);
  });
});
