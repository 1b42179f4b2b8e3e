import type { StorefrontInput } from '@storefront/crds';
import { createKubectl } from '../cluster/kubectl.ts';
import { addresses } from '../paths.ts';
import { Failure } from '../steps.ts';
import { waitUntil } from '../process.ts';
import type { Pod } from '../shop/pods.ts';
import { waitUntilReady } from '../shop/ready.ts';

type Shop = StorefrontInput & { metadata: { name: string; namespace: string } };

/** Waits for pods that end: what they have used leaves the sums with them. */
export async function untilNothingEnds(): Promise<void> {
  const kubectl = createKubectl();
  const nothingEnds = async () => {
    const pods = await kubectl.get<{ items: Pod[] }>(['pods', '--all-namespaces']);
    return (pods?.items ?? []).every(({ metadata }) => metadata.deletionTimestamp === undefined);
  };
  await waitUntil('pods that end', nothingEnds, { withinMs: 120_000 });
}

/** Seconds from `kubectl apply` of the shop to its condition Ready, nothing of it there before but its records. */
export async function timeToReady(): Promise<number> {
  return startFromNothing(await readShop());
}

async function startFromNothing(shop: Shop): Promise<number> {
  const kubectl = createKubectl();
  const { name, namespace } = shop.metadata;
  await kubectl.apply([{ ...shop, spec: { ...shop.spec, deletionPolicy: 'Retain' } }]);
  await kubectl.run(['-n', namespace, 'delete', 'storefront', name, '--timeout=120s']);
  await kubectl.run(['-n', namespace, 'wait', '--for=delete', 'pods', '--all', '--timeout=120s']);
  const startedAt = performance.now();
  await kubectl.apply([shop]);
  // One process that watches: on two cores, asking again and again would slow down what is measured.
  await kubectl.run(['-n', namespace, 'wait', 'storefront', name, '--for=condition=Ready', '--timeout=240s']);
  return (performance.now() - startedAt) / 1000;
}

/** Starts the whole shop traced, to a receiver that is not there, and has it so while `work` runs. */
export async function traced<Result>(work: () => Promise<Result>): Promise<Result> {
  const shop = await readShop();
  const telemetry = { ...shop.spec.telemetry, traces: { endpoint: `http://${addresses.node}:4318` } };
  await startFromNothing({ ...shop, spec: { ...shop.spec, telemetry } });
  try {
    return await work();
  } finally {
    await applyReady(shop);
  }
}

async function readShop(): Promise<Shop> {
  const listed = await createKubectl().get<{ items: StorefrontInput[] }>([
    'storefronts',
    '--all-namespaces',
    '-l',
    '!storefront.dev/operator',
  ]);
  const [storefront] = listed?.items ?? [];
  if (!storefront) throw new Failure('There is no shop to measure.', 'Run: make up');
  const { apiVersion, kind, metadata, spec } = storefront;
  const { name, namespace = 'default' } = metadata;
  return { apiVersion, kind, metadata: { name, namespace }, spec };
}

async function applyReady(shop: Shop): Promise<void> {
  const kubectl = createKubectl();
  await kubectl.apply([shop]);
  await waitUntilReady(kubectl, shop.metadata, { withinMs: 240_000, say: () => undefined });
}
