import { clusterRuns, startCluster, stopCluster } from '../cluster/cluster.ts';
import { deliverImage } from '../cluster/containerd.ts';
import type { Options } from '../command.ts';
import { checks, refuseProblems } from '../doctor.ts';
import { buildImage } from '../image/image.ts';
import { withLock } from '../lock.ts';
import { startShop, startShopElsewhere } from '../shop/shop.ts';
import { Failure, runSteps, stopwatch, type Say } from '../steps.ts';
import { runningInstances, startStores, stopStores } from '../stores/stores.ts';
import { putBackObjects } from '../test-run/objects.ts';
import { ensureTools } from '../tools/tools.ts';
import { undoing, type Part } from '../undo.ts';

/** Builds and starts everything; what is there already is left alone. */
export async function run(options: Options): Promise<void> {
  const elapsed = stopwatch();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, endAt);
  if (options.context === undefined) await withLock('up', () => upHere(options.port));
  else await upElsewhere(options);
  console.log(`\nmake up: ${elapsed()}. Next: make status, make logs S=product, make down`);
}

/** Each step finds out by itself what is done; the lock of a run that has ended counts for nothing. */
function endAt(): never {
  console.error('\nmake up: interrupted.\n  make up goes on from here; make down stops what runs by now.');
  process.exit(130);
}

async function upHere(port: number): Promise<void> {
  await runSteps([{ name: 'doctor', run: () => refuseProblems(checks(port)) }]);
  await runSteps([{ name: 'tools', run: (say) => ensureTools(say) }]);
  const image = { reference: '' };
  await runSteps([
    ...undoing(parts, [
      { name: 'stores', run: (say) => startStores('shop', say) },
      { name: 'cluster', run: startClusterAgain },
      { name: 'image', run: (say) => provideImage(image, say) },
    ]),
    // From here on the person can look into what runs: it stays.
    { name: 'shop', run: (say) => startShop({ image: image.reference, port }, say) },
  ]);
}

const parts: readonly Part[] = [
  { runs: () => clusterRuns(), stop: stopCluster },
  { runs: () => runningInstances().includes('shop'), stop: () => stopStores('shop') },
];

/** With the objects it had, also after tests that were killed. */
async function startClusterAgain(say: Say): Promise<string> {
  await putBackObjects();
  return startCluster(say);
}

async function provideImage(image: { reference: string }, say: Say): Promise<string> {
  const built = await buildImage(say);
  image.reference = built.reference;
  return `${built.reference} ${await deliverImage(built)}`;
}

/** On a cluster the person has, only the operator and the Storefront are ours. */
async function upElsewhere({ context, image, file }: Options): Promise<void> {
  if (!context || !image || !file)
    throw new Failure(
      'CONTEXT needs an image that the cluster can pull, and a Storefront that names its stores.',
      'make up CONTEXT=name IMAGE=registry/storefront:1.0 FILE=my-shop.yaml',
    );
  await runSteps([{ name: 'shop', run: (say) => startShopElsewhere({ context, image, file }, say) }]);
}
