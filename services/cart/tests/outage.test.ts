import { eventually, testStores, whyNoStores } from '@storefront/kit/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Cart } from '../src/contract.ts';
import { aSku, openCarts, type OpenCarts, type ProblemBody } from './open-cart.ts';
import { openLine, type Line } from './line.ts';

describe.skipIf(!testStores)(`while the catalogue is away ${whyNoStores}`, () => {
  let shop: OpenCarts;
  let mug: string;
  beforeAll(async () => {
    shop = await openCarts();
  });
  afterAll(() => shop?.close());
  beforeEach(() => {
    shop.catalogue.becomes('answers');
    mug = aSku();
    shop.catalogue.sells(mug, 1999);
  });

  it.each(['fails', 'hangs'] as const)('and %s, a cart is shown as remembered, and can be changed', async (fate) => {
    const { put, read, remove, goTo } = await shop.guest({ country: 'DE' });
    await put(mug, 2);
    shop.catalogue.sells(mug, 1500);
    shop.later();
    shop.catalogue.becomes(fate);
    const start = performance.now();
    const { status, body } = await read();
    expect(performance.now() - start).toBeLessThan(3_000);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      totals: { total: { amountMinor: 3998 } },
      items: [{ name: 'Stoneware mug', unitPrice: { amountMinor: 1999 }, priceChange: null, availability: 'unknown' }],
    });
    expect(await put(mug, 3)).toMatchObject({
      status: 200,
      body: { version: 3, totals: { total: { amountMinor: 5997 } } },
    });
    expect(await goTo('IE')).toMatchObject({ status: 200, body: { items: [{ availability: 'unknown' }] } });
    expect(await remove(mug)).toMatchObject({ status: 200, body: { version: 5, items: [] } });
  });

  it('nothing new is put in, as nobody knows what it costs, and a cart’s contents are not told', async () => {
    const { put, created } = await shop.guest();
    await put(mug, 1);
    shop.later();
    shop.catalogue.becomes('fails');
    for (const refused of [await put<ProblemBody>(aSku(), 1), await shop.contents<ProblemBody>(created.cartId)]) {
      expect(refused).toMatchObject({ status: 503, body: { code: 'catalogue-unavailable' } });
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    }
  });

  it('a line still cannot come to more than it may', async () => {
    shop.catalogue.sells(mug, 2e9);
    const { put, read } = await shop.guest();
    await put(mug, 75);
    shop.later();
    shop.catalogue.becomes('fails');
    expect(await put<ProblemBody>(mug, 76)).toMatchObject({ status: 409, body: { code: 'line-too-large' } });
    expect((await read()).status).toBe(200);
  });

  it('what was asked a moment ago is still known, and all is as before once it is back', async () => {
    const { put, read } = await shop.guest();
    await put(mug, 1);
    shop.catalogue.becomes('fails');
    expect((await read()).body.items).toMatchObject([{ availability: 'available' }]);
    shop.later();
    expect((await read()).body.items).toMatchObject([{ availability: 'unknown' }]);
    shop.catalogue.becomes('answers');
    expect((await read()).body.items).toMatchObject([{ availability: 'available' }]);
  });
});

describe.skipIf(!testStores)(`while Redis is away ${whyNoStores}`, () => {
  let shop: OpenCarts;
  let line: Line;
  beforeAll(async () => {
    line = await openLine(new URL(testStores?.state.url ?? ''));
    shop = await openCarts({ redisUrl: `redis://${line.host}` });
  });
  afterAll(async () => {
    await shop?.close();
    line?.close();
  });

  it('every request is answered 503 soon, with when to come again, and well again by itself', async () => {
    const mug = aSku();
    shop.catalogue.sells(mug, 1999);
    const { put, read, remove } = await shop.guest();
    line.cut();
    await eventually(async () => expect((await read()).status).toBe(503));
    const start = performance.now();
    const answers = [read, () => put(mug, 1), () => remove(mug), () => shop.send('POST', '/carts', { body: {} })];
    for (const { status, headers } of await Promise.all(answers.map((ask) => ask()))) {
      expect(status).toBe(503);
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    }
    expect(performance.now() - start).toBeLessThan(4_000);
    for (const path of ['/livez', '/readyz']) expect((await fetch(shop.url + path)).status).toBe(200);
    line.mend();
    await eventually(async () => expect((await put(mug, 1)).status).toBe(200), { within: '10s' });
  });

  it('a change whose answer was lost may be repeated, and has happened once', async () => {
    const mug = aSku();
    shop.catalogue.sells(mug, 1999);
    const { put, created } = await shop.guest();
    const change = () => put(mug, 2, { 'if-match': '"1"' });
    line.loseAnswers();
    expect((await change()).status).toBe(503);
    expect(await shop.store.redis.hget(created.cartId, 'version')).toBe('2');
    line.cut();
    line.mend();
    await eventually(
      async () => expect(await change()).toMatchObject({ status: 200, body: { version: 2, items: [{ units: 2 }] } }),
      { within: '10s' },
    );
  });
});

describe.skipIf(!testStores)(`a cart that Redis has lost ${whyNoStores}`, () => {
  let shop: OpenCarts;
  beforeAll(async () => {
    shop = await openCarts({ lifetime: '4s', emptyLifetime: '2s' });
  });
  afterAll(() => shop?.close());

  it('is not there, and the answer says what to do', async () => {
    const { read, created, put } = await shop.guest();
    await shop.store.redis.del(created.cartId);
    const mug = aSku();
    shop.catalogue.sells(mug, 1999);
    for (const refused of [await read<ProblemBody>(), await put<ProblemBody>(mug, 1)]) {
      expect(refused).toMatchObject({ status: 404, body: { code: 'cart-not-found' } });
      expect(refused.body.detail).toContain('make a new one with POST /carts');
    }
    expect(await shop.store.redis.exists(created.cartId)).toBe(0);
  });

  it('with its scripts is served all the same', async () => {
    const mug = aSku();
    shop.catalogue.sells(mug, 1999);
    const { put } = await shop.guest();
    await put(mug, 1);
    await shop.store.redis.script('FLUSH');
    expect((await put(mug, 2)).status).toBe(200);
  });

  it('after its last change was too long ago is gone by itself, and each change moves that on', async () => {
    const { read, goTo, created } = await shop.guest();
    const before = await shop.store.redis.pttl(created.cartId);
    await eventually(async () => expect(await shop.store.redis.pttl(created.cartId)).toBeLessThan(before - 300));
    const { body } = await goTo('DE');
    expect(Date.parse(body.expiresAt) - Date.parse(body.updatedAt)).toBe(2_000);
    expect(await shop.store.redis.pttl(created.cartId)).toBeGreaterThan(before - 300);
    await eventually(async () => expect((await read()).status).toBe(404));
  });

  it('lives shorter until it has its first item, so that nobody fills the store with empty ones', async () => {
    const mug = aSku();
    shop.catalogue.sells(mug, 1999);
    const { created, put, remove } = await shop.guest();
    const lifeOf = ({ expiresAt, updatedAt }: Cart) => Date.parse(expiresAt) - Date.parse(updatedAt);
    const leftMs = () => shop.store.redis.pttl(created.cartId);
    expect(lifeOf(created)).toBe(2_000);
    expect(await leftMs()).toBeLessThanOrEqual(2_000);
    expect(lifeOf((await put(mug, 1)).body)).toBe(4_000);
    expect(await leftMs()).toBeGreaterThan(2_000);
    expect(lifeOf((await remove(mug)).body)).toBe(4_000);
  });
});
