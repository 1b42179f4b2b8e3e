import { isDeepStrictEqual } from 'node:util';
import { eventually, testStores, whyNoStores } from '@storefront/kit/testing';
import { systemClock } from '@storefront/kit/time';
import type { CommandStartedEvent, Document } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mongoCatalogue } from '../../src/store/catalogue.ts';
import { stockIndexes } from '../../src/store/stock/indexes.ts';
import { commandsOf, explain } from '../explain.ts';
import { anOrder, openStock, type OpenStock } from './shop.ts';

describe.skipIf(!testStores)(`what stock asks of the store ${whyNoStores}`, () => {
  let shop: OpenStock;
  const skus: string[] = [];
  beforeAll(async () => {
    shop = await openStock({ monitored: true });
    for (let i = 0; i < 40; i += 1) skus.push((await shop.stocked(50, { lowAt: 3 })).sku);
  }, 60_000);
  afterAll(() => shop?.close());

  /** Commands that name one of these, an order or SKUs: the workers send theirs meanwhile. */
  async function sentFor(named: string | readonly string[], work: () => Promise<unknown>): Promise<string[]> {
    const names: string[] = [];
    const listen = ({ command, commandName }: CommandStartedEvent) => {
      const text = JSON.stringify(command);
      if ([named].flat().some((one) => text.includes(one))) names.push(commandName);
    };
    shop.mongo.client.on('commandStarted', listen);
    await work();
    shop.mongo.client.off('commandStarted', listen);
    return names;
  }

  /** The workers, which look for the same SKUs, have done what is to be done about new stock. */
  const settled = (those: readonly string[]): Promise<void> =>
    eventually(async () => {
      const waiting = [{ relistSince: { $exists: true } }, { unledgeredSince: { $exists: true } }];
      const stock = shop.mongo.db.collection<{ _id: string }>('stock');
      expect(await stock.countDocuments({ _id: { $in: [...those] }, $or: waiting })).toBe(0);
    });

  it('is one write for each SKU of an order, and one look for its end', async () => {
    const [orderId, lines] = [anOrder(), skus.slice(0, 3).map((sku) => ({ sku, units: 1 }))];
    const held = await sentFor(orderId, () => shop.hold(orderId, lines));
    expect(held).toEqual(['findAndModify', 'findAndModify', 'findAndModify', 'find']);
    const claimed = await sentFor(orderId, () => shop.claim(orderId, lines));
    expect(claimed).toEqual(['update', 'update', 'update', 'find']);
    const shipped = await sentFor(orderId, () => shop.ship(orderId, lines));
    expect(shipped.slice(0, 5)).toEqual(['find', 'insert', 'update', 'update', 'update']);
  });

  it('is one question for offers, once their products are known', async () => {
    const some = (await Promise.all([1, 2, 3].map(() => shop.stocked(5)))).map((one) => [one.sku, one.productId]);
    await settled(some.map(([sku]) => sku as string));
    const path = `/offers?${some.map(([sku]) => `sku=${sku}`).join('&')}&currency=EUR`;
    const ask = () => sentFor(some.flat() as string[], () => shop.get(path, { as: 'service' }));
    expect((await ask()).toSorted()).toEqual(['find', 'find', 'find']);
    expect(await ask()).toEqual(['aggregate']);
    await shop.send('POST', `/products/${some[0]![1]}/unpublish`);
    expect(await ask()).toEqual(['aggregate', 'find', 'find']);
    expect(await ask()).toEqual(['aggregate']);
  });

  it('is two questions for a buyer who comes too late', async () => {
    const { sku } = await shop.stocked(1);
    await shop.hold(anOrder(), [{ sku, units: 1 }]);
    const late = anOrder();
    expect(await sentFor(late, () => shop.hold(late, [{ sku, units: 1 }]))).toEqual(['findAndModify', 'find']);
  });

  it('is an end, a look and one write for each SKU of a release', async () => {
    const [orderId, lines] = [anOrder(), skus.slice(3, 5).map((sku) => ({ sku, units: 1 }))];
    await shop.hold(orderId, lines);
    const released = await sentFor(orderId, () => shop.release(orderId, lines));
    expect(released).toEqual(['insert', 'find', 'findAndModify', 'findAndModify']);
  });

  it('is answered by an index, whatever it is', async () => {
    const { stock } = mongoCatalogue({ db: shop.mongo.db, currencies: ['EUR'], clock: systemClock });
    const signal = new AbortController().signal;
    const [sku, other] = [skus[10]!, skus[11]!];
    const [orderId, refused, released] = [anOrder(), anOrder(), anOrder()];
    const lines = [sku, other].map((one) => ({ sku: one, units: 1 }));
    const commands = await commandsOf(shop.mongo.client, async () => {
      await shop.hold(orderId, lines);
      await shop.hold(orderId, lines);
      await shop.hold(refused, [...lines, { sku: skus[12]!, units: 5000 }]);
      await shop.claim(orderId, lines);
      await shop.ship(orderId, lines);
      await shop.claim(released, lines);
      await shop.release(released, lines);
      await shop.stock(sku);
      await shop.move(sku, { units: -44, reason: 'counted', lowAt: 9 }, 'a-key');
      await shop.send('GET', `/stock/${sku}/movements`);
      for (let time = 0; time < 2; time += 1)
        await shop.get(`/offers?sku=${sku}&sku=${other}&currency=EUR`, { as: 'service' });
      await shop.send('GET', '/products/export');
      for (const work of [stock.ledger, stock.levels, stock.expiry]) await work.run(signal);
      await stock.holds.settle(signal);
    });
    const scans: string[] = [];
    for (const command of commands.filter(isOfStock).filter((one) => !isPartialIndex(one))) {
      const { leaves, name } = await explain(shop.mongo.db, command);
      if (leaves.length === 0 || leaves.some(({ isScan }) => isScan)) scans.push(name);
    }
    expect(scans).toEqual([]);
    const hints = new Set(commands.map((command) => String(command['hint'])));
    for (const hint of ['expiry', 'unledgered', 'unlisted', 'fallen', 'risen', 'unsettled', 'by-sku'])
      expect(hints).toContain(hint);
  });
});

/** An index of just what is asked for is read from end to end, and holds nothing else. */
function isPartialIndex({ hint, filter }: Document): boolean {
  const index = stockIndexes.find(({ name }) => name === hint);
  return index?.partialFilterExpression !== undefined && isDeepStrictEqual(index.partialFilterExpression, filter);
}

function isOfStock({ find, aggregate }: Document): boolean {
  return ['stock', 'movements', 'endings', 'claims'].includes(String(find ?? aggregate));
}
