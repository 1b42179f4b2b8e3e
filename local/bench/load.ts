/** Clients inside the namespace, each from an address of its own: `node load.ts '<LoadOrder as JSON>'` prints a LoadResult. */
import { setTimeout as pause } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { type ScenarioName, scenarios, type Shelf } from './scenarios.ts';

export type LoadOrder = {
  base: string;
  scenario: ScenarioName;
  seconds: number;
  /** Addresses of each client. It asks from one after the other: one alone is allowed no more than 300 requests a second. */
  sources: string[][];
  run: number;
  /** Of all clients together; null: each asks again as soon as it was answered. */
  perSecond: number | null;
};

/** Times in milliseconds, from the request's first byte to the answer's last. */
export type LoadResult = { count: number; failed: number; seconds: number; p50: number; p95: number; p99: number };

type Ask = (path: string, dispatcher?: Agent) => Promise<{ status: number; text: string }>;

async function main(order: LoadOrder): Promise<LoadResult> {
  const ask: Ask = async (path, dispatcher) => {
    const { statusCode, body } = await request(order.base + path, dispatcher ? { dispatcher } : {});
    return { status: statusCode, text: await body.text() };
  };
  const address = scenarios(await readShelf(ask), order.run)[order.scenario];
  const result = { times: [] as number[], failed: 0, next: 0 };
  const startedAt = performance.now();
  const endsAt = startedAt + order.seconds * 1000;

  async function client(addresses: string[]): Promise<void> {
    const agents = addresses.map((localAddress) => new Agent({ localAddress, connections: 1 }));
    const everyMs = order.perSecond === null ? 0 : (1000 * order.sources.length) / order.perSecond;
    let asked = 0;
    for (let slot = performance.now(); performance.now() < endsAt; slot += everyMs) {
      if (slot > performance.now()) await pause(slot - performance.now());
      const askedAt = performance.now();
      const { status } = await ask(address(result.next++), agents[asked++ % agents.length]).catch(() => ({
        status: 0,
      }));
      if (status === 200) result.times.push(performance.now() - askedAt);
      else result.failed += 1;
    }
    await Promise.all(agents.map((agent) => agent.close()));
  }
  await Promise.all(order.sources.map(client));
  return summarize(result.times, result.failed, (performance.now() - startedAt) / 1000);
}

function summarize(times: number[], failed: number, seconds: number): LoadResult {
  times.sort((a, b) => a - b);
  const quantile = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;
  return { count: times.length, failed, seconds, p50: quantile(0.5), p95: quantile(0.95), p99: quantile(0.99) };
}

async function readShelf(ask: Ask): Promise<Shelf> {
  type Category = { slug: string; children: Category[] };
  const read = async <Kind>(path: string) => JSON.parse((await ask(path)).text) as Kind;
  const slugs = (items: readonly Category[]): string[] => items.flatMap((item) => [item.slug, ...slugs(item.children)]);
  const { items: products } = await read<{ items: Shelf['products'] }>('/api/products?limit=100&sort=name');
  const { items: tree } = await read<{ items: Category[] }>('/api/categories');
  return { products, categories: slugs(tree) };
}

console.log(JSON.stringify(await main(JSON.parse(process.argv[2] ?? '') as LoadOrder)));
