import { connectBroker, consumeForDocuments, type Broker } from '@storefront/kit/broker';
import { createLog } from '@storefront/kit/log';
import { eventually, testBroker, whyNoBroker, type TestBroker } from '@storefront/kit/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { productEvents } from '../../src/contract/stock.ts';
import { aProduct } from '../catalogue.ts';
import { anOrder, openStock, type OpenStock } from './shop.ts';

const log = createLog({ service: 'test', level: 'silent' });
const types = ['product.changed', 'product.unpublished', 'stock.low'];

describe.skipIf(whyNoBroker)(`what the fleet hears of products and stock ${whyNoBroker}`, () => {
  let server: TestBroker;
  let shop: OpenStock;
  let listener: Broker;
  const heard: { type: string; subject: string; aggregateVersion: number; data: unknown; source: string }[] = [];
  let reading: ReturnType<typeof consumeForDocuments>;

  beforeAll(async () => {
    server = await testBroker({
      product: { publishes: types, consumes: [] },
      listener: { publishes: [], consumes: types },
    });
    const open = (service: string) => connectBroker({ ...server.account(service), name: service, log });
    listener = open('listener');
    const hear = async (event: (typeof heard)[number]) => void heard.push(event);
    reading = consumeForDocuments({
      broker: listener,
      queue: 'listener',
      events: productEvents,
      log,
      handlers: {
        'product.changed': hear,
        'product.unpublished': hear,
        'stock.low': hear,
      },
    });
    await reading.start();
    shop = await openStock({ broker: open('product') });
  });
  afterAll(async () => {
    await shop?.close();
    await reading?.stop();
    await listener?.close();
    await server?.close();
  });

  const of = (subject: string) => heard.filter((event) => event.subject === subject);

  it('is a product as it was published, changed and taken down, and nothing of a draft', async () => {
    const draft = await shop.send<{ productId: string }>('POST', '/products', { body: aProduct() });
    const { productId, version } = await shop.publish(aProduct());
    await eventually(() => expect(of(productId)).toMatchObject([{ type: 'product.changed', data: { productId } }]));
    const headers = { 'if-match': `"${version}"` };
    await shop.send('PATCH', `/products/${productId}`, { body: { name: 'Other mug' }, headers });
    await eventually(() => expect(of(productId).at(-1)).toMatchObject({ aggregateVersion: version + 1 }));
    await shop.send('POST', `/products/${productId}/unpublish`);
    await eventually(() => expect(of(productId).at(-1)).toMatchObject({ type: 'product.unpublished' }));
    expect(of(draft.body.productId)).toEqual([]);
    expect(of(productId)[0]?.source).toBe('/test/product');
  });

  it('is a stock that has run low, once until it was filled again', async () => {
    const { sku, productId } = await shop.stocked(8, { lowAt: 5 });
    const orders = Array.from({ length: 8 }, () => anOrder());
    const lines = [{ sku, units: 1 }];
    await Promise.all(orders.map((orderId) => shop.hold(orderId, lines)));
    await eventually(() => expect(of(sku)).toHaveLength(1));
    const [{ data, type } = { data: {}, type: '' }] = of(sku);
    expect(type).toBe('stock.low');
    expect(data).toMatchObject({ sku });
    const version = (await shop.get<{ version: number }>(`/products/${productId}`)).body.version;
    await eventually(() => expect(of(productId).at(-1)).toMatchObject({ aggregateVersion: version }));

    await Promise.all(orders.slice(0, 7).map((orderId) => shop.release(orderId, lines)));
    await shop.hold(anOrder(), [{ sku, units: 3 }]);
    await eventually(() => expect(of(sku)).toHaveLength(2));
    const [first, second] = of(sku);
    expect(second!.aggregateVersion).toBeGreaterThan(first!.aggregateVersion);
    expect(second!.data).toEqual({ sku, available: 4 });
  });

  it('waits in its document while there is no broker, and leaves nothing there afterwards', async () => {
    const alone = await openStock();
    try {
      const { sku, productId } = await alone.stocked(1, { lowAt: 1 });
      const waiting = await alone.mongo.db.collection('products').countDocuments({ 'outbox.since': { $exists: true } });
      expect([waiting, productId]).toEqual([1, productId]);
      expect((await alone.collections.stock.findOne({ _id: sku }))?.outbox.pending).toHaveLength(1);
    } finally {
      await alone.close();
    }
    const left = () => shop.mongo.db.collection('products').countDocuments({ 'outbox.since': { $exists: true } });
    await eventually(async () => expect(await left()).toBe(0));
    const unsent = () => shop.collections.stock.countDocuments({ 'outbox.since': { $exists: true } });
    await eventually(async () => expect(await unsent()).toBe(0));
  });
});
