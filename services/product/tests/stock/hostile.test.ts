import {
  callerFor,
  hostileBodies,
  routesWithBodies,
  statusOf,
  strangers,
  testStores,
  whyNoStores,
  type ApiDocument,
} from '@storefront/kit/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import openapi from '../../openapi.json' with { type: 'json' };
import { anOrder, openStock, type OpenStock } from './shop.ts';

const document = openapi as unknown as ApiDocument;
const holds = routesWithBodies(document).filter(({ isInternal }) => isInternal);

describe.skipIf(!testStores)(`hostile requests for stock ${whyNoStores}`, () => {
  let shop: OpenStock;
  let sku: string;
  beforeAll(async () => {
    shop = await openStock();
    ({ sku } = await shop.stocked(3));
  });
  afterAll(() => shop?.close());

  it.each(holds)('are refused at $method $path, and take nothing', async ({ method, path, schema }) => {
    for (const { name, body, contentType } of hostileBodies(schema, document, { samples: { sku } })) {
      const caller = await callerFor('service', { audience: 'product' });
      const url = shop.url + path.replace('{orderId}', anOrder());
      expect([400, 413, 415], name).toContain(await statusOf(url, { method, caller, body, contentType }));
    }
    expect(await shop.stock(sku)).toMatchObject({ onHand: 3, available: 3 });
    expect(await shop.collections.endings.countDocuments()).toBe(0);
  });

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
