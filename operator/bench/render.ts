/**
 * CPU that it takes to render ten Storefronts of sixty objects and more: node operator/bench/render.ts. The first run is cold, as
 * after a start. `make bench` writes what it says into docs/benchmarks.md.
 */
import { performance } from 'node:perf_hooks';
import { createLog } from '@storefront/kit/log';
import { render } from '../src/storefront/render.ts';
import { secretsOf } from '../src/storefront/secrets-of.ts';
import { largeFleet, sampleStorefront } from '../src/testing/samples.ts';

const log = createLog({ service: 'bench', level: 'info' });
const shops = Array.from({ length: 10 }, (_, index) => sampleStorefront('production', { name: `shop-${index}` }));
const refs = Object.fromEntries(secretsOf(shops[0]!, largeFleet).map(({ name }) => [name, 'hash']));

for (let run = 1; run <= 5; run++) {
  const before = process.cpuUsage();
  const start = performance.now();
  const objects = shops.reduce((count, shop) => count + render(shop, largeFleet, refs).length, 0);
  const { user, system } = process.cpuUsage(before);
  log.info(
    { run, storefronts: shops.length, objects, cpuMs: (user + system) / 1000, wallMs: performance.now() - start },
    'rendered',
  );
}
