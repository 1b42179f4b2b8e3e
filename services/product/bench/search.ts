/**
 * What lists and searches cost: `node services/product/bench/search.ts [products] [database] [--drop]` against the store that
 * STOREFRONT_TEST_STORES names; the database is filled up to so many products and kept, unless it is to be dropped. CPU is that of this process (service
 * and client) and of the store's processes: those below the pids in STORE_PIDS, else all that /proc shows by name.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { createLog } from '@storefront/kit/log';
import { connectMongo } from '@storefront/kit/mongo';
import { systemClock } from '@storefront/kit/time';
import { testConfig, testStores } from '@storefront/kit/testing';
import { createProduct } from '../src/app.ts';
import { importLines } from '../src/http/import.ts';
import { mongoCatalogue } from '../src/store/catalogue.ts';
import { migrate } from '../src/store/migrations/index.ts';
import { syntheticCategories, syntheticProducts } from './synthetic.ts';

if (!testStores) throw new Error('STOREFRONT_TEST_STORES is not set');
const { values, positionals } = parseArgs({ options: { drop: { type: 'boolean' } }, allowPositionals: true });
const [wanted, databaseName] = [Number(positionals[0] ?? 100_000), positionals[1] ?? 'bench-product'];
const log = createLog({ service: 'bench', level: 'warn' });
const { url, username, password } = testStores.mongo;
const database = Object.assign(new URL(url), { pathname: `/${databaseName}` }).href;
const mongo = connectMongo({ url: database, username, password, log, name: 'bench' });
const config = testConfig('product');
const print = (text: string): void => void process.stdout.write(`${text}\n`);

const drop = async (): Promise<void> => void (values.drop && (await mongo.db.dropDatabase()));
const media = { read: async () => undefined, write: async () => {}, close: async () => {} };
const service = createProduct({ config, log, mongo, media, cursorKey: Buffer.alloc(32) });
let base = '';

const words = 'kettle blue+mug glass+bowl walnut linen+cushion red kett candl steel+pan oak+table sage lamp'.split(' ');
const pages: Record<string, (i: number) => string> = {
  'list of 24, newest': () => '',
  'list of 24, a category by price': (i) => `category=group-${i % 6}-${i % 4}&sort=price`,
  'list of 24, the next page': () => 'sort=name',
  'list of 24, two attributes': (i) => `attribute.colour=${['Blue', 'Red'][i % 2]}&attribute.material=Linen`,
  'search, one or two words': (i) => `q=${words[i % words.length]}`,
  'search in a category': (i) => `q=${words[i % words.length]}&category=department-${i % 6}`,
  'search by price': (i) => `q=${words[i % words.length]}&sort=price`,
  'facets of a category': (i) => `category=group-${i % 6}-${i % 4}&facets=true`,
};

await drop(); // what a run that was killed has left
try {
  await fill();
  base = (await service.start()).url;
  for (const [name, query] of Object.entries(pages)) await measure(name, query);
} finally {
  await drop();
  await service.stop();
}

async function fill(): Promise<void> {
  await migrate({ client: mongo.client, db: mongo.db, currencies: config.currencies, log });
  const there = await mongo.db.collection('products').estimatedDocumentCount();
  if (there >= wanted) return print(`${there} products are there`);
  const catalogue = mongoCatalogue({ db: mongo.db, currencies: config.currencies, clock: systemClock });
  const [start, cpu] = [performance.now(), cpuMs()];
  const options = { ...catalogue, log, from: 1, signal: new AbortController().signal };
  for await (const reports of importLines(lines(there), options))
    for (const { outcome, errors } of reports) if (outcome === 'refused') throw new Error(JSON.stringify(errors));
  const made = wanted - there;
  const perSecond = Math.round(made / ((performance.now() - start) / 1000));
  print(`imported ${made} products: ${perSecond} a second, ${((cpuMs() - cpu) / made).toFixed(2)} CPU-ms each`);
}

async function* lines(first: number) {
  let number = 0;
  for (const record of syntheticCategories()) yield { number: (number += 1), text: JSON.stringify(record) };
  for (const record of syntheticProducts(wanted - first, first))
    yield { number: (number += 1), text: JSON.stringify(record) };
}

async function measure(name: string, query: (i: number) => string, times = 300): Promise<void> {
  for (let i = 0; i < times; i += 1) await ask(query(i)); // its code is compiled meanwhile
  const latencies: number[] = [];
  let found = 0;
  const [cpu, ticks] = [cpuMs(), storeTicks()];
  for (let i = 0; i < times; i += 1) {
    const start = performance.now();
    found += await ask(query(i));
    latencies.push(performance.now() - start);
  }
  const spent = (cpuMs() - cpu) / times;
  const inStore = ((storeTicks() - ticks) * 10) / times;
  latencies.sort((a, b) => a - b);
  const at = (share: number) => latencies[Math.floor(share * times)]?.toFixed(1).padStart(7);
  print(
    `${name.padEnd(34)} p50${at(0.5)} p95${at(0.95)} ms  ${spent.toFixed(2).padStart(6)} CPU-ms (store ${inStore.toFixed(2)})  ${(found / times).toFixed(0)} items`,
  );
}

async function ask(query: string): Promise<number> {
  const response = await fetch(`${base}/products?${query}`);
  if (response.status !== 200) throw new Error(`${query}: ${response.status} ${await response.text()}`);
  return ((await response.json()) as { items: unknown[] }).items.length;
}

/** User and system time so far of this process (its client half included) and of the store's processes. */
function cpuMs(): number {
  const own = process.cpuUsage();
  return (own.user + own.system) / 1000 + storeTicks() * 10;
}

function storeTicks(): number {
  const stats = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(statOf);
  return stats.reduce((sum, stat) => sum + (isOfStore(stat) ? ticksOf(stat) : 0), 0);
}

function isOfStore(stat: string): boolean {
  const [, pid = '', name = '', parent = ''] = /^(\d+) \((.*)\) \S (\d+)/.exec(stat) ?? [];
  const roots = process.env['STORE_PIDS']?.split(',');
  if (roots) return roots.includes(pid) || roots.includes(parent);
  return ['ferretdb', 'postgres', 'mongod'].includes(name);
}

function statOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return '';
  }
}

/** Its own and that of the children that it has buried. */
function ticksOf(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
}
