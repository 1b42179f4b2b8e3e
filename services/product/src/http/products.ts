import { randomUUID } from 'node:crypto';
import { invalid } from '@storefront/kit/errors';
import { ifMatch, reply, route } from '@storefront/kit/http';
import { ProductId, Slug } from '@storefront/commerce/ids';
import { NewProduct, Product, ProductChange } from '../contract.ts';
import { keyReused, productNotFound } from '../domain/errors.ts';
import type * as rules from '../domain/product.ts';
import type { CategoryTree } from '../store/categories.ts';
import type { Products } from '../store/products.ts';
import { idFor } from '../domain/identity.ts';
import { viewOf } from './views.ts';

export type ProductRoutesDeps = { products: Products; categories: CategoryTree };

export const productRoutes = ({ products, categories }: ProductRoutesDeps) => {
  const answer = async (product: rules.Product, status = 200) =>
    reply(viewOf(product, await categories.recent()), { status, etag: product.version });
  /** Drafts are shown to merchants only. */
  const shown = (product: rules.Product | undefined, name: string, kind: string) => {
    if (!product || (product.status !== 'published' && kind !== 'merchant')) throw productNotFound(name);
    return answer(product);
  };

  return [
    route({
      method: 'GET',
      path: '/products/:productId',
      summary: 'One product; drafts are shown to merchants only',
      allow: ['anyone'],
      params: { productId: ProductId },
      response: Product,
      cache: { maxAge: '30s', stale: '5m' },
      async handle({ params: { productId }, caller }) {
        return shown(await products.find(productId), productId, caller.kind);
      },
    }),
    route({
      method: 'GET',
      path: '/products/by-slug/:slug',
      summary: 'One product by its slug, or by one that it had before: compare the slug and redirect',
      allow: ['anyone'],
      params: { slug: Slug },
      response: Product,
      cache: { maxAge: '30s', stale: '5m' },
      async handle({ params: { slug }, caller }) {
        return shown(await products.findBySlug(slug), slug, caller.kind);
      },
    }),
    route({
      method: 'POST',
      path: '/products',
      summary: 'Create a draft; the same product again is answered with 200',
      description:
        'A client that chooses the productId, or sends an Idempotency-Key, may repeat the request: it stays one product.',
      allow: ['merchant'],
      body: NewProduct,
      response: Product,
      success: [200, 201],
      refuses: [409],
      async handle({ body, caller, headers }) {
        const key = readKey(headers['idempotency-key']);
        const productId = body.productId ?? (key === undefined ? randomUUID() : idFor(`${caller.sub} ${key}`));
        const { product, isNew } = await products.create({ ...body, productId }).catch((error: unknown) => {
          throw isAnotherProduct(error) && key !== undefined && body.productId === undefined ? keyReused() : error;
        });
        return answer(product, isNew ? 201 : 200);
      },
    }),
    route({
      method: 'PATCH',
      path: '/products/:productId',
      summary: 'Change the fields that are named; a list is replaced as a whole',
      allow: ['merchant'],
      params: { productId: ProductId },
      body: ProductChange,
      response: Product,
      expects: ifMatch(),
      refuses: [404, 409],
      async handle({ params: { productId }, body, expectedVersion }) {
        return answer(await products.change(productId, body, expectedVersion));
      },
    }),
    route({
      method: 'POST',
      path: '/products/:productId/publish',
      summary: 'Show the product in the shop; again changes nothing',
      allow: ['merchant'],
      params: { productId: ProductId },
      response: Product,
      expects: ifMatch({ optional: true }),
      refuses: [404, 409],
      async handle({ params: { productId }, expectedVersion }) {
        return answer(await products.setStatus(productId, 'published', expectedVersion));
      },
    }),
    route({
      method: 'POST',
      path: '/products/:productId/unpublish',
      summary: 'Take the product out of the shop; again changes nothing',
      allow: ['merchant'],
      params: { productId: ProductId },
      response: Product,
      expects: ifMatch({ optional: true }),
      refuses: [404, 409],
      async handle({ params: { productId }, expectedVersion }) {
        return answer(await products.setStatus(productId, 'draft', expectedVersion));
      },
    }),
  ];
};

function isAnotherProduct(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'product-exists';
}

/** A structured-field string in quotes, or bare. */
function readKey(header: string | string[] | undefined): string | undefined {
  const key = [header].flat()[0]?.replace(/^"(.*)"$/, '$1');
  if (key === undefined) return undefined;
  if (/^[\x21-\x7e]{1,255}$/.test(key)) return key;
  throw invalid('invalid-request', 'The request is not valid.', [
    { field: 'Idempotency-Key', message: 'must be 1 to 255 visible ASCII characters' },
  ]);
}
