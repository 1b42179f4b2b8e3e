import { eventually, whyNoBroker } from '@storefront/kit/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Shipment } from '../src/contract.ts';
import { anOrder, depthOf, openGround, openShipping, takeEvents, type Ground, type Shipping } from './open-shipping.ts';
import { apiKey } from './peer/carrier.ts';

const hour = 3_600_000;
const dead = 'shipping.webhooks.dead';

describe.skipIf(whyNoBroker)(`tracking ${whyNoBroker}`, () => {
  let ground: Ground;
  let shipping: Shipping;
  beforeAll(async () => {
    ground = await openGround();
    shipping = await openShipping(ground);
    await ground.carrier.tell(shipping.url);
  });
  afterAll(async () => {
    await shipping?.stop();
    await ground?.close();
  });
  afterEach(() => ground.carrier.faults());

  const told: Awaited<ReturnType<typeof takeEvents>> = [];
  async function statusesOf(orderId: string): Promise<string[]> {
    told.push(...(await takeEvents(ground)));
    return told.filter(({ data }) => data.orderId === orderId).map(({ data }) => data.status);
  }
  async function labelled(): Promise<Shipment & { trackingCode: string }> {
    const { body } = await shipping.want(anOrder());
    expect(body.status).toBe('labelled');
    return body as Shipment & { trackingCode: string };
  }
  const becomes = (orderId: string, status: string) =>
    eventually(
      async () => {
        const shipment = await shipping.one(orderId);
        expect(shipment.status).toBe(status);
        return shipment;
      },
      { within: '10s' },
    );
  const onWebhooks = (fault: object) => ({
    match: { event: 'tracker.*' },
    fault: { ...fault } as Record<string, unknown>,
  });

  it('follows the parcel by what the carrier sends, each step once', async () => {
    const { orderId, trackingCode } = await labelled();
    for (const to of ['in_transit', 'out_for_delivery', 'delivered']) {
      await ground.carrier.move(trackingCode, to);
      await becomes(orderId, to.replaceAll('_', '-'));
    }
    const shipment = await shipping.one(orderId);
    expect(shipment.events.map(({ status }) => status)).toEqual([
      'labelled',
      'in-transit',
      'in-transit',
      'out-for-delivery',
      'delivered',
    ]);
    expect(shipment.events.at(-1)).toMatchObject({ message: 'Delivered', place: 'Berlin, DE' });
    expect(shipment.handedOverAt).toBe(shipment.events[1]?.at);
    expect(shipment.deliveredAt).toBe(shipment.events.at(-1)?.at);
    await eventually(async () =>
      expect((await statusesOf(orderId)).filter((status) => status !== 'labelled')).toEqual([
        'in-transit',
        'out-for-delivery',
        'delivered',
      ]),
    );
    const versions = told
      .filter(({ data }) => data.orderId === orderId)
      .map(({ aggregateversion: version }) => version);
    expect(versions).toEqual(versions.toSorted((a, b) => a - b));
  });

  it.each([
    ['twice', { kind: 'duplicate', copies: 3 }],
    ['in another order', { kind: 'reordered', withinMs: 2_000 }],
    ['late', { kind: 'late', byMs: 2_000 }],
  ])('is the same when messages come %s', async (_, fault) => {
    const { orderId, trackingCode } = await labelled();
    await ground.carrier.faults(onWebhooks(fault));
    await ground.carrier.move(trackingCode, 'delivered');
    const { events } = await becomes(orderId, 'delivered');
    expect(events).toHaveLength(5);
    await ground.carrier.advance(10_000);
    await eventually(async () => {
      const states = (await ground.carrier.deliveries()).map(({ state }) => state);
      expect(states).not.toContain('waiting');
    });
    const delivered = async () => (await statusesOf(orderId)).filter((status) => status === 'delivered');
    await eventually(async () => expect(await delivered()).toHaveLength(1));
    // Nor is it told again by the time that something later is.
    const last = await labelled();
    await ground.carrier.move(last.trackingCode, 'failure');
    await eventually(async () => expect(await statusesOf(last.orderId)).toContain('failed'));
    expect(await delivered()).toHaveLength(1);
    expect((await shipping.one(orderId)).status).toBe('delivered');
  });

  it.each(['secret', 'body'])('believes nothing that is forged (%s)', async (how) => {
    const { orderId, trackingCode } = await labelled();
    await ground.carrier.faults(onWebhooks({ kind: 'forged', how }));
    await ground.carrier.move(trackingCode, 'in_transit');
    await becomes(orderId, 'in-transit');
    await eventually(async () => {
      const forged = (await ground.carrier.deliveries()).filter(({ forgery }) => forgery === how);
      expect(forged.map(({ status }) => status)).toContain(400);
    });
    expect((await shipping.one(orderId)).status).toBe('in-transit');
  });

  it('takes a replay for what it is: somebody says that something happened', async () => {
    const { orderId, trackingCode } = await labelled();
    await ground.carrier.faults(onWebhooks({ kind: 'forged', how: 'replay' }));
    await ground.carrier.move(trackingCode, 'in_transit');
    await becomes(orderId, 'in-transit');
    await ground.carrier.move(trackingCode, 'delivered');
    await becomes(orderId, 'delivered');
    await eventually(async () =>
      expect((await statusesOf(orderId)).filter((status) => status !== 'labelled')).toEqual([
        'in-transit',
        'delivered',
      ]),
    );
  });

  it.each([
    ['without a signature', {}],
    ['with another one', { 'x-hmac-signature': 'hmac-sha256-hex=00' }],
  ])('refuses a message %s', async (_, headers) => {
    const before = await depthOf(ground, dead);
    const body = { description: 'tracker.updated', result: { shipment_id: 'shp_1' } };
    const answer = await shipping.send('POST', '/webhooks/carriers/easypost', { as: {}, headers, body });
    expect(answer).toMatchObject({ status: 400, body: { code: 'bad-signature' } });
    expect(await depthOf(ground, dead)).toBe(before);
  });

  it('refuses a message of a carrier that nobody knows', async () => {
    const answer = await shipping.send('POST', '/webhooks/carriers/pigeon', { as: {}, body: {} });
    expect(answer).toMatchObject({ status: 404, body: { code: 'carrier-not-found' } });
  });

  it('puts aside what is of no shipment of ours, for a person to look at', async () => {
    const before = await depthOf(ground, dead);
    const authorization = `Basic ${Buffer.from(`${apiKey}:`).toString('base64')}`;
    const address = { name: 'A', street1: 'B', city: 'C', zip: '10115', country: 'DE' };
    const post = async (path: string, body: object) => {
      const headers = { authorization, 'content-type': 'application/json' };
      const response = await fetch(ground.carrier.url + path, { method: 'POST', headers, body: JSON.stringify(body) });
      return (await response.json()) as { id: string; rates: { id: string }[] };
    };
    const shipment = {
      reference: 'of-somebody-else',
      to_address: address,
      from_address: address,
      parcel: { weight: 3 },
    };
    const { id, rates } = await post('/v2/shipments', { shipment });
    await post(`/v2/shipments/${id}/buy`, { rate: { id: rates[0]?.id } });
    await eventually(async () => expect(await depthOf(ground, dead)).toBe(before + 1), { within: '10s' });
  });

  it('keeps a message while the carrier is away, and looks then', async () => {
    const { orderId, trackingCode } = await labelled();
    await ground.carrier.faults({ match: { route: 'GET /v2/shipments/:id' }, fault: { kind: 'down' } });
    const before = await depthOf(ground, dead);
    await ground.carrier.move(trackingCode, 'in_transit');
    await eventually(async () => expect(await ground.carrier.struck()).toBeGreaterThan(2), { within: '15s' });
    expect((await shipping.one(orderId)).status).toBe('labelled');
    await ground.carrier.faults();
    await becomes(orderId, 'in-transit');
    expect(await depthOf(ground, dead)).toBe(before);
  });

  it('asks after parcels of which nobody says anything', async () => {
    const { orderId, trackingCode } = await labelled();
    await ground.carrier.faults(onWebhooks({ kind: 'dropped' }));
    await ground.carrier.move(trackingCode, 'in_transit');
    shipping.ahead(5 * hour);
    expect((await shipping.one(orderId)).status).toBe('labelled');
    shipping.ahead(2 * hour);
    await becomes(orderId, 'in-transit');
    await eventually(async () => expect(await statusesOf(orderId)).toContain('in-transit'));
  });

  it('asks when it is asked to, and says so where it cannot', async () => {
    const { orderId, trackingCode } = await labelled();
    await ground.carrier.faults(onWebhooks({ kind: 'dropped' }));
    await ground.carrier.move(trackingCode, 'in_transit');
    expect((await shipping.shipments(orderId))[0]?.status).toBe('labelled');
    expect((await shipping.shipments(orderId, '?fresh=true'))[0]?.status).toBe('in-transit');
    await ground.carrier.faults({ match: { route: '*' }, fault: { kind: 'down' } });
    const answer = await shipping.send('GET', `/shipments/${orderId}?fresh=true`);
    expect(answer).toMatchObject({ status: 503, body: { code: 'carrier-unavailable' } });
  });

  it.each([
    ['return_to_sender', 'returned'],
    ['failure', 'failed'],
    ['available_for_pickup', 'out-for-delivery'],
  ])('knows %s as %s', async (to, status) => {
    const { orderId, trackingCode } = await labelled();
    await ground.carrier.move(trackingCode, to);
    expect((await becomes(orderId, status)).status).toBe(status);
  });

  it('takes the merchant’s word for the hand-over, once; the carrier’s scans follow', async () => {
    const { orderId, trackingCode } = await labelled();
    const { status, body } = await shipping.handOver(orderId);
    expect([status, body.status]).toEqual([200, 'labelled']);
    expect(body.handedOverAt).not.toBeNull();
    expect((await shipping.handOver(orderId)).body).toEqual(body);
    await ground.carrier.move(trackingCode, 'in_transit');
    expect((await becomes(orderId, 'in-transit')).handedOverAt).toBe(body.handedOverAt);
  });

  it('takes it of no parcel without a label', async () => {
    const orderId = anOrder();
    await shipping.want(orderId);
    await shipping.void(orderId);
    expect(await shipping.handOver(orderId)).toMatchObject({ status: 409, body: { code: 'not-labelled' } });
    expect(await shipping.handOver(anOrder())).toMatchObject({ status: 404 });
  });
});
