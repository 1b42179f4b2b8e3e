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

  const makes = 'POST /v1/payment_intents';
  const confirms = 'POST /v1/payment_intents/:id/confirm';

  it.each([
    ['pm_card_visa', 'authorized'],
    ['pm_card_chargeDeclined', 'requires-method'],
    ['pm_card_authenticationRequired', 'requires-action'],
  ])('is not sent again when an intent was made (%s): that is found, and no other is made', async (method, status) => {
    const order = shop.order();
    const making = { ...unanswered, match: { route: makes } };
    const stop = await aDayLater(() => order.authorize(method), making, blind);
    const sentBefore = (await sent(makes, order)).length;
    await ends(order, status);
    await stop();
    await order.audit();
    expect(await shop.simulator.payments(order.id)).toHaveLength(1);
    expect(await sent(makes, order)).toHaveLength(sentBefore);
    if (status !== 'requires-method') return;
    expect((await order.read()).body.decline?.code).toBe('generic_decline');
    expect((await order.authorize('pm_card_visa', 2)).body.status).toBe('authorized');
    await order.audit();
  });

  it('and whose order is canceled since, gives back what its card had reserved', async () => {
    const order = shop.order();
    const making = { ...unanswered, match: { route: makes } };
    const act = async () => {
      await order.authorize();
      return order.cancel();
    };
    const stop = await aDayLater(act, making, blind);
    await ends(order, 'canceled');
    await stop();
    expect(await shop.simulator.payments(order.id)).toMatchObject([{ status: 'canceled', authorized: 0 }]);
  });

  it('makes no intent for a card that nobody waits for any more', async () => {
    const order = shop.order();
    const making = { match: { route: makes }, fault: { kind: 'down' } };
    const stop = await aDayLater(() => order.authorize(), making);
    await ends(order, 'requires-method');
    await stop();
    expect((await order.read()).body.decline?.code).toBe('processing_error');
    expect(await shop.simulator.payments(order.id)).toEqual([]);
    expect((await order.authorize('pm_card_visa', 2)).body.status).toBe('authorized');
    await order.audit();
  });

  it('charges no second card that nobody waits for any more', async () => {
    const order = shop.order();
    await order.authorize('pm_card_chargeDeclined');
    const trying = { match: { route: confirms }, fault: { kind: 'down' } };
    const stop = await aDayLater(() => order.authorize('pm_card_visa', 2), trying);
    await ends(order, 'requires-method');
    await stop();
    // The last that Stripe says of a card of this intent.
    expect((await order.read()).body.decline?.code).toBe('generic_decline');
    expect((await sent(confirms, order)).filter(({ status }) => status === 200)).toEqual([]);
    expect((await order.authorize('pm_card_visa', 3)).body.status).toBe('authorized');
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
