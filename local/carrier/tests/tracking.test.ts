import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { WebhookFault } from '../../simulator/faults/rules.ts';
import { startReceiver, type Received, type Receiver } from '../../simulator/testing/receiver.ts';
import { nextScan, scansTo, trackerStatuses, type Scan } from '../domain/tracking.ts';
import type { CarrierEvent, Tracker } from '../shapes.ts';
import { openTestDesk, shipmentTo, webhookSecret, type TestDesk } from './desk.ts';

let desk: TestDesk;
let shop: Receiver;
beforeEach(async () => {
  shop = await startReceiver();
  desk = await openTestDesk({ webhook: { url: shop.url, secret: webhookSecret } });
});
afterEach(async () => {
  await desk.close();
  await shop.close();
});

const hourMs = 3600 * 1000;
const buy = async (reference: string) => {
  const shipment = await desk.easypost.Shipment.create(shipmentTo('home', reference));
  return desk.easypost.Shipment.buy(shipment.id, shipment.lowestRate());
};
/** As a shop does it. */
const verify = ({ headers, body }: Received) =>
  desk.easypost.Utils.validateWebhook(Buffer.from(body), headers, webhookSecret) as CarrierEvent;
const statuses = () =>
  shop.received
    .map((each) => verify(each))
    .filter(({ description }) => description.startsWith('tracker.'))
    .map(({ result }) => (result as Tracker).status);

const theWay = ['pre_transit', 'in_transit', 'in_transit', 'out_for_delivery', 'delivered'];

describe('a parcel', () => {
  it('goes its way by the clock, told by signed webhooks and seen by a poll', async () => {
    await desk.control.put('carrier', { stepMs: hourMs });
    const { tracker } = await buy('p-clock');
    const polled: string[] = [];
    for (const step of theWay) {
      await desk.control.put('clock', { advanceMs: hourMs });
      polled.push((await desk.easypost.Tracker.retrieve(tracker.id)).status);
      await expect.poll(() => statuses().at(-1)).toBe(step);
    }
    expect(polled).toEqual(theWay);
    expect(statuses()).toEqual(['unknown', ...theWay]);
    expect(await desk.easypost.Tracker.retrieve(tracker.id)).toMatchObject({
      finalized: true,
      signed_by: 'Front door',
    });
    expect(await desk.easypost.Shipment.retrieve('p-clock')).toMatchObject({ status: 'delivered' });
    await desk.control.put('clock', { advanceMs: 100 * hourMs });
    expect((await desk.easypost.Tracker.retrieve(tracker.id)).tracking_details).toHaveLength(theWay.length);
  });

  it('goes on when it is told, and never back', async () => {
    const { tracking_code: code } = await buy('p-told');
    await desk.control.post(`trackers/${code}/move`);
    await desk.control.post(`trackers/${code}/move`, { to: 'out_for_delivery' });
    const { trackers } = await desk.easypost.Tracker.all({ tracking_code: code });
    expect(trackers[0]?.tracking_details.map(({ status }) => status)).toEqual(theWay.slice(0, 4));
    await expect(desk.control.post(`trackers/${code}/move`, { to: 'in_transit' })).rejects.toThrow('does not go');
    await desk.control.post(`trackers/${code}/move`, { to: 'return_to_sender' });
    await expect(desk.control.post(`trackers/${code}/move`, { to: 'delivered' })).rejects.toThrow('does not go');
  });

  it('does not move once its label is void', async () => {
    await desk.control.put('carrier', { stepMs: 10 * hourMs });
    const { id, tracking_code: code } = await buy('p-void');
    await desk.easypost.Shipment.refund(id);
    await desk.control.put('clock', { advanceMs: 50 * hourMs });
    expect(await desk.easypost.Tracker.retrieve(code)).toMatchObject({ status: 'unknown', tracking_details: [] });
  });

  it('of the list of test codes is where it is', async () => {
    const tracker = await desk.easypost.Tracker.create({ tracking_code: 'EZ4000000004', carrier: 'USPS' });
    expect(tracker.status).toBe('delivered');
    await expect(desk.easypost.Tracker.create({ tracking_code: 'X1', carrier: 'USPS' })).rejects.toMatchObject({
      statusCode: 422,
    });
  });

  it('has its events in a list, for whoever missed them', async () => {
    const { tracking_code: code } = await buy('p-events');
    await desk.control.post(`trackers/${code}/move`);
    const { events } = await desk.easypost.Event.all({ page_size: 10 });
    expect(events.map(({ description }) => description)).toEqual(['tracker.updated', 'tracker.created']);
    const retrieved = await desk.easypost.Event.retrieve(events[0]?.id ?? '');
    expect(retrieved).toMatchObject({ previous_attributes: { status: 'unknown' }, result: { status: 'pre_transit' } });
  });
});

describe('a webhook', () => {
  it('is signed over a weight as EasyPost writes it', async () => {
    await buy('w-weight');
    await expect.poll(() => shop.received).toHaveLength(1);
    expect(shop.received[0]?.body).toContain('"weight":12.0,');
    expect(verify(shop.received[0] as Received).result).toMatchObject({ weight: 12 });
    expect(shop.received[0]?.headers).toHaveProperty('x-hmac-signature-v2');
  });

  it.each(['secret', 'body'] as const)('can be forged (%s), which a shop can tell', async (how) => {
    const fault: WebhookFault = { kind: 'forged', how };
    await desk.control.put('faults', [{ match: { event: '*' }, fault }]);
    await buy('w-forged');
    await expect.poll(() => shop.received).toHaveLength(2);
    const isTrue = (received: Received) => {
      try {
        return Boolean(verify(received));
      } catch {
        return false;
      }
    };
    expect(shop.received.filter(isTrue)).toHaveLength(1);
  });

  it('can be told an endpoint of its own', async () => {
    const other = await startReceiver();
    const { id } = await desk.easypost.Webhook.create({ url: other.url, webhook_secret: 'other' });
    await buy('w-endpoint');
    await expect.poll(() => other.received).toHaveLength(1);
    const [{ body, headers }] = other.received as [Received];
    expect(desk.easypost.Utils.validateWebhook(Buffer.from(body), headers, 'other')).toMatchObject({ object: 'Event' });
    desk.easypost.Webhook.delete(id);
    await expect.poll(async () => (await desk.easypost.Webhook.all()).webhooks).toHaveLength(1);
    await other.close();
  });
});

describe('the way of a parcel', () => {
  it('ends everywhere, and no scan leads back', () => {
    const way: Scan[] = [];
    for (let scan = nextScan(way); scan; scan = nextScan(way)) way.push(scan);
    expect(way.map(({ status }) => status)).toEqual(theWay);
    for (const target of trackerStatuses) expect(scansTo(target, way)).toBeUndefined();
  });
});
