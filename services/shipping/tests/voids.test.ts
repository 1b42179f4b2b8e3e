import { eventually, whyNoBroker } from '@storefront/kit/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { anOrder, nowhere, openGround, openShipping, takeEvents, type Ground, type Shipping } from './open-shipping.ts';

const minute = 60_000;

describe.skipIf(whyNoBroker)(`voiding a label ${whyNoBroker}`, () => {
  let ground: Ground;
  let shipping: Shipping;
  beforeAll(async () => {
    ground = await openGround();
    shipping = await openShipping(ground);
  });
  afterAll(async () => {
    await shipping?.stop();
    await ground?.close();
  });
  afterEach(async () => {
    await ground.carrier.faults();
    await ground.carrier.knobs({ labelAfterMs: 0 });
  });

  const buy = 'POST /v2/shipments/:id/buy';
  const refund = 'POST /v2/shipments/:id/refund';
  const down = { match: { route: '*' }, fault: { kind: 'down' } };
  async function pass(ms: number) {
    await ground.carrier.advance(ms);
    shipping.ahead(ms);
  }
  const becomes = (orderId: string, status: string) =>
    eventually(
      async () => {
        const shipment = await shipping.one(orderId);
        expect(shipment.status).toBe(status);
        return shipment;
      },
      { within: '15s' },
    );
  /** No label of it can be used. */
  async function expectNone(shipmentId: string) {
    const labels = await ground.carrier.labels(shipmentId);
    expect(labels.filter(({ voidAskedAt }) => voidAskedAt === null)).toEqual([]);
  }

  it('is done once, however often it is asked for', async () => {
    const orderId = anOrder();
    const { body: bought } = await shipping.want(orderId);
    const { status, body } = await shipping.void(orderId);
    expect([status, body.status, body.version]).toEqual([200, 'voided', bought.version + 1]);
    const others = await Promise.all([shipping.void(orderId), shipping.void(orderId)]);
    for (const other of others) expect(other.body).toEqual(body);
    expect(await ground.carrier.requests(refund)).toBe(1);
    await expectNone(body.shipmentId);
    expect((await shipping.want(orderId)).body).toEqual(body);
  });

  it.each(['lost-response', 'error-after-commit'])('is done once when the answer is lost (%s)', async (kind) => {
    const orderId = anOrder();
    await shipping.want(orderId);
    await ground.carrier.faults({ match: { route: refund, times: 1 }, fault: { kind } });
    expect((await shipping.void(orderId)).status).toBe(200);
    await pass(minute);
    await expectNone((await becomes(orderId, 'voided')).shipmentId);
  });

  it('of what was never bought keeps it from being bought', async () => {
    const orderId = anOrder();
    await ground.carrier.faults(down);
    expect((await shipping.want(orderId)).body.status).toBe('wanted');
    expect((await shipping.void(orderId)).body.status).toBe('voided');
    await ground.carrier.faults();
    await pass(60 * minute);
    await becomes(orderId, 'voided');
    expect(await ground.carrier.labels((await shipping.one(orderId)).shipmentId)).toEqual([]);
  });

  it('waits for a carrier that is away, and is told when it is done', async () => {
    const orderId = anOrder();
    await shipping.want(orderId);
    await ground.carrier.faults(down);
    const { status, body } = await shipping.void(orderId);
    expect([status, body.status]).toEqual([200, 'labelled']);
    await ground.carrier.faults();
    await pass(10 * minute);
    await expectNone((await becomes(orderId, 'voided')).shipmentId);
    const told = await eventually(async () => {
      const events = (await takeEvents(ground)).filter(({ data }) => data.orderId === orderId);
      expect(events).toHaveLength(1);
      return events;
    });
    expect(told[0]?.data.status).toBe('voided');
  });

  it('while it is being bought voids it as soon as it is', async () => {
    const orderId = anOrder();
    await ground.carrier.faults({ match: { route: buy, times: 1 }, fault: { kind: 'slow', byMs: 1_500 } });
    const wanted = shipping.want(orderId);
    await eventually(async () => expect((await shipping.shipments(orderId)).length).toBe(1));
    const { status } = await shipping.void(orderId);
    expect(status).toBe(200);
    await wanted;
    await pass(minute);
    await expectNone((await becomes(orderId, 'voided')).shipmentId);
  });

  it('while nobody knows whether it was bought waits until that is known', async () => {
    const orderId = anOrder();
    await ground.carrier.faults({ match: { route: buy, times: 1 }, fault: { kind: 'error-before-commit' } });
    const { body } = await shipping.want(orderId);
    expect(body.status).toBe('wanted');
    expect((await shipping.void(orderId)).body.status).toBe('wanted');
    await pass(10 * minute);
    await becomes(orderId, 'voided');
    expect(await ground.carrier.labels(body.shipmentId)).toEqual([]);
  });

  it('is too late once a scanner saw the parcel, or the merchant gave it away', async () => {
    const scanned = anOrder();
    const { body } = await shipping.want(scanned);
    await ground.carrier.move(body.trackingCode as string, 'in_transit');
    expect(await shipping.void(scanned)).toMatchObject({ status: 409, body: { code: 'too-late-to-void' } });
    expect(await shipping.one(scanned)).toMatchObject({ status: 'in-transit' });

    const given = anOrder();
    await shipping.want(given);
    await shipping.handOver(given);
    expect(await shipping.void(given)).toMatchObject({ status: 409, body: { code: 'too-late-to-void' } });
    expect((await ground.carrier.labels((await shipping.one(given)).shipmentId))[0]?.voidAskedAt).toBeNull();
  });

  it('before anybody wanted it keeps it from being bought, whichever comes first', async () => {
    const orderId = anOrder();
    const { status, body } = await shipping.void(orderId);
    expect([status, body.status]).toEqual([200, 'voided']);
    expect((await shipping.void(orderId)).body).toEqual(body);
    expect(await shipping.want(orderId)).toEqual({ status: 200, body });
    expect(await shipping.shipments(orderId, '?fresh=true')).toEqual([body]);
    expect(await shipping.handOver(orderId)).toMatchObject({ status: 409, body: { code: 'not-labelled' } });

    const orders = Array.from({ length: 10 }, () => anOrder());
    await Promise.all(orders.flatMap((one) => [shipping.void(one), shipping.want(one)]));
    await pass(10 * minute);
    for (const one of [orderId, ...orders]) await expectNone((await becomes(one, 'voided')).shipmentId);
  });

  it('of what was refused does nothing', async () => {
    const orderId = anOrder();
    await shipping.want(orderId, { address: nowhere });
    expect((await shipping.void(orderId)).body.status).toBe('refused');
  });
});
