import { setTimeout as pause } from 'node:timers/promises';
import type { Condition, Storefront } from '@storefront/crds';
import { storefrontLabel } from '@storefront/operator/labels';
import type { Kubectl } from '../cluster/kubectl.ts';
import { Failure, indent, type Say } from '../steps.ts';
import { type Pod, whyNotReady } from './pods.ts';

type Name = { name: string; namespace: string };
/** What the operator calls degraded seldom heals by itself; a minute is for a store or a sidecar that comes late. */
const degradedForMs = 60_000;

type Wait = { withinMs: number; say: Say };

/** Waits until the operator calls the Storefront, as it now stands, ready; tells what it waits for whenever that changes. */
export async function waitUntilReady(kubectl: Kubectl, shop: Name, { withinMs, say }: Wait): Promise<Storefront> {
  const deadline = performance.now() + withinMs;
  let wellAt = performance.now();
  let told = '';
  for (;;) {
    const { storefront, pods } = await look(kubectl, shop);
    if (storefront && isReadyNow(storefront)) return storefront;
    const waitsFor = describeWait(storefront, pods);
    if (waitsFor !== told) say(waitsFor);
    told = waitsFor;
    if (!isDegraded(storefront)) wellAt = performance.now();
    const isOver = performance.now() > Math.min(deadline, wellAt + degradedForMs);
    if (isOver) throw notReady(shop, storefront, pods);
    await pause(1_000);
  }
}

type Seen = { storefront?: Storefront; pods: Pod[] };

/** Both by one kubectl: a run of it costs as much as the start of a small service, on cores that are all wanted now. */
async function look(kubectl: Kubectl, { name, namespace }: Name): Promise<Seen> {
  const list = await kubectl.get<{ items: (Storefront | Pod)[] }>(['-n', namespace, 'storefronts,pods']);
  const items = list?.items ?? [];
  const storefront = items.find((item): item is Storefront => isStorefront(item) && item.metadata.name === name);
  const isOfShop = ({ metadata }: Pod) => metadata.labels?.[storefrontLabel] === name;
  const pods = items.filter((item): item is Pod => !isStorefront(item) && isOfShop(item));
  return { pods, ...(storefront && { storefront }) };
}

const isStorefront = (item: Storefront | Pod): item is Storefront => 'kind' in item && item.kind === 'Storefront';

/** A condition of an older generation speaks of what was asked for before. */
export function isReadyNow({ metadata, status }: Storefront): boolean {
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  return ready?.status === 'True' && ready.observedGeneration === metadata.generation;
}

const isDegraded = (storefront: Storefront | undefined): boolean =>
  storefront?.status?.conditions?.some(({ type, status }) => type === 'Degraded' && status === 'True') ?? false;

/** One line: how many pods serve, and the first that does not. */
export function describeWait(storefront: Storefront | undefined, pods: readonly Pod[]): string {
  if (!storefront?.status?.conditions) return 'waiting for the operator';
  const serving = pods.filter((pod) => pod.status.phase === 'Running' && !whyNotReady(pod)).length;
  const lagging = pods.flatMap((pod) => {
    const why = whyNotReady(pod);
    return why && why !== 'is ending' ? [`${pod.metadata.name} ${why}`] : [];
  });
  const others = lagging.length > 1 ? `, ${lagging.length - 1} more` : '';
  const detail = lagging[0] ? `${lagging[0]}${others}` : summarise(storefront.status.conditions);
  return `${serving} pods ready; ${detail}`;
}

function summarise(conditions: readonly Condition[]): string {
  const ready = conditions.find(({ type }) => type === 'Ready');
  return ready ? `${ready.reason}: ${ready.message.split('\n')[0]}` : 'no word from the operator yet';
}

function notReady(shop: Name, storefront: Storefront | undefined, pods: readonly Pod[]): Failure {
  const conditions = storefront?.status?.conditions ?? [];
  const told = conditions.map(({ type, status, reason, message }) => `${type}=${status} ${reason}: ${message}`);
  const laggards = pods.flatMap((pod) => {
    const why = whyNotReady(pod);
    return why ? [`${pod.metadata.name} ${why}`] : [];
  });
  const known =
    told.length > 0 ? told : ['The operator has said nothing: make kubectl ARGS="-n storefront-system get pods"'];
  return new Failure(
    `Storefront ${shop.namespace}/${shop.name} does not become ready.`,
    [
      ...known,
      ...(laggards.length > 0 ? ['Pods:', indent(laggards.join('\n'))] : []),
      'See: make logs S=<service>',
    ].join('\n'),
  );
}
