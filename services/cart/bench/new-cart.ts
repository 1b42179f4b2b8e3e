/**
 * What a new cart with its first item costs in CPU: `node services/cart/bench/new-cart.ts [carts] [products]` against the stores that
 * STOREFRONT_TEST_STORES names. Both requests go through the gateway; gateway, cart and product are processes of their own, whose
 * CPU time is read from their metrics before and after, and that of Redis from its INFO. Items are asked of the catalogue again
 * after 5 s: with many products nearly every cart asks, with one nearly none does.
 */
import { createClient, type ClientRequest } from '@storefront/kit/client';
import { testStores } from '@storefront/kit/testing';
import { redisCpuMs, startFleet } from './fleet.ts';

if (!testStores) throw new Error('STOREFRONT_TEST_STORES is not set');
const [carts, products] = [Number(process.argv[2] ?? 4_000), Number(process.argv[3] ?? 2_000)];
const connections = 10;
const target = 4;
const print = (text: string): void => void process.stdout.write(`${text}\n`);

const fleet = await startFleet(products);
const client = createClient({ name: 'gateway', baseUrl: fleet.url, timeout: '60s' });
try {
  await fill(Math.ceil(carts / 4));
  const before = await cpuMs();
  const from = performance.now();
  const latencies = await fill(carts);
  const seconds = (performance.now() - from) / 1000;
  const after = await cpuMs();
  let whole = 0;
  for (const [name, spent] of Object.entries(after)) {
    const each = (spent - (before[name] ?? 0)) / carts;
    whole += each;
    print(`${name.padEnd(8)} ${each.toFixed(3)} CPU-ms a cart`);
  }
  latencies.sort((a, b) => a - b);
  const quantile = (part: number) => (latencies[Math.floor(latencies.length * part)] ?? 0).toFixed(1);
  print(`all      ${whole.toFixed(3)} CPU-ms a cart (to reach: ${target})`);
  print(
    `${Math.round(carts / seconds)} carts a second; both requests p50 ${quantile(0.5)} ms, p99 ${quantile(0.99)} ms`,
  );
} finally {
  await client.close();
  await fleet.stop();
}

async function cpuMs(): Promise<Record<string, number>> {
  return { ...(await fleet.cpuMs()), redis: await redisCpuMs() };
}

/** So many guests, `connections` at a time: each makes a cart and puts one item into it. Milliseconds that each took. */
async function fill(count: number): Promise<number[]> {
  const latencies: number[] = [];
  let next = 0;
  const one = async () => {
    for (let guest = next++; guest < count; guest = next++) {
      const from = performance.now();
      // Each guest comes from an address of its own, so that the limits for one client are not what is measured.
      const address = `10.${(guest >> 16) & 255}.${(guest >> 8) & 255}.${guest & 255}`;
      const created = await send('POST', '/api/carts', { body: {}, headers: { 'x-forwarded-for': address } });
      const { cartId, cartToken } = created as { cartId: string; cartToken: string };
      const path = `/api/carts/${cartId}/items/${fleet.skus[guest % fleet.skus.length]}`;
      await send('PUT', path, { body: { units: 1 }, headers: { authorization: `Bearer ${cartToken}` } });
      latencies.push(performance.now() - from);
    }
  };
  await Promise.all(Array.from({ length: connections }, one));
  return latencies;
}

async function send(method: ClientRequest['method'], path: string, request: Pick<ClientRequest, 'body' | 'headers'>) {
  const { status, body } = await client.request({ method, path, ...request, caller: null });
  if (status >= 300) throw new Error(`${method} ${path}: ${status} ${body.toString()}`);
  return JSON.parse(body.toString()) as unknown;
}
