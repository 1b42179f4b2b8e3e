import { randomUUID } from 'node:crypto';
import { eventually, testStores, whyNoStores } from '@storefront/kit/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Movement, MovementList } from '../../src/contract/stock.ts';
import type { z } from 'zod';
import { aProduct, type ProblemBody } from '../catalogue.ts';
import { anOrder, openStock, type OpenStock } from './shop.ts';

type List = z.infer<typeof MovementList>;

describe.skipIf(!testStores)(`movements of stock ${whyNoStores}`, () => {
  let shop: OpenStock;
  beforeAll(async () => {
    shop = await openStock();
  });
  afterAll(() => shop?.close());
  afterEach(() => shop.mustAddUp());

  const list = async (sku: string, query = '') =>
    (await shop.send<List>('GET', `/stock/${sku}/movements${query}`)).body;

  it('begin the stock of a SKU that a product has, and of no other', async () => {
    const product = await shop.publish(aProduct());
    const sku = product.variants[0]!.sku;
    expect(await shop.send('GET', `/stock/${sku}`)).toMatchObject({ status: 404, body: { code: 'stock-not-found' } });
    expect((await shop.send('GET', `/stock/${sku}/movements`)).status).toBe(404);
    const { status, body } = await shop.move(sku, { units: 7, reason: 'received', note: 'first lot', lowAt: 2 });
    expect(status).toBe(201);
    expect(body).toMatchObject({ sku, units: 7, reason: 'received', note: 'first lot', orderId: null, onHandAfter: 7 });
    expect(await shop.stock(sku)).toMatchObject({ sku, onHand: 7, available: 7, held: 0, claimed: 0, lowAt: 2 });
    expect(await shop.move('sku-of-nobody', { units: 7, reason: 'received' })).toMatchObject({
      status: 404,
      body: { code: 'sku-not-found' },
    });
  });

  it('are shown at once, whether the ledger has them yet or not', async () => {
    const { sku } = await shop.stocked(3);
    await shop.move(sku, { units: 4, reason: 'counted' });
    const before = await list(sku);
    expect(before.items.map(({ onHandAfter }) => onHandAfter)).toEqual([7, 3]);
    await eventually(async () => expect(await shop.collections.ledger.countDocuments({ sku })).toBe(2));
    await eventually(async () =>
      expect(await shop.collections.stock.findOne({ _id: sku })).not.toHaveProperty('unledgeredSince'),
    );
    expect(await list(sku)).toEqual(before);
  });

  it('are listed page by page, newest first, by a cursor of that list only', async () => {
    const { sku } = await shop.stocked(1);
    for (let i = 0; i < 6; i += 1) await shop.move(sku, { units: 1, reason: 'received' });
    const items: Movement[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: List = await list(sku, `?limit=3${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
      items.push(...page.items);
      cursor = page.nextCursor;
    }
    expect(items.map(({ onHandAfter }) => onHandAfter)).toEqual([7, 6, 5, 4, 3, 2, 1]);
    const other = await shop.stocked(1);
    const { nextCursor } = await list(sku, '?limit=3');
    const foreign = await shop.send('GET', `/stock/${other.sku}/movements?cursor=${encodeURIComponent(nextCursor!)}`);
    expect(foreign).toMatchObject({ status: 400, body: { code: 'bad-cursor' } });
  });

  it('happen once for an Idempotency-Key, before and after the ledger took them', async () => {
    const { sku } = await shop.stocked(1);
    const key = randomUUID();
    const body = { units: 5, reason: 'received' };
    const answers = await Promise.all(Array.from({ length: 8 }, () => shop.move(sku, body, key)));
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([...Array(7).fill(200), 201]);
    expect(new Set(answers.map((answer) => answer.body.movementId)).size).toBe(1);
    await eventually(async () => expect(await shop.collections.ledger.countDocuments({ sku })).toBe(2));
    const late = await shop.move(sku, body, key);
    expect(late).toMatchObject({ status: 200, body: answers[0]!.body });
    expect((await shop.stock(sku)).onHand).toBe(6);
    expect(await shop.move(sku, { ...body, units: 6 }, key)).toMatchObject({
      status: 409,
      body: { code: 'idempotency-key-reused' },
    });
  });

  it('take out only what is not promised to orders', async () => {
    const { sku } = await shop.stocked(5);
    await shop.hold(anOrder(), [{ sku, units: 3 }]);
    const refused = await shop.move(sku, { units: -3, reason: 'damaged' });
    expect(refused).toMatchObject({ status: 409, body: { code: 'stock-promised' } });
    const { body } = await shop.move(sku, { units: -2, reason: 'damaged' });
    expect(body.onHandAfter).toBe(3);
    expect(await shop.stock(sku)).toMatchObject({ onHand: 3, available: 0, held: 3 });
  });

  it.each([
    { units: 0, reason: 'counted' },
    { units: 1.5, reason: 'counted' },
    { units: 100_001, reason: 'counted' },
    { units: -1, reason: 'received' },
    { units: -1, reason: 'returned' },
    { units: 1, reason: 'damaged' },
    { units: -1, reason: 'sold' },
    { units: 1, reason: 'received', surprise: true },
  ])('refuse %o', async (body) => {
    const { sku } = await shop.stocked(5);
    const refused = await shop.send<ProblemBody>('POST', `/stock/${sku}/movements`, { body });
    expect(refused.status).toBe(400);
    expect(refused.body.errors?.[0]?.field).toMatch(/^(units|reason|surprise)$/);
  });

  it('of more than may wait are written by whoever brings the next', async () => {
    const { sku } = await shop.stocked(1);
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => shop.move(sku, { units: 1, reason: 'received' })),
    );
    const made = answers.filter(({ status }) => status === 201).length;
    expect((await shop.stock(sku)).onHand).toBe(1 + made);
    expect(answers.every(({ status }) => status === 201 || status === 503)).toBe(true);
    const stock = await shop.collections.stock.findOne({ _id: sku });
    expect(stock?.movements.length).toBeLessThanOrEqual(32);
  });

  it('are for merchants only', async () => {
    const { sku } = await shop.stocked(1);
    for (const as of ['guest', 'service'] as const) {
      const status = as === 'guest' ? 401 : 403;
      expect((await shop.send('GET', `/stock/${sku}`, { as })).status).toBe(status);
      expect((await shop.send('GET', `/stock/${sku}/movements`, { as })).status).toBe(status);
      const body = { units: 1, reason: 'received' };
      expect((await shop.send('POST', `/stock/${sku}/movements`, { body, as })).status).toBe(status);
    }
  });
});
