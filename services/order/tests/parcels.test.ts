import { eventually, whyNoBroker } from '@storefront/kit/testing';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { openShop, type Shop } from './shop.ts';

describe.skipIf(whyNoBroker)(`parcels of orders ${whyNoBroker}`, () => {
  const looks: { atOnce: boolean; held: PromiseWithResolvers<void>[] } = { atOnce: true, held: [] };
  /** An instance that has looked at a parcel stands still before it writes down what it saw. */
  async function interrupt(point: string): Promise<void> {
    if (looks.atOnce || point !== 'after hand-over') return;
    const hold = Promise.withResolvers<void>();
    looks.held.push(hold);
    await hold.promise;
  }
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop({ interrupt });
  });
  afterAll(() => shop?.close());

  it('are known to have arrived at once, also by word that comes while another instance writes down that they left', async () => {
    const other = await shop.open();
    onTestFinished(() => other.service.stop());
    onTestFinished(() => looks.held.forEach(({ resolve }) => resolve()));
    const { orderId } = await shop.place('pm_card_ok');
    await shop.reached(orderId, 'captured');
    looks.atOnce = false;
    // The broker gives the word to the instances in turn.
    await shop.peers.shipping.scan(orderId, 'in-transit');
    await eventually(() => expect(looks.held).toHaveLength(1));
    await shop.peers.shipping.scan(orderId, 'delivered');
    await eventually(() => expect(looks.held).toHaveLength(2));
    const [first, second] = looks.held;
    first?.resolve();
    await shop.reached(orderId, 'handed-over');
    second?.resolve();
    await shop.reached(orderId, 'delivered');
  });
});
