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
    await act();
    return { transactions: shop.counts.transactions - transactions, statements: shop.counts.statements - statements };
  }

  async function counted(name: string): Promise<Record<string, number>> {
    const metric = await shop.metrics.registry.getSingleMetric(name)?.get();
    const values = metric?.values ?? [];
    return Object.fromEntries(values.map(({ labels, value }) => [String(labels['outcome']), Number(value)]));
  }

  it('is five transactions of six statements; its two webhooks are neither queued nor written', async () => {
    const order = shop.order();
    await shop.simulator.faults({ match: { event: '*' }, fault: { kind: 'late', byMs: 60_000 } });
    // Each call is kept before it is sent; an answer is written with the call that follows, or with the end of the lease.
    expect(await costOf(() => order.authorize())).toEqual({ transactions: 3, statements: 3 });
    // The lease is taken by a statement of its own: what is planned depends on what it finds.
    expect(await costOf(() => order.capture())).toEqual({ transactions: 2, statements: 3 });
    const webhooks = async () => {
      await shop.simulator.advance(60_001);
      const came = async () => expect(await counted('stripe_events_total')).toEqual({ unchanged: 2 });
      await eventually(came, { within: '10s' });
    };
    expect(await costOf(webhooks)).toEqual({ transactions: 0, statements: 0 });
    expect(await counted('stripe_webhooks_total')).toEqual({ accepted: 2 });
    expect((await counted('broker_published_total'))['confirmed'] ?? 0).toBe(0);
    expect(await order.read()).toMatchObject({ body: { status: 'captured' } });
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
