import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import type { Clock } from '@storefront/kit/time';
import { systemClock } from '@storefront/kit/time';
import type { Broker } from '@storefront/kit/broker';
import { createLog } from '@storefront/kit/log';
import { callerFor, testConfig, testMongo } from '@storefront/kit/testing';
import type { Mongo } from '@storefront/kit/mongo';
import { MongoClient } from 'mongodb';
import { createProduct } from '../src/app.ts';
import { ProductList, type NewCategory, type NewProduct, type Product } from '../src/contract.ts';
import type { MediaStore } from '../src/domain/media.ts';
import { folderMediaStore } from '../src/media/folder-media-store.ts';
import { migrate } from '../src/store/migrations/index.ts';

export const cursorKey = Buffer.alloc(32, 7);
const log = createLog({ service: 'product', level: process.env['TEST_LOG'] ?? 'silent' });

export type Answer<Body> = { status: number; body: Body; headers: Headers };
type Options = {
  body?: unknown;
  raw?: string | Uint8Array<ArrayBuffer> | ReadableStream;
  type?: string;
  headers?: Record<string, string>;
  as?: 'guest' | 'merchant' | 'service';
};

/**
 * The running service over a database and a media folder of its own, and a client that speaks HTTP with it. `monitored`: the
 * driver tells which commands it sends. `media`: instead of the folder.
 */
export async function openCatalogue({
  clock = systemClock,
  monitored = false,
  mongo: given,
  broker,
  media: bucket,
}: { clock?: Clock; monitored?: boolean; mongo?: Mongo; broker?: Broker; media?: MediaStore } = {}) {
  const mongo = given ?? (monitored ? await monitoredMongo() : testMongo());
  const folder = mkdtempSync(join(tmpdir(), 'media-'));
  const config = testConfig('product');
  const runMigrations = () => migrate({ ...mongo, currencies: config.currencies, log });
  await runMigrations();
  const media = bucket ?? folderMediaStore(folder);
  const service = createProduct({
    config,
    log,
    mongo: { ...mongo, close: async () => {} },
    media,
    cursorKey,
    clock,
    ...(broker ? { broker } : {}),
  });
  const { url } = await service.start();

  return {
    url,
    mongo,
    folder,
    migrate: runMigrations,
    ...clientOf(url),
    async close() {
      await service.stop();
      await mongo.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function clientOf(url: string) {
  const send = <Body>(method: string, path: string, options: Options = {}) => sendTo<Body>(url + path, method, options);

  async function publish(product: NewProduct): Promise<Product> {
    const created = await send<Product>('POST', '/products', { body: product });
    if (created.status > 201) throw new Error(`not created: ${JSON.stringify(created.body)}`);
    const published = await send<Product>('POST', `/products/${created.body.productId}/publish`);
    if (published.status !== 200) throw new Error(`not published: ${JSON.stringify(published.body)}`);
    return published.body;
  }

  return {
    send,
    publish,
    get: <Body>(path: string, options: Options = {}) => send<Body>('GET', path, { as: 'guest', ...options }),
    /** Every product of a list, page by page. */
    async all(query: string, limit = 100): Promise<ProductList['items']> {
      const items: ProductList['items'] = [];
      for (let cursor: string | null = ''; cursor !== null;) {
        const after: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
        const { body } = await send<ProductList>('GET', `/products?${query}&limit=${limit}${after}`, { as: 'guest' });
        items.push(...body.items);
        cursor = body.nextCursor;
      }
      return items;
    },
    list: async (query: string) => ProductList.parse((await send('GET', `/products?${query}`, { as: 'guest' })).body),
    category: (slug: string, parent: string | null = null, name = slug) =>
      send<NewCategory>('POST', '/categories', { body: { slug, name, parent, position: 0 } }),
  };
}

async function monitoredMongo() {
  const database = testMongo();
  const { url, username, password } = database;
  const client = new MongoClient(url, { auth: { username, password }, monitorCommands: true, retryWrites: false });
  await client.connect();
  return { client, db: client.db(), close: () => client.close().then(() => database.close()) };
}

export type OpenCatalogue = Awaited<ReturnType<typeof openCatalogue>>;

async function sendTo<Body>(url: string, method: string, options: Options): Promise<Answer<Body>> {
  const { raw, body } = options;
  const content = raw ?? (body === undefined ? undefined : JSON.stringify(body));
  const headers = await headersOf(options);
  const response = await fetch(url, {
    method,
    headers,
    ...(content === undefined ? {} : { body: content, duplex: 'half' }),
  });
  const text = await response.text();
  const isJson = /\/(problem\+)?json/.test(response.headers.get('content-type') ?? '');
  return { status: response.status, body: (isJson ? JSON.parse(text) : text) as Body, headers: response.headers };
}

async function headersOf({ body, type, as = 'merchant', headers }: Options): Promise<Record<string, string>> {
  const contentType = type ?? (body === undefined ? undefined : 'application/json');
  return {
    ...(as === 'guest' ? {} : await callerFor(as, { audience: 'product' })),
    ...(contentType === undefined ? {} : { 'content-type': contentType }),
    ...headers,
  };
}

/** A product that is in order, different from every other one. */
export function aProduct({
  price = 1999,
  sku = `sku-${randomUUID()}`,
  ...changes
}: Partial<NewProduct> & { price?: number; sku?: string } = {}): NewProduct {
  return {
    name: 'Stoneware mug',
    description: 'Holds 350 millilitres of coffee.',
    brand: 'Northfold',
    category: 'mugs',
    attributes: { material: ['Stoneware'] },
    options: [],
    variants: [
      {
        sku,
        options: {},
        prices: ['EUR', 'USD', 'JPY'].map((currency) => ({ amountMinor: price, currency })),
        inStock: true,
        image: null,
      },
    ],
    images: [],
    ...changes,
  };
}

export type ProblemBody = {
  code: string;
  status: number;
  detail: string;
  errors?: { field: string; message: string }[];
};
