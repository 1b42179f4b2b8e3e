/** Starts product, cart and gateway as the operator does, and gives them something to sell. */
import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { createClient } from '@storefront/kit/client';
import { createLog } from '@storefront/kit/log';
import { connectRedis } from '@storefront/kit/redis';
import { callerFor, eventually, testCallerDir, testMongo, testStores } from '@storefront/kit/testing';

const services = join(import.meta.dirname, '../..');
export const merchantToken = 'the-merchant-of-this-shop';
/** Nobody listens there: what the gateway calls, and a cart does not need. */
const nowhere = 'http://127.0.0.1:9';
type Started = { name: string; url: string; child: ChildProcess };

export async function startFleet(products: number) {
  const folder = mkdtempSync(join(tmpdir(), 'bench-cart-'));
  const mongo = testMongo();
  const all: Started[] = [];
  const begin = async (name: string, env: NodeJS.ProcessEnv) => {
    const started = await start(name, env);
    all.push(started);
    return started.url;
  };
  const stop = async (): Promise<void> => {
    for (const { child } of all.toReversed()) await end(child);
    await mongo.close();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const env = environment(folder, mongo.url);
    await run('product', 'migrate.ts', env);
    const productUrl = await begin('product', env);
    const cartUrl = await begin('cart', { ...env, PRODUCT_URL: productUrl });
    const url = await begin('gateway', { ...env, PRODUCT_URL: productUrl, CART_URL: cartUrl });
    const skus = await sell(productUrl, products);
    return { url, skus, stop, cpuMs: () => cpuMsOf(all) };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}

type Stores = NonNullable<typeof testStores>;

function writeCredentials(dir: string, { mongo, cache, state }: Stores): void {
  mkdirSync(dir);
  const write = (name: string, text: string) => writeFileSync(join(dir, name), text);
  const broker = { username: 'none', password: 'none' };
  for (const [store, account] of Object.entries({ products: mongo, cache, state, broker })) {
    write(`${store}-username`, account.username);
    write(`${store}-password`, account.password);
  }
  for (const name of ['cursor-key', 'guest-key']) write(name, randomBytes(32).toString('base64'));
  write('merchant-token', merchantToken);
}

function environment(folder: string, productsUrl: string): NodeJS.ProcessEnv {
  if (!testStores) throw new Error('STOREFRONT_TEST_STORES is not set');
  const { cache, state } = testStores;
  const [media, credentials] = [join(folder, 'media'), join(folder, 'credentials')];
  mkdirSync(media);
  writeCredentials(credentials, testStores);
  return {
    PATH: process.env['PATH'],
    SCOPE: `bench-${randomBytes(4).toString('hex')}`,
    HOST: '127.0.0.1',
    PORT: '0',
    LOCALE: 'en-IE',
    TIME_ZONE: 'Europe/Dublin',
    CURRENCIES: 'EUR,USD',
    COUNTRIES: 'IE,DE,US',
    PUBLIC_URL: 'http://127.0.0.1:8080',
    CREDENTIALS_DIR: credentials,
    CALLER_DIR: testCallerDir('cart'),
    PRODUCTS_URL: productsUrl,
    MEDIA_URL: pathToFileURL(media).href,
    CACHE_URL: cache.url,
    STATE_URL: state.url,
    BROKER_URL: 'amqp://127.0.0.1:9',
    MERCHANT_TOKEN_FILE: join(credentials, 'merchant-token'),
    GUEST_KEY_FILE: join(credentials, 'guest-key'),
    ORDER_URL: nowhere,
    PAYMENT_URL: nowhere,
    SHIPPING_URL: nowhere,
  };
}

function spawnService(name: string, file: string, env: NodeJS.ProcessEnv): ChildProcess {
  const args = ['--import', '@storefront/kit/tracing', join(services, name, 'src', file)];
  return spawn(process.execPath, args, { env: { ...env, SERVICE: name }, stdio: ['ignore', 'pipe', 'inherit'] });
}

async function run(name: string, file: string, env: NodeJS.ProcessEnv): Promise<void> {
  const child = spawnService(name, file, env);
  child.stdout?.resume();
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`${name}/${file} ended with ${code}`);
}

/** Where it listens is what it logs when it has started; its log is read on, as in a pod, and thrown away. */
async function start(name: string, env: NodeJS.ProcessEnv): Promise<Started> {
  const child = spawnService(name, 'main.ts', env);
  const url = await new Promise<string>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`${name} ended with ${code}`)));
    createInterface({ input: child.stdout! }).on('line', (line) => {
      const url = /"url":"(http[^"]+)".*"started"/.exec(line)?.[1];
      if (url) resolve(url);
    });
  });
  return { name, url, child };
}

/** Published products of one variant each, a thousand of each in the house. */
async function sell(url: string, count: number): Promise<string[]> {
  const client = createClient({ name: 'product', baseUrl: url, timeout: '5m' });
  const headers = await callerFor('merchant', { audience: 'product' });
  const skus = Array.from({ length: count }, (_, index) => `bench-${index}`);
  const lines = [{ kind: 'category', slug: 'mugs', name: 'Mugs', parent: null, position: 0 }, ...skus.map(productOf)];
  const imported = await client.request({
    method: 'POST',
    path: '/products/import',
    headers: { ...headers, 'content-type': 'application/x-ndjson' },
    body: lines.map((line) => `${JSON.stringify(line)}\n`).join(''),
  });
  if (imported.status !== 200) throw new Error(`the import was refused: ${imported.body.toString()}`);
  for (const sku of skus) {
    const path = `/stock/${sku}/movements`;
    const received = { method: 'POST', path, headers, body: { units: 1_000, reason: 'received' } } as const;
    await eventually(async () => {
      const { status, body } = await client.request(received);
      if (status >= 300) throw new Error(`no stock of ${sku}: ${status} ${body.toString()}`);
    });
  }
  await client.close();
  return skus;
}

function productOf(sku: string) {
  const prices = ['EUR', 'USD'].map((currency) => ({ amountMinor: 1999, currency }));
  return {
    kind: 'product',
    status: 'published',
    name: `Stoneware mug ${sku}`,
    slug: sku,
    description: 'Holds 350 millilitres of coffee.',
    brand: 'Northfold',
    category: 'mugs',
    attributes: { material: ['Stoneware'] },
    options: [],
    variants: [{ sku, options: {}, prices, inStock: true, image: null }],
    images: [],
  };
}

async function cpuMsOf(all: readonly Started[]): Promise<Record<string, number>> {
  const spent = all.map(async ({ name, url }) => {
    const text = await (await fetch(`${url}/metrics`)).text();
    const seconds = /^process_cpu_seconds_total\S* (\S+)/m.exec(text)?.[1];
    return [name, Number(seconds) * 1000] as const;
  });
  return Object.fromEntries(await Promise.all(spent));
}

const log = createLog({ service: 'bench', level: 'silent' });

/** Of both servers together, as they say themselves. */
export async function redisCpuMs(): Promise<number> {
  if (!testStores) throw new Error('STOREFRONT_TEST_STORES is not set');
  let seconds = 0;
  for (const account of [testStores.cache, testStores.state]) {
    const redis = connectRedis({ ...account, log, name: 'bench' });
    const text = await eventually(() => redis.info('cpu'));
    for (const name of ['used_cpu_sys', 'used_cpu_user'])
      seconds += Number(new RegExp(`^${name}:(\\S+)`, 'm').exec(text)?.[1]);
    redis.disconnect();
  }
  return seconds * 1000;
}
