import { eventually, whyNoBroker } from '@storefront/kit/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openShop, whyNoSimulator, type Order, type Shop } from './fixtures/shop.ts';

const why = whyNoBroker || whyNoSimulator;

describe.skipIf(why)(`a payment while Stripe misbehaves ${why}`, () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop({ call: '600ms', command: '3s', lease: '4s', finish: '800ms' });
  });
  afterAll(() => shop?.close());
  afterEach(() => shop.simulator.faults());

  const making = 'POST /v1/payment_intents';
  const confirming = 'POST /v1/payment_intents/:id/confirm';
  const sent = async (route: string, order: Order) =>
    (await shop.simulator.requests(route)).filter(({ key }) => key?.includes(order.id));

  const steps: Record<
    string,
    { route: string; before: (order: Order) => Promise<unknown>; act: (order: Order) => Promise<unknown>; ends: string }
  > = {
    'trying the first card': {
      route: making,
      before: async () => {},
      act: (order) => order.authorize(),
      ends: 'authorized',
    },
    'declining the first card': {
      route: making,
      before: async () => {},
      act: (order) => order.authorize('pm_card_chargeDeclined'),
      ends: 'requires-method',
    },
    'asking the bank about the first card': {
      route: making,
      before: async () => {},
      act: (order) => order.authorize('pm_card_authenticationRequired'),
      ends: 'requires-action',
    },
    'trying another card': {
      route: confirming,
      before: (order) => order.authorize('pm_card_chargeDeclined'),
      act: (order) => order.authorize('pm_card_visa', 2),
      ends: 'authorized',
    },
    capturing: {
      route: 'POST /v1/payment_intents/:id/capture',
      before: (order) => order.authorize(),
      act: (order) => order.capture(),
      ends: 'captured',
    },
    canceling: {
      route: 'POST /v1/payment_intents/:id/cancel',
      before: (order) => order.authorize(),
      act: (order) => order.cancel(),
      ends: 'canceled',
    },
    refunding: {
      route: 'POST /v1/refunds',
      before: async (order) => {
        await order.authorize();
        await order.capture();
      },
      act: (order) => order.refund(700),
      ends: 'captured',
    },
  };
  /** A connection that breaks is tried once more by Stripe's own client. */
  const faults: [string, Record<string, unknown>, number][] = [
    ['loses the answer', { kind: 'lost-response' }, 2],
    ['loses the answer twice', { kind: 'lost-response' }, 4],
    ['answers 500 for something done', { kind: 'error-after-commit' }, 1],
    ['answers 500 for nothing done', { kind: 'error-before-commit' }, 2],
    ['is still at it', { kind: 'conflict' }, 3],
    ['has too much to do', { kind: 'rate-limit' }, 3],
    ['is down for a moment', { kind: 'down' }, 3],
    ['answers later than anybody waits', { kind: 'hang', forMs: 1500 }, 1],
  ];
  const cases = Object.keys(steps).flatMap((step) =>
    faults.map(([name, fault, times]) => [name, step, fault, times] as const),
  );

  it.each(cases)('that %s while %s comes to what was asked, once', async (_, name, fault, times) => {
    const order = shop.order();
    const { route, before, act, ends } = steps[name]!;
    await before(order);
    await shop.simulator.faults({
      match: { route, times, contains: route === making ? order.id : '' },
      fault,
    });
    expect(await act(order)).toMatchObject({ status: 200 });
    await eventually(
      async () => {
        const { body } = await order.read();
        expect(body.status).toBe(ends);
        expect(body.refunds.map(({ status }) => status)).toEqual(name === 'refunding' ? ['succeeded'] : []);
      },
      { within: '15s' },
    );
    await order.audit();
    await sameKeys(order);
    if (ends !== 'requires-method') return;
    // The intent is known, whoever told of it: the next card is tried on it.
    expect((await order.authorize('pm_card_visa', 2)).body.status).toBe('authorized');
    expect((await sent(confirming, order)).map(({ status }) => status)).toEqual([200]);
    await order.audit();
  });

  /** Every key was sent with one set of parameters only, and there are no more keys than decisions. */
  async function sameKeys(order: Order) {
    const sent = (await shop.simulator.requests('POST *')).filter(({ key }) => key?.includes(order.id));
    const byKey = Map.groupBy(sent, ({ key }) => key);
    for (const requests of byKey.values())
      expect(new Set(requests.map(({ parameters }) => JSON.stringify(parameters))).size).toBe(1);
    expect(
      [...byKey.keys()].filter((key) => /^(pi|confirm|capture|cancel):/.test(key ?? '')).length,
    ).toBeLessThanOrEqual(3);
  }

  it('answers `processing` while Stripe is away, finds out when it is back, and tells', async () => {
    const order = shop.order();
    await shop.simulator.faults({ match: { route: '*' }, fault: { kind: 'down' } });
    expect(await order.authorize()).toMatchObject({ status: 200, body: { status: 'processing', attempt: 1 } });
    expect((await order.read()).body.status).toBe('processing');
    expect(await order.read(true)).toMatchObject({ status: 503 });
    await shop.simulator.faults();
    await eventually(async () => expect((await order.read()).body.status).toBe('authorized'), { within: '15s' });
    await eventually(() => expect(shop.changesOf(order.id).at(-1)?.data.status).toBe('authorized'));
    await order.audit();
  });

  it('tells of a decline that came too late for the answer', async () => {
    const order = shop.order();
    await shop.simulator.faults({ match: { route: making }, fault: { kind: 'rate-limit' } });
    expect((await order.authorize('pm_card_chargeDeclined')).body.status).toBe('processing');
    await shop.simulator.faults();
    await eventually(() => expect(shop.changesOf(order.id).at(-1)?.data.status).toBe('requires-method'), {
      within: '15s',
    });
    expect((await order.read()).body.decline?.code).toBe('generic_decline');
    expect((await order.authorize('pm_card_visa', 2)).body.status).toBe('authorized');
    await order.audit();
  });

  it('does not begin a second card before it knows of the first', async () => {
    const order = shop.order();
    await shop.simulator.faults({ match: { route: '*' }, fault: { kind: 'down' } });
    await order.authorize('pm_card_chargeDeclined');
    expect(await order.authorize('pm_card_visa', 2)).toMatchObject({ status: 503, body: { code: 'payment-busy' } });
    await shop.simulator.faults();
    await eventually(async () => expect((await order.authorize('pm_card_visa', 2)).body.status).toBe('authorized'), {
      within: '15s',
    });
    await order.audit();
  });

  it('cancels what it could not finish, without trying another card', async () => {
    const order = shop.order();
    await order.authorize('pm_card_chargeDeclined');
    await shop.simulator.faults({ match: { route: confirming }, fault: { kind: 'down' } });
    expect((await order.authorize('pm_card_visa', 2)).body.status).toBe('processing');
    expect((await order.cancel()).body.status).toBe('canceled');
    await order.audit();
    expect((await sent(confirming, order)).filter(({ status }) => status === 200)).toEqual([]);
  });

  it.each([
    ['is away', { kind: 'down' }],
    ['has done it, and nobody knows', { kind: 'lost-response' }],
    ['has done it, and says it failed', { kind: 'error-after-commit' }],
  ])(
    'cancels an order whose first card is on its way while Stripe %s: what was reserved is given back',
    async (_, fault) => {
      // Blind too, so that no look finds out before the cancellation comes.
      const blind = { match: { route: 'GET *' }, fault: { kind: 'down' } };
      await shop.simulator.faults({ match: { route: making }, fault }, blind);
      const cards = ['pm_card_visa', 'pm_card_chargeDeclined', 'pm_card_authenticationRequired'];
      const orders = cards.map((method) => ({ method, order: shop.order() }));
      const ask = async ({ method, order }: (typeof orders)[number]) => {
        expect((await order.authorize(method)).body.status).toBe('processing');
        // Refused while whoever looks after payments in doubt is at this one.
        const isWanted = async () => expect((await order.cancel()).body.status).toBe('processing');
        await eventually(isWanted, { within: '15s' });
      };
      await Promise.all(orders.map(ask));
      await shop.simulator.faults();
      for (const { method, order } of orders) {
        const isCanceled = async () => expect((await order.read()).body.status).toBe('canceled');
        await eventually(isCanceled, { within: '15s' });
        const payments = await shop.simulator.payments(order.id);
        expect(payments).toMatchObject([{ status: 'canceled', authorized: 0, captured: 0 }]);
        expect((await order.authorize(method, 2)).body.status).toBe('canceled');
      }
    },
    60_000,
  );

  it('asks for another card where Stripe refused to make an intent: nothing was made, and the next is', async () => {
    const order = shop.order();
    await shop.simulator.faults({ match: { route: making, times: 1 }, fault: { kind: 'refused' } });
    expect((await order.authorize()).body.status).toBe('requires-method');
    expect(await shop.simulator.payments(order.id)).toEqual([]);
    expect((await order.authorize('pm_card_visa', 2)).body.status).toBe('authorized');
    const keys = (await sent(making, order)).map(({ key }) => key?.replace(`${shop.scope}:${order.id}`, '…'));
    expect(keys).toEqual(['pi:…', 'pi:…:2']);
    expect(await sent(confirming, order)).toEqual([]);
    await order.audit();
  });

  it('takes another card at once where the key of the first says 500 for good, and no intent is found', async () => {
    const { id: used } = await shop.stripe.testHelpers.confirmationTokens.create({ payment_method: 'pm_card_visa' });
    await shop.order().authorize(used);
    const order = shop.order();
    // What was begun, and is refused, leaves nothing but the error that the key remembers.
    await shop.simulator.faults({ match: { route: making, times: 1 }, fault: { kind: 'error-after-commit' } });
    expect((await order.authorize(used)).body).toMatchObject({
      status: 'requires-method',
      decline: { code: 'processing_error' },
    });
    expect(await shop.simulator.payments(order.id)).toEqual([]);
    expect((await order.authorize('pm_card_visa', 2)).body.status).toBe('authorized');
    expect((await sent(making, order)).map(({ status }) => status)).toEqual([500, 500, 200]);
    await order.audit();
  });

  it('cancels what Stripe would not cancel at first, and tells', async () => {
    const order = shop.order();
    await order.authorize();
    const route = 'POST /v1/payment_intents/:id/cancel';
    await shop.simulator.faults({ match: { route, times: 1 }, fault: { kind: 'refused' } });
    expect(await order.cancel()).toMatchObject({ status: 200, body: { status: 'processing' } });
    await eventually(async () => expect((await order.read()).body.status).toBe('canceled'), { within: '15s' });
    await eventually(() => expect(shop.changesOf(order.id).at(-1)?.data.status).toBe('canceled'));
    await order.audit();
    const asked = (await shop.simulator.requests(route)).filter(({ key }) => key?.includes(order.id));
    expect(asked.map(({ status }) => status)).toEqual([400, 200]);
    // Whoever asks again does not wait for that.
    const other = shop.order();
    await other.authorize();
    await shop.simulator.faults({ match: { route, times: 1 }, fault: { kind: 'refused' } });
    await other.cancel();
    expect(await other.cancel()).toMatchObject({ status: 200, body: { status: 'canceled' } });
    await other.audit();
  });

  it('survives a bad hour: every order comes to one end, and the ledger agrees', async () => {
    const often = (kind: string, probability: number) => ({ match: { route: '*', probability }, fault: { kind } });
    await shop.simulator.faults(
      ...['lost-response', 'error-after-commit', 'conflict', 'rate-limit', 'down'].map((kind) => often(kind, 0.08)),
      { match: { event: '*', probability: 0.3 }, fault: { kind: 'duplicate', copies: 3 } },
      { match: { event: '*', probability: 0.3 }, fault: { kind: 'reordered', withinMs: 2000 } },
    );
    const orders = Array.from({ length: 24 }, () => shop.order());
    await Promise.all(
      orders.map(async (order, index) => {
        await order.authorize();
        if (index % 3 === 0) await order.cancel();
        else await order.capture();
        if (index % 3 === 2) await order.refund(500);
      }),
    );
    await shop.simulator.faults();
    for (const [index, order] of orders.entries())
      await eventually(
        async () => {
          const wanted = index % 3 === 0 ? await order.cancel() : await order.capture();
          expect([200, 409]).toContain(wanted.status);
          expect(['captured', 'canceled']).toContain((await order.read()).body.status);
        },
        { within: '20s', every: '200ms' },
      );
    for (const order of orders) await eventually(() => order.audit(), { within: '10s', every: '200ms' });
  }, 90_000);

  it('writes no secret and no text of Stripe into its metrics', async () => {
    const text = await shop.metrics.registry.metrics();
    for (const operation of ['create', 'confirm'])
      expect(text).toMatch(
        new RegExp(`stripe_call_duration_seconds_count{[^}]*operation="${operation}"[^}]*outcome="unknown"`),
      );
    expect(text).not.toContain('sk_test');
  });
});
