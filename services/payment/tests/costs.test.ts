import { eventually, whyNoBroker } from '@storefront/kit/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openShop, whyNoSimulator, type Shop } from './fixtures/shop.ts';

const why = whyNoBroker || whyNoSimulator;

/** A shop of its own: what others ask for would be counted too. */
describe.skipIf(why)(`what a sale costs ${why}`, () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop();
  });
  afterAll(() => shop?.close());

  async function costOf(act: () => Promise<unknown>) {
    const { transactions, statements } = shop.counts;
    const requests = await requestsToStripe();
    await act();
    return {
      transactions: shop.counts.transactions - transactions,
      statements: shop.counts.statements - statements,
      requests: (await requestsToStripe()) - requests,
    };
  }

  const requestsToStripe = async () => (await shop.simulator.requests('*')).length;

  async function counted(name: string): Promise<Record<string, number>> {
    const metric = await shop.metrics.registry.getSingleMetric(name)?.get();
    const values = metric?.values ?? [];
    return Object.fromEntries(values.map(({ labels, value }) => [String(labels['outcome']), Number(value)]));
  }

  it('is four transactions of five statements and two requests to Stripe; its two webhooks are neither queued nor written', async () => {
    const order = shop.order();
    await shop.simulator.faults({ match: { event: '*' }, fault: { kind: 'late', byMs: 60_000 } });
    // The call is kept before it is sent; its answer is written with the end of the lease.
    expect(await costOf(() => order.authorize())).toEqual({ transactions: 2, statements: 2, requests: 1 });
    // The lease is taken by a statement of its own: what is planned depends on what it finds.
    expect(await costOf(() => order.capture())).toEqual({ transactions: 2, statements: 3, requests: 1 });
    const webhooks = async () => {
      await shop.simulator.advance(60_001);
      const came = async () => expect(await counted('stripe_events_total')).toEqual({ unchanged: 2 });
      await eventually(came, { within: '10s' });
    };
    expect(await costOf(webhooks)).toEqual({ transactions: 0, statements: 0, requests: 0 });
    expect(await counted('stripe_webhooks_total')).toEqual({ accepted: 2 });
    expect((await counted('broker_published_total'))['confirmed'] ?? 0).toBe(0);
    expect(await order.read()).toMatchObject({ body: { status: 'captured' } });
  });

  it('is as much for a card that is declined, and for the next one', async () => {
    await shop.simulator.faults({ match: { event: '*' }, fault: { kind: 'late', byMs: 60_000 } });
    const order = shop.order();
    const declined = await costOf(() => order.authorize('pm_card_chargeDeclined'));
    expect(declined).toEqual({ transactions: 2, statements: 2, requests: 1 });
    const next = await costOf(() => order.authorize('pm_card_visa', 2));
    expect(next).toMatchObject({ transactions: 2, requests: 1 });
  });

  it('is a message for a webhook that tells something new', async () => {
    await shop.simulator.faults();
    const order = shop.order();
    await order.authorize('pm_card_authenticationRequired');
    const [payment] = await shop.simulator.payments(order.id);
    await shop.simulator.control('POST', `intents/${payment?.paymentIntent}/challenge`, { outcome: 'approve' });
    await eventually(async () => expect((await order.read()).body.status).toBe('authorized'));
    expect((await counted('broker_published_total'))['confirmed']).toBeGreaterThan(0);
  });
});
