import { randomUUID } from 'node:crypto';

import { request } from 'undici';

import type { Api } from './api.ts';
import { expectStatus } from './api.ts';

export type Merchant = {
  /** Puts a published product with one variant on the shelf; its SKU is its slug. */
  offer(sku: string, options: { units: number; priceMinor?: number }): Promise<{ productId: string }>;
  receive(sku: string, units: number): Promise<void>;
  stockOf(sku: string): Promise<{ onHand: number; available: number; held: number; claimed: number }>;
  change(productId: string, change: object): Promise<void>;
  unpublish(productId: string): Promise<void>;
  refund(orderId: string, refund: object, key?: string): Promise<void>;
  handOver(orderId: string): Promise<void>;
};

export function merchantOf(api: Api, token: string): Merchant {
  const post = async (path: string, body?: object, key?: string) =>
    expectStatus(
      await api.insist({ method: 'POST', path, token, ...(body && { body }), ...(key && { key }) }),
      200,
      201,
      204,
    );
  const receive = async (sku: string, units: number) =>
    void (await post(`/api/stock/${sku}/movements`, { units, reason: 'received' }, randomUUID()));

  return {
    async offer(sku, { units, priceMinor = 1_900 }) {
      const productId = randomUUID();
      const line = JSON.stringify(productOf(sku, productId, priceMinor));
      const { statusCode, body } = await request(`${api.url}/api/products/import`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/x-ndjson' },
        body: `${category}\n${line}\n`,
      });
      const report = await body.text();
      if (statusCode !== 200 || report.includes('"refused"')) throw new Error(`${statusCode}: ${report}`);
      await receive(sku, units);
      return { productId };
    },
    receive,
    async stockOf(sku) {
      return expectStatus(await api.insist({ path: `/api/stock/${sku}`, token }), 200) as Awaited<
        ReturnType<Merchant['stockOf']>
      >;
    },
    async change(productId, change) {
      const path = `/api/products/${productId}`;
      const { headers } = await api.insist({ path, token });
      const answer = await request(api.url + path, {
        method: 'PATCH',
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          'if-match': String(headers['etag']),
        },
        body: JSON.stringify(change),
      });
      const text = await answer.body.text();
      if (answer.statusCode !== 200) throw new Error(`${answer.statusCode}: ${text}`);
    },
    unpublish: async (productId) => void (await post(`/api/products/${productId}/unpublish`)),
    refund: async (orderId, refund, key = randomUUID()) =>
      void (await post(`/api/orders/${orderId}/refunds`, refund, key)),
    handOver: async (orderId) => void (await post(`/api/orders/${orderId}/hand-over`)),
  };
}

const category = JSON.stringify({ kind: 'category', slug: 'kitchen', name: 'Kitchen', parent: null, position: 0 });

/** A product as the import takes it. */
export function productOf(sku: string, productId: string, priceMinor: number): object {
  return {
    kind: 'product',
    status: 'published',
    productId,
    slug: sku,
    name: `Mug ${sku}`,
    description: 'Stoneware, for coffee.',
    brand: 'Clayworks',
    category: 'kitchen',
    attributes: { material: ['stoneware'] },
    options: [],
    variants: [variantOf(sku, priceMinor)],
    images: [],
  };
}

export function variantOf(sku: string, priceMinor: number): object {
  const prices = ['EUR', 'USD', 'GBP'].map((currency) => ({ amountMinor: priceMinor, currency }));
  return { sku, options: {}, prices, inStock: true, image: null };
}
