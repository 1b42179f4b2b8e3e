/** One pass over one Storefront, from whatever state the cluster is in towards what is wanted. */
import { formatProblems } from '@storefront/crds';
import type { Storefront } from '@storefront/crds';
import type { Key, Manifest } from '../cluster.ts';
import { nameOf } from '../cluster.ts';
import type { Outcome } from '../controller.ts';
import { Deployment, Storefront as StorefrontKind } from '../kinds.ts';
import { advance, isRefusal, prune } from './advance.ts';
import { cleanUp, holdOn } from './cleanup.ts';
import type { Deps } from './deps.ts';
import { settledOf } from './deps.ts';
import { diff, standing } from './diff.ts';
import type { Owner } from './diff.ts';
import { observe, parseStorefront } from './observe.ts';
import type { Observed } from './observe.ts';
import { makeSecrets } from './own-secrets.ts';
import { writeStatus } from './report.ts';
import { invalid, isServicePod, paused, progressed, refused, secretMissing } from './verdict.ts';
import { podProblems, serviceState } from './workload-state.ts';
import type { ServiceState } from './workload-state.ts';

/** Even if nothing happens: a change that was missed is found. */
const LOOK_AGAIN_MS = 600_000;

export async function reconcile(key: Key, deps: Deps): Promise<Outcome> {
  const live = deps.view.storefront(key);
  if (live === undefined) return forget(key, deps);
  if (live.metadata.deletionTimestamp !== undefined) return cleanUp(live, key, deps);
  if ((live.spec as { paused?: boolean } | undefined)?.paused) {
    await writeStatus(live, { verdict: paused() }, deps);
    return { reason: 'paused' };
  }
  const parsed = parseStorefront(live);
  if (!parsed.success) {
    await writeStatus(live, { verdict: invalid(formatProblems(parsed.error)) }, deps);
    return { reason: 'invalid' };
  }
  try {
    return await bringAbout({ storefront: parsed.data, live, key }, deps);
  } catch (error) {
    if (isRefusal(error)) await writeStatus(live, { verdict: refused(error.message) }, deps);
    throw error;
  }
}

export type Subject = { storefront: Storefront; live: Manifest; key: Key };

async function bringAbout(subject: Subject, deps: Deps): Promise<Outcome> {
  const { storefront, live, key } = subject;
  const { shop } = deps;
  const observed = await observe(storefront, key, deps);
  const owner = ownerOf(live);
  const place = {
    release: storefront.spec.release.version,
    url: shop.urlOf(storefront),
    scope: shop.scopeOf(storefront),
  };
  if (observed.missing.length > 0) {
    const services = servicesOf(observed, owner);
    await writeStatus(
      live,
      { verdict: secretMissing(observed.missing, key.namespace, services), services, place },
      deps,
    );
    return { reason: 'secret-missing', requeueAfterMs: LOOK_AGAIN_MS };
  }
  await holdOn(live, deps);
  const recipes = shop.secretsOf(storefront);
  const own = await makeSecrets(recipes, { key, owner, children: observed.children }, deps);
  const refs = { ...observed.refs, ...own.refs };
  const desired = shop.render(storefront, refs);
  const kept = new Set(recipes.map(({ name }) => `Secret/${name}`));
  const plan = diff(desired, {
    owner,
    children: observed.children,
    settled: knownOf(observed, owner, key, deps),
    kept,
  });
  plan.leaving.push(...own.leaving);
  plan.taken.push(...own.taken);

  const progress = await advance({ storefront: live, desired, plan }, deps);
  const services = servicesOf({ ...observed, children: deps.view.children(key) }, owner, desired);
  const isSettled =
    progress.running.length + progress.failed.length === 0 && services.every(({ isRolledOut }) => isRolledOut);
  if (progress.running.length + progress.failed.length === 0)
    await prune({ storefront: live, desired, plan }, { isSettled }, deps);

  const problems = podProblems(observed.pods.filter(isServicePod(services)));
  const verdict = progressed({
    storefront,
    url: place.url,
    progress,
    services,
    podProblems: problems,
    pods: observed.pods,
  });
  await writeStatus(live, { verdict, services, place, secrets: refs }, deps);
  return { reason: verdict.ready?.reason ?? '', requeueAfterMs: progress.requeueAfterMs ?? LOOK_AGAIN_MS };
}

export const ownerOf = ({ metadata }: Manifest): Owner => ({
  apiVersion: StorefrontKind.apiVersion,
  kind: StorefrontKind.kind,
  name: metadata.name,
  uid: metadata.uid ?? '',
});

/** What we know of our children; one that we see for the first time we know from now on, so that its loss is noticed. */
function knownOf(observed: Observed, owner: Owner, key: Key, deps: Deps) {
  const settled = settledOf(deps, nameOf(key));
  for (const [id, live] of observed.children)
    if (!settled.has(id) && standing(live, owner) === 'ours')
      settled.set(id, { uid: live.metadata.uid ?? '', form: '' });
  return settled;
}

/** The services that have a Deployment, or are about to. */
function servicesOf({ children, pods }: Observed, owner: Owner, desired: readonly Manifest[] = []): ServiceState[] {
  const wanted = desired.filter(({ kind }) => kind === Deployment.kind);
  const names = new Set(wanted.map(({ metadata }) => metadata.name));
  const there = [...children.values()].filter(
    (child) =>
      child.kind === Deployment.kind &&
      standing(child, owner) === 'ours' &&
      (names.size === 0 || names.has(child.metadata.name)),
  );
  const missing = wanted.filter(({ metadata }) => !there.some((child) => child.metadata.name === metadata.name));
  return [...there, ...missing]
    .map((deployment) => serviceState(deployment, pods))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function forget(key: Key, { view, settled }: Deps): Outcome {
  view.forget(key);
  settled.delete(nameOf(key));
  return { reason: 'gone' };
}
