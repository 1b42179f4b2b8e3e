import { eventually, whyNoBroker } from '@storefront/kit/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openShop, whyNoSimulator, type Order, type Shop } from './fixtures/shop.ts';

const why = whyNoBroker || whyNoSimulator;
const dayMs = 25 * 3_600_000;

describe.skipIf(why)(`a call that nobody understood until Stripe had forgotten its key ${why}`, () => {
  let shop: Shop;
  beforeAll(async () => {
    // Nobody looks, and no webhook comes, until a day has passed.
    shop = await openShop({ call: '300ms', command: '900ms', doubtEvery: '1h' });
  });
  afterAll(() => shop?.close());

  const webhooksLost = { match: { event: '*' }, fault: { kind: 'dropped' } };
  const unanswered = { match: { route: 'POST *' }, fault: { kind: 'lost-response' } };
  const blind = { match: { route: 'GET *' }, fault: { kind: 'down' } };

  /** Puts the payment in doubt, lets a day pass for Stripe and for us, and has another process look. */
  async function aDayLater(
    act: () => Promise<{ body: { status: string } }>,
    ...faults: Parameters<Shop['simulator']['faults']>
  ) {
    await shop.simulator.faults(webhooksLost, ...faults);
    expect((await act()).body.status).toBe('processing');
    await shop.simulator.faults(webhooksLost);
    await shop.simulator.advance(dayMs);
    const late = await shop.open({ doubtEvery: '200ms' }, { clock: { now: () => new Date(Date.now() + dayMs) } });
    return () => late.stop();
  }
  const ends = (order: Order, status: string) =>
    eventually(async () => expect((await order.read()).body.status).toBe(status), { within: '10s' });
  const sent = async (route: string, order: Order) =>
    (await shop.simulator.requests(route)).filter(({ key }) => key?.includes(order.id));

  it('is not sent again when an intent was made: that is found, and no other is made', async () => {
    const order = shop.order();
    const making = { ...unanswered, match: { route: 'POST /v1/payment_intents' } };
    const stop = await aDayLater(() => order.authorize(), making, blind);
    await ends(order, 'authorized');
    await stop();
    await order.audit();
    expect(await shop.simulator.payments(order.id)).toHaveLength(1);
  });

  it('charges no card that nobody waits for any more', async () => {
    const order = shop.order();
    const trying = { match: { route: 'POST /v1/payment_intents/:id/confirm' }, fault: { kind: 'down' } };
    const stop = await aDayLater(() => order.authorize(), trying);
    await ends(order, 'requires-method');
    await stop();
    expect((await order.read()).body.decline?.code).toBe('processing_error');
    expect(await sent('POST /v1/payment_intents/:id/confirm', order)).toEqual([]);
    expect((await order.authorize('pm_card_visa', 2)).body.status).toBe('authorized');
    await order.audit();
  });

  it('captures once, whether it was done or not', async () => {
    for (const fault of [unanswered, { match: { route: 'POST *' }, fault: { kind: 'down' } }]) {
      await shop.simulator.faults(webhooksLost);
      const order = shop.order();
      await order.authorize();
      const stop = await aDayLater(() => order.capture(), fault, blind);
      await ends(order, 'captured');
      await stop();
      expect(await shop.simulator.payments(order.id)).toMatchObject([{ captures: 1, captured: 2500 }]);
    }
  });

  it('refunds once, whether it was done or not', async () => {
    for (const fault of [unanswered, { match: { route: 'POST *' }, fault: { kind: 'down' } }]) {
      await shop.simulator.faults(webhooksLost);
      const order = shop.order();
      await order.authorize();
      await order.capture();
      await shop.simulator.faults(webhooksLost, fault, blind);
      expect((await order.refund(500)).body.refunds).toMatchObject([{ status: 'pending' }]);
      await shop.simulator.faults(webhooksLost);
      await shop.simulator.advance(dayMs);
      const late = await shop.open({ doubtEvery: '200ms' }, { clock: { now: () => new Date(Date.now() + dayMs) } });
      const isBack = async () => expect((await order.read()).body.refunds).toMatchObject([{ status: 'succeeded' }]);
      await eventually(isBack, { within: '10s' });
      await late.stop();
      await order.audit();
    }
  });
});
