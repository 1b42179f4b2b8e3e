import { testStores, whyNoStores } from '@storefront/kit/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anOrder, openStock, type OpenStock } from './shop.ts';

const strangers = [
  { $gt: '' },
  { $ne: null },
  ['x'],
  -1,
  1e15,
  1.5,
  true,
  null,
  'a\u0000b',
  '\ud800',
  'x'.repeat(20_000),
];

describe.skipIf(!testStores)(`hostile requests for stock ${whyNoStores}`, () => {
  let shop: OpenStock;
  let sku: string;
  beforeAll(async () => {
    shop = await openStock();
    ({ sku } = await shop.stocked(3));
  });
  afterAll(() => shop?.close());

  const bodies = (stranger: unknown) => [
    { lines: stranger },
    { lines: [stranger] },
    { lines: [{ sku: stranger, units: 1 }] },
    { lines: [{ sku, units: stranger }] },
    { lines: [{ sku, units: 1, surprise: stranger }] },
    { lines: Array.from({ length: 51 }, (_, i) => ({ sku: `sku-${i}`, units: 1 })) },
    { lines: [{ sku, units: 1 }], surprise: stranger },
  ];

  it.each(['', '/claim', '/release', '/ship', '/restock'])(
    'are refused at /holds/…%s, and take nothing',
    async (verb) => {
      for (const stranger of strangers)
        for (const body of bodies(stranger)) {
          const method = verb === '' ? 'PUT' : 'POST';
          const { status } = await shop.send(method, `/holds/${anOrder()}${verb}`, { body, as: 'service' });
          expect(status, JSON.stringify(body).slice(0, 80)).toBe(400);
        }
      expect(await shop.stock(sku)).toMatchObject({ onHand: 3, available: 3 });
      expect(await shop.collections.endings.countDocuments()).toBe(0);
    },
  );

  it.each(['units', 'reason', 'note', 'lowAt', 'surprise'])('are refused as %s of a movement', async (field) => {
    for (const stranger of strangers) {
      const body = { units: 1, reason: 'received', [field]: stranger };
      const { status } = await shop.move(sku, body);
      const mayBe = field === 'note' && typeof stranger === 'string' && stranger.length < 200;
      expect(mayBe ? [201, 400] : [400], `${field} ${JSON.stringify(stranger).slice(0, 80)}`).toContain(status);
    }
    await shop.mustAddUp();
  });

  it.each(['/stock/$where', '/stock/..%2f', '/stock/%00', '/stock/a.b', '/stock/holds.x/movements'])(
    'do not reach the store by the path %s',
    async (path) => {
      expect((await shop.send('GET', path)).status).toBeGreaterThanOrEqual(400);
      expect((await shop.send('GET', path)).status).toBeLessThan(500);
    },
  );
});
