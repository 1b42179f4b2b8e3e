import { randomUUID } from 'node:crypto';

import { expectStatus, type Api } from '../api.ts';
import { merchantOf } from '../merchant.ts';

/** `skus`: goods of the bench's own, plenty of each. `catalogue`: what the shop sells besides, one SKU of each product. */
export type Shelf = { skus: string[]; productIds: string[]; catalogue: string[] };

const products = 20;
const units = 99_000;

export async function offerGoods(api: Api, merchantToken: string): Promise<Shelf> {
  const catalogue = await readCatalogue(api);
  const merchant = merchantOf(api, merchantToken);
  const skus = Array.from({ length: products }, () => `bench-${randomUUID().slice(0, 8)}`);
  const productIds: string[] = [];
  for (const sku of skus) productIds.push((await merchant.offer(sku, { units })).productId);
  return { skus, productIds, catalogue };
}

/** What was bought stays on record; nobody finds it in the shop any more. */
export async function withdrawGoods(api: Api, merchantToken: string, productIds: readonly string[]): Promise<void> {
  const merchant = merchantOf(api, merchantToken);
  for (const productId of productIds) await merchant.unpublish(productId);
}

type List = { items: { productId: string }[]; nextCursor: string | null };
type Product = { variants: { sku: string; inStock: boolean }[] };

async function readCatalogue(api: Api): Promise<string[]> {
  const skus: string[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const path: string = `/api/products?limit=100&inStock=true&currency=EUR${cursor && `&cursor=${encodeURIComponent(cursor)}`}`;
    const { items, nextCursor }: List = expectStatus(await api.insist<List>({ path }), 200);
    const read = items.map(({ productId }) => api.insist<Product>({ path: `/api/products/${productId}` }));
    for (const { body } of await Promise.all(read)) {
      const sku = body.variants.find(({ inStock }) => inStock)?.sku;
      if (sku !== undefined) skus.push(sku);
    }
    cursor = nextCursor;
  }
  return skus;
}
