import { randomUUID } from 'node:crypto';

import { request } from 'undici';

import { eventually, type Pod, type Shop } from './cluster.ts';

/** A few products without pictures, enough to ask for. */
export async function stockShelves(shop: Shop, count = 30): Promise<void> {
  const lines = [
    { kind: 'category', slug: 'kitchen', name: 'Kitchen', parent: null, position: 0 },
    ...Array.from({ length: count }, (_, index) => product(index)),
  ];
  await eventually(
    async () => {
      const { statusCode, body } = await request(`${shop.url}/api/products/import`, {
        method: 'POST',
        headers: { authorization: `Bearer ${await shop.merchantToken()}`, 'content-type': 'application/x-ndjson' },
        body: lines.map((line) => `${JSON.stringify(line)}\n`).join(''),
      });
      const report = await body.text();
      if (statusCode !== 200 || report.includes('"refused"')) throw new Error(`${statusCode}: ${report}`);
    },
    { within: 20_000 },
  );
}

function product(index: number): object {
  return {
    kind: 'product',
    status: 'published',
    productId: randomUUID(),
    slug: `mug-${index}`,
    name: `Mug number ${index}`,
    description: 'Stoneware, for coffee.',
    brand: 'Clayworks',
    category: 'kitchen',
    attributes: { material: ['stoneware'] },
    options: [],
    variants: [
      {
        sku: `mug-${index}`,
        options: {},
        prices: ['EUR', 'USD', 'GBP'].map((currency) => ({ amountMinor: 1_000 + index, currency })),
        inStock: true,
        image: null,
      },
    ],
    images: [],
  };
}

/** Addresses that no answer kept by the gateway serves: each is another question. */
export function uncached(shop: Shop): (index: number) => string {
  const salt = Math.floor(Math.random() * 1e6);
  return (index) => `${shop.url}/api/products?limit=1&maxPrice=${1_000_000 + salt * 100_000 + index}`;
}

/** How many lists each ready pod has answered, by the pod's own count. */
export async function listsAnswered(pods: readonly Pod[]): Promise<Record<string, number>> {
  const counts = await Promise.all(
    pods.map(async ({ metadata, status }) => {
      const { body } = await request(`http://${status.podIP}:7001/metrics`);
      const lines = (await body.text())
        .split('\n')
        .filter((line) => line.startsWith('http_request_duration_seconds_count') && line.includes('route="/products"'));
      return [metadata.name, lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)] as const;
    }),
  );
  return Object.fromEntries(counts);
}

export const isReady = ({ metadata, status }: Pod): boolean =>
  !metadata.deletionTimestamp &&
  (status.conditions ?? []).some(({ type, status }) => type === 'Ready' && status === 'True');

/** The pods of a service once exactly that many are ready and no other is left. */
export function readyPods(shop: Shop, service: string, count: number): Promise<Pod[]> {
  return eventually(
    async () => {
      const pods = await shop.pods(service);
      const ready = pods.filter(isReady);
      if (ready.length !== count || pods.length !== count)
        throw new Error(`${ready.length} of ${pods.length} ready, not ${count}`);
      return ready;
    },
    { within: 120_000 },
  );
}
