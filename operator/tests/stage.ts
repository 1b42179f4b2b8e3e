/** What the tests of the loop share: an operator that can be started as often as one likes, a sample, and when all is at rest. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Storefront as StorefrontSchema } from '@storefront/crds';
import type { Storefront as StorefrontObject } from '@storefront/crds';
import { createLog } from '@storefront/kit/log';
import { Registry } from '@storefront/kit/metrics';
import { vi } from 'vitest';
import { parse } from 'yaml';
import type { Cluster, Key, Kind, Manifest } from '../src/cluster.ts';
import { childKinds, classLabel, Deployment, fieldManager, Secret, Storefront } from '../src/kinds.ts';
import type { Verb } from '../src/kube/call.ts';
import { createOperatorMetrics } from '../src/metrics.ts';
import { createOperator } from '../src/operator.ts';
import type { Operator } from '../src/operator.ts';
import { createShop } from '../src/shop.ts';
import { hashOf } from '../src/content.ts';
import type { Shop } from '../src/storefront/deps.ts';
import { parseStorefront } from '../src/storefront/observe.ts';
import { smallFleet } from '../src/testing/samples.ts';
import type { Call, Place } from './places.ts';

/** The loop is the same for any fleet: three services, with a migration among them, show what there is to see. */
export const smallShop = createShop(smallFleet);

export type Running = {
  operator: Operator;
  calls: Call[];
  /** Everything but reading, since the last `forget`. */
  writes(): string[];
  forget(): void;
  /** The same, since it was started. */
  sinceStart(): string[];
  /** Reconciles that have ended so far. */
  passes(): Promise<number>;
  stop(): Promise<void>;
};

const writing: ReadonlySet<Verb> = new Set(['create', 'patch', 'delete']);

export type StartOptions = { shop?: Shop; now?: () => Date; instance?: string; operatorClass: string };

export async function startOperator(
  place: Place,
  { shop = smallShop, now, operatorClass }: StartOptions,
): Promise<Running> {
  const calls: Call[] = [];
  const written: string[] = [];
  const registry = new Registry();
  const metrics = createOperatorMetrics(registry);
  const operator = createOperator({
    cluster: place.client(fieldManager, (call) => {
      calls.push(call);
      if (writing.has(call.verb)) written.push(nameCall(call));
    }),
    shop,
    log: createLog({ service: fieldManager, level: process.env.LOG_LEVEL ?? 'silent' }),
    registry,
    metrics,
    instance: 'test',
    operatorClass,
    gatherMs: 20,
    longestRetryMs: 400, // however many faults a test plans, it does not wait for minutes
    ...(now && { now }),
  });
  await operator.start();
  const total = async () => {
    const found = (await registry.getMetricsAsJSON()).find(({ name }) => name === 'controller_runtime_reconcile_total');
    return (found?.values ?? []).reduce((sum, { value }) => sum + value, 0);
  };
  return {
    operator,
    calls,
    writes: () => calls.filter(({ verb }) => writing.has(verb)).map(nameCall),
    forget: () => void calls.splice(0),
    sinceStart: () => written,
    passes: total,
    stop: () => operator.stop(),
  };
}

export const nameCall = ({ verb, kind, subresource }: Call): string =>
  `${verb} ${kind.plural}${subresource === undefined ? '' : `/${subresource}`}`;

const sample = readFileSync(new URL('../../crds/samples/local.yaml', import.meta.url), 'utf8');

export type Sample = StorefrontObject & Manifest;

/** The Storefront of `crds/samples/local.yaml`, under a name of its own. */
export function sampleStorefront(namespace: string, operatorClass: string): Sample {
  const name = `s${randomUUID().slice(0, 7)}`;
  const metadata = { name, namespace, labels: { [classLabel]: operatorClass } };
  const { spec, ...rest } = parse(sample) as { spec: object };
  // Not the sample's node port: there is one shop on the machine that has it.
  const ingress = { host: 'shop.test', className: 'nobody' };
  return StorefrontSchema.parse({ ...rest, metadata, spec: { ...spec, ingress } }) as Sample;
}

/** The Secrets that a person makes before. */
export async function makeReferencedSecrets(person: Cluster, storefront: Sample): Promise<void> {
  const { namespace } = storefront.metadata;
  for (const { name, keys } of smallShop.referencesOf(storefront)) {
    const data = Object.fromEntries(keys.map((key) => [key, Buffer.from(`${key} of ${name}`).toString('base64')]));
    const manifest = { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace: namespace ?? '' }, data };
    await person.apply(Secret, manifest, { force: true });
  }
}

/** The shop as it is rendered, without Jobs and with pods that no node takes: its objects are of interest here, not its processes. */
export const stillShop = (shop: Shop = smallShop): Shop => ({
  ...shop,
  render: (storefront, refs) =>
    shop
      .render(storefront, refs)
      .filter(({ kind }) => kind !== 'Job')
      .map(unschedulable),
  removal: () => [],
});

type PodTemplate = { template: { spec: object } };

function unschedulable(manifest: Manifest): Manifest {
  if (manifest.kind !== Deployment.kind) return manifest;
  const spec = manifest.spec as PodTemplate;
  const template = {
    ...spec.template,
    spec: { ...spec.template.spec, nodeSelector: { 'storefront.dev/nowhere': 'true' } },
  };
  return { ...manifest, spec: { ...spec, template } };
}

/** The Storefront as the operator reads it, and the hashes of its Secrets: what it renders from. */
export async function renderable(person: Cluster, live: Manifest) {
  const storefront = parseStorefront(live).data!;
  const namespace = live.metadata.namespace ?? '';
  const names = [...smallShop.referencesOf(storefront), ...smallShop.secretsOf(storefront)].map(({ name }) => name);
  const secrets = await Promise.all(names.map((name) => person.get(Secret, { namespace, name })));
  const refs = Object.fromEntries(secrets.map((secret, index) => [names[index] ?? '', hashOf(secret?.data ?? {})]));
  return { storefront, refs };
}

export const ConfigMap: Kind = { apiVersion: 'v1', kind: 'ConfigMap', plural: 'configmaps' };

type Condition = {
  type: string;
  status: string;
  reason: string;
  message: string;
  observedGeneration: number;
  lastTransitionTime: string;
};

export const conditionOf = (storefront: Manifest | null, type: string): Condition | undefined =>
  ((storefront?.status ?? {}) as { conditions?: Condition[] }).conditions?.find((condition) => condition.type === type);

export const readStorefront = (cluster: Cluster, { metadata }: Manifest): Promise<Manifest | null> =>
  cluster.get(Storefront, { namespace: metadata.namespace ?? '', name: metadata.name });

/** All children of a Storefront, as the cluster has them. */
export async function childrenOf(cluster: Cluster, { metadata }: Manifest): Promise<Manifest[]> {
  const lists = await Promise.all(
    childKinds.map((kind) =>
      cluster.list(kind, { labels: { 'storefront.dev/storefront': metadata.name } }).catch(() => ({ items: [] })),
    ),
  );
  return lists.flatMap(({ items }) => items).filter((item) => item.metadata.namespace === metadata.namespace);
}

export const within = (ms: number) => ({ timeout: ms, interval: 50 });

/**
 * What is written in a window in which the operator looks at the Storefront several times and nobody else changes any
 * of its children. Windows that the cluster's controllers disturb are begun anew; an operator that writes to children
 * in every window never gets there, and fails.
 */
export function writesAtRest(running: Running, storefront: Manifest, passes = 4): Promise<string[]> {
  const key = { namespace: storefront.metadata.namespace ?? '', name: storefront.metadata.name };
  const { view } = running.operator;
  const world = () =>
    [...view.children(key).values(), ...view.pods(key)]
      .map(({ metadata }) => `${metadata.uid} ${metadata.resourceVersion}`)
      .join();
  return vi.waitFor(async () => {
    const before = world();
    await pass(running, key, 2); // what led to this world has been answered
    running.forget();
    await pass(running, key, passes);
    const writes = running.writes();
    if (world() !== before)
      throw new Error(`the children change all the time; written meanwhile: ${writes.join(', ')}`);
    return writes;
  }, within(30_000));
}

async function pass(running: Running, key: Key, passes: number): Promise<void> {
  const until = (await running.passes()) + passes;
  await vi.waitFor(async () => {
    running.operator.lookAt(key);
    if ((await running.passes()) < until) throw new Error('too few passes yet');
  }, within(10_000));
}
