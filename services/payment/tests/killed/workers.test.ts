import { eventually, whyNoBroker } from '@storefront/kit/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { openShop, whyNoSimulator, type Order, type Shop } from '../fixtures/shop.ts';
import { startVictim } from '../fixtures/victim.ts';

const why = whyNoBroker || whyNoSimulator;

/** One process after the other at one place, so that what the one has begun is in nobody's hands when it is killed. */
describe.skipIf(why)(`a worker whose process is killed ${why}`, { timeout: 60_000 }, () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop({ lease: '1s', command: '900ms', call: '300ms' });
    await shop.halt();
  });
  afterEach(() => shop.simulator.faults());
  afterAll(() => shop?.close());

  /** What is done before, by a process that ends in peace and looks after nothing. */
  async function before(work: () => Promise<void>): Promise<void> {
    const first = await shop.open({ doubtEvery: '1h' }, { port: shop.port });
    try {
      await work();
    } finally {
      await first.stop();
    }
  }

  async function startSurvivor(): Promise<void> {
    const survivor = await shop.open({}, { port: shop.port });
    onTestFinished(() => survivor.stop());
  }

  const told = (order: Order) => shop.changesOf(order.id).map(({ data }) => data.status);

  /** Nobody asks for it: what the worker had begun is finished, and told once. */
  async function finishes(order: Order, status: string): Promise<void> {
    await startSurvivor();
    await eventually(async () => expect((await order.read()).body.status).toBe(status), { within: '15s' });
    await eventually(() => expect(told(order)).toEqual([status]), { within: '10s' });
    await order.audit();
  }

  it.each(['commit:1', 'before:retrieve', 'after:retrieve', 'commit:2'])(
    'over a webhook (%s): the message comes again, and the order hears once of what the bank said',
    async (point) => {
      const order = shop.order();
      await before(async () => {
        const { body } = await order.authorize('pm_card_authenticationRequired');
        expect(body.status).toBe('requires-action');
      });
      const victim = await startVictim(shop, point, { port: shop.port });
      const [money] = await shop.simulator.payments(order.id);
      const challenge = `intents/${money?.paymentIntent}/challenge`;
      await shop.simulator.control('POST', challenge, { outcome: 'approve' });
      await victim.kill();
      await finishes(order, 'authorized');
      expect((await order.capture()).body.status).toBe('captured');
      await order.audit();
    },
  );

  const capture = 'POST /v1/payment_intents/:id/capture';
  const webhooksLost = { match: { event: '*' }, fault: { kind: 'dropped' } };
  const blind = { match: { route: 'GET *' }, fault: { kind: 'down' } };

  /** A capture of which nobody knows what became of it: it was done, or it was not. */
  async function doubtfulCapture(kind: 'lost-response' | 'down'): Promise<Order> {
    const order = shop.order();
    // One that told of the card would have somebody look at the capture too.
    await shop.simulator.faults(webhooksLost);
    await before(async () => {
      await order.authorize();
      await shop.simulator.faults(webhooksLost, blind, { match: { route: capture }, fault: { kind } });
      expect((await order.capture()).body.status).toBe('processing');
      await shop.simulator.faults(webhooksLost);
    });
    return order;
  }

  it.each([
    ...['commit:1', 'before:retrieve', 'after:retrieve', 'commit:2'].map((point) => ['lost-response', point] as const),
    ...['commit:1', 'after:retrieve', 'before:capture', 'after:capture', 'commit:2'].map(
      (point) => ['down', point] as const,
    ),
  ])('over a capture in doubt (%s, %s): another finds out, and it is captured once', async (kind, point) => {
    const order = await doubtfulCapture(kind);
    const victim = await startVictim(shop, point, {
      port: shop.port,
      timings: { doubt: '300ms', doubtEvery: '200ms' },
    });
    await victim.kill();
    await finishes(order, 'captured');
    expect((await order.capture()).body.status).toBe('captured');
    await order.audit();
  });
});
