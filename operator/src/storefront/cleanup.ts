/**
 * The end of a Storefront: its pods leave first, while all that they need is still there; then, as `deletionPolicy`
 * says, its accounts and databases go, or its Secrets stay. The rest is collected by its owner references.
 */
import { formatProblems } from '@storefront/crds';
import type { ClusterError, Key, Manifest } from '../cluster.ts';
import { isStatus, keyOf, nameOf } from '../cluster.ts';
import type { Outcome } from '../controller.ts';
import { childKindOf, Job, Secret, Storefront as StorefrontKind } from '../kinds.ts';
import { advance } from './advance.ts';
import type { Progress } from './advance.ts';
import { remove } from './change.ts';
import type { Deps } from './deps.ts';
import { diff, ownerOf, standing } from './diff.ts';
import { observe, parseStorefront } from './observe.ts';
import type { MissingSecret } from './observe.ts';
import { writeStatus } from './report.ts';
import { deleting, deletionBlocked, listed, removalFailed } from './verdict.ts';

export const finalizer = 'storefront.dev/cleanup';

const LOOK_AGAIN_MS = 5_000;

/** A Storefront that has children may not vanish before `cleanUp`. */
export async function holdOn(live: Manifest, { cluster, view }: Deps): Promise<void> {
  const { finalizers = [], resourceVersion } = live.metadata;
  if (finalizers.includes(finalizer)) return;
  const metadata = { resourceVersion, finalizers: [...finalizers, finalizer] };
  view.put(await cluster.merge(StorefrontKind, keyOf(live), { metadata }));
}

export async function cleanUp(live: Manifest, key: Key, deps: Deps): Promise<Outcome> {
  if (!live.metadata.finalizers?.includes(finalizer)) return { reason: 'leaving' };
  const policy = (live.spec as { deletionPolicy?: string }).deletionPolicy ?? 'Retain';
  if (await stopWorkloads(live, key, deps)) {
    await writeStatus(live, { verdict: deleting('Waiting for the pods to end.') }, deps);
    return { reason: 'deleting', requeueAfterMs: LOOK_AGAIN_MS };
  }
  if (policy === 'Delete') {
    const wait = await removeData(live, key, deps);
    if (wait !== undefined) return wait;
  } else await keepSecrets(live, key, deps);
  await letGo(live, deps);
  deps.settled.delete(nameOf(key));
  deps.view.forget(key);
  return { reason: 'cleaned-up' };
}

const isRemovalJob = ({ kind, metadata }: Manifest): boolean =>
  kind === Job.kind && metadata.labels?.['storefront.dev/job'] === 'removal';

/** True while pods of ours may still run. Foreground: a Deployment is gone only when its pods are. */
async function stopWorkloads(live: Manifest, key: Key, { cluster, view }: Deps): Promise<boolean> {
  const workloads = [...view.children(key).values()].filter(
    (child) =>
      ['workload', 'route', 'job'].includes(childKindOf(child).tier) &&
      !isRemovalJob(child) &&
      standing(child, ownerOf(live)) !== 'taken',
  );
  const staying = workloads.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  const left = await Promise.all(
    staying.map(async (child) => {
      const uid = child.metadata.uid ?? '';
      const result = await cluster.remove(childKindOf(child), keyOf(child), { uid, propagation: 'Foreground' });
      if (result === 'gone') view.drop(child);
      return result;
    }),
  );
  return workloads.length > staying.length || left.includes('removed');
}

/** Runs the removal Jobs; `undefined` when there is nothing left to wait for. */
async function removeData(live: Manifest, key: Key, deps: Deps): Promise<Outcome | undefined> {
  const own = [...deps.view.children(key).values()].filter(({ kind }) => kind === Secret.kind);
  // Without credentials no account was ever made.
  if (own.length === 0) return undefined;
  const parsed = parseStorefront(live);
  if (!parsed.success) return reportProblems(live, formatProblems(parsed.error), deps);
  const problems = deps.shop.problemsOf(parsed.data);
  if (problems.length > 0) return reportProblems(live, problems.join('\n'), deps);
  const observed = await observe(parsed.data, key, deps);
  const hashes = own.map(({ metadata, hash }) => [metadata.name, String(hash)] as const);
  const desired = deps.shop.removal(parsed.data, { ...observed.refs, ...Object.fromEntries(hashes) });
  const progress = await runRemoval(live, { desired, children: observed.children }, deps);
  if (progress === 'impossible' || progress.running.length + progress.failed.length === 0) return undefined;
  if (observed.missing.length > 0) return reportMissing(live, observed.missing, deps);
  const { failed, requeueAfterMs = LOOK_AGAIN_MS } = progress;
  const waiting = 'Waiting for accounts and databases to be removed.';
  const verdict = failed.length > 0 ? removalFailed(failed, observed.pods) : deleting(waiting);
  await writeStatus(live, { verdict }, deps);
  return { reason: 'removing-data', requeueAfterMs };
}

type Removal = { desired: Manifest[]; children: ReadonlyMap<string, Manifest> };

/** In a namespace that is going nothing can be made any more; holding on would hold the namespace for ever. */
async function runRemoval(
  live: Manifest,
  { desired, children }: Removal,
  deps: Deps,
): Promise<Progress | 'impossible'> {
  const plan = diff(desired, { owner: ownerOf(live), children, settled: new Map(), kept: new Set() });
  const outdated = plan.operations
    .filter((operation) => operation.do === 'remove')
    .filter((step) => isRemovalJob(step.live));
  const changes = plan.operations.filter((operation) => operation.do !== 'remove');
  try {
    for (const operation of outdated) await remove(operation, live, deps);
    return await advance({ storefront: live, desired, plan: { ...plan, operations: changes } }, deps);
  } catch (error) {
    if (isStatus(error, 403) && isTerminating(error)) return 'impossible';
    throw error;
  }
}

async function reportMissing(live: Manifest, missing: readonly MissingSecret[], deps: Deps): Promise<Outcome> {
  const names = listed(missing.map(({ name }) => `"${name}"`));
  const message = `Accounts and databases cannot be removed without Secret ${names}. Create it, or set deletionPolicy to Retain.`;
  await writeStatus(live, { verdict: deletionBlocked('SecretMissing', message) }, deps);
  return { reason: 'SecretMissing', requeueAfterMs: LOOK_AGAIN_MS };
}

async function reportProblems(live: Manifest, problems: string, deps: Deps): Promise<Outcome> {
  const message = `Accounts and databases cannot be removed; mend this, or set deletionPolicy to Retain.\n${problems}`;
  await writeStatus(live, { verdict: deletionBlocked('InvalidSpec', message) }, deps);
  return { reason: 'InvalidSpec', requeueAfterMs: LOOK_AGAIN_MS };
}

const isTerminating = ({ message }: ClusterError): boolean => message.includes('because it is being terminated');

/** The accounts stay, so their passwords do: a new Storefront of this name takes the Secrets in. */
async function keepSecrets(live: Manifest, key: Key, { cluster, view }: Deps): Promise<void> {
  const own = [...view.children(key).values()].filter(
    (child) => child.kind === Secret.kind && standing(child, ownerOf(live)) === 'ours',
  );
  await Promise.all(
    own.map(async (secret) => {
      const { resourceVersion } = secret.metadata;
      view.put(await cluster.merge(Secret, keyOf(secret), { metadata: { resourceVersion, ownerReferences: null } }));
    }),
  );
}

async function letGo(live: Manifest, { cluster }: Deps): Promise<void> {
  const { resourceVersion, finalizers = [] } = live.metadata;
  const rest = finalizers.filter((name) => name !== finalizer);
  try {
    await cluster.merge(StorefrontKind, keyOf(live), { metadata: { resourceVersion, finalizers: rest } });
  } catch (error) {
    if (!isStatus(error, 404)) throw error;
  }
}
