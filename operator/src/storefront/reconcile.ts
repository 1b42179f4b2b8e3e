/** One pass over one Storefront, from whatever state the cluster is in towards what is wanted. */
import { formatProblems } from '@storefront/crds';
import type { Storefront } from '@storefront/crds';
import type { Key, Manifest } from '../cluster.ts';
import { nameOf } from '../cluster.ts';
import type { Outcome } from '../controller.ts';
import { childId, Deployment } from '../kinds.ts';
import { advance, isRefusal, prune } from './advance.ts';
import type { Progress } from './advance.ts';
import { cleanUp, holdOn } from './cleanup.ts';
import type { Deps } from './deps.ts';
import { settledOf } from './deps.ts';
import { diff, ownerOf, standing } from './diff.ts';
import type { Owner, Plan } from './diff.ts';
import { observe, parseStorefront } from './observe.ts';
import type { Observed } from './observe.ts';
import { makeSecrets } from './own-secrets.ts';
import { writeStatus } from './report.ts';
import type { Place } from './status.ts';
import { invalid, isAwaited, paused, progressed, refused, secretMissing } from './verdict.ts';
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
  const problems = deps.shop.problemsOf(parsed.data);
  if (problems.length > 0) {
    await writeStatus(live, { verdict: invalid(problems.join('\n')) }, deps);
    return { reason: 'invalid' };
  }
  try {
    return await bringAbout({ storefront: parsed.data, live, key }, deps);
  } catch (error) {
    if (isRefusal(error)) await writeStatus(live, { verdict: refused(error.message) }, deps);
    throw error;
  }
}

type Subject = { storefront: Storefront; live: Manifest; key: Key };

async function bringAbout(subject: Subject, deps: Deps): Promise<Outcome> {
  const observed = await observe(subject.storefront, subject.key, deps);
  if (observed.missing.length > 0) return reportMissing(subject, observed, deps);
  await holdOn(subject.live, deps);

  const wish = await planFor(subject, observed, deps);
  const progress = await advance({ storefront: subject.live, ...wish }, deps);
  const services = servicesOf(deps.view.children(subject.key), observed.pods, wish);
  await prune({ storefront: subject.live, ...wish }, { progress, services }, deps);
  return reportProgress(subject, { ...wish, progress, services, pods: observed.pods }, deps);
}

type Wish = { owner: Owner; refs: Record<string, string>; desired: Manifest[]; plan: Plan };

/** What is wanted, and what must be done for it. The Secrets that are made once are made here: rendering needs their hashes. */
async function planFor({ storefront, live, key }: Subject, observed: Observed, deps: Deps): Promise<Wish> {
  const { shop } = deps;
  const { children } = observed;
  const owner = ownerOf(live);
  const recipes = shop.secretsOf(storefront);
  const own = await makeSecrets(recipes, { key, owner, children }, deps);
  const refs = { ...observed.refs, ...own.refs };
  const desired = shop.render(storefront, refs);
  const kept = new Set(recipes.map(({ name }) => `Secret/${name}`));
  const plan = diff(desired, { owner, children, settled: knownOf(observed, owner, key, deps), kept });
  plan.leaving.push(...own.leaving);
  plan.taken.push(...own.taken);
  return { owner, refs, desired, plan };
}

async function reportMissing(subject: Subject, { missing, children, pods }: Observed, deps: Deps): Promise<Outcome> {
  const { storefront, live, key } = subject;
  const services = servicesOf(children, pods, { owner: ownerOf(live) });
  const verdict = secretMissing(missing, key.namespace, services);
  await writeStatus(live, { verdict, services, place: placeOf(storefront, deps) }, deps);
  return { reason: 'SecretMissing', requeueAfterMs: LOOK_AGAIN_MS };
}

type Result = { refs: Record<string, string>; progress: Progress; services: ServiceState[]; pods: Manifest[] };

async function reportProgress({ storefront, live }: Subject, result: Result, deps: Deps): Promise<Outcome> {
  const { refs: secrets, progress, services, pods } = result;
  const place = placeOf(storefront, deps);
  const problems = podProblems(pods.filter(isAwaited(services, progress.running)));
  const verdict = progressed({ place, progress, services, podProblems: problems, pods });
  await writeStatus(live, { verdict, services, place, secrets }, deps);
  return { reason: verdict.ready?.reason ?? '', requeueAfterMs: progress.requeueAfterMs ?? LOOK_AGAIN_MS };
}

const placeOf = (storefront: Storefront, { shop }: Deps): Place => ({
  release: storefront.spec.release.version,
  url: shop.urlOf(storefront),
  scope: shop.scopeOf(storefront),
});

/** What we know of our children; one that we see for the first time we know from now on, so that its loss is noticed. */
function knownOf(observed: Observed, owner: Owner, key: Key, deps: Deps) {
  const settled = settledOf(deps, nameOf(key));
  for (const [id, live] of observed.children)
    if (!settled.has(id) && standing(live, owner) === 'ours')
      settled.set(id, { uid: live.metadata.uid ?? '', form: '' });
  return settled;
}

type Expectation = { owner: Owner; desired?: readonly Manifest[] };

/** The services that have a Deployment, or are about to; those that are no longer wanted do not count. */
function servicesOf(
  children: ReadonlyMap<string, Manifest>,
  pods: Manifest[],
  { owner, desired }: Expectation,
): ServiceState[] {
  const isDeployment = ({ kind }: Manifest) => kind === Deployment.kind;
  const there = [...children.values()].filter((child) => isDeployment(child) && standing(child, owner) === 'ours');
  const deployments = desired?.filter(isDeployment).map((wanted) => children.get(childId(wanted)) ?? wanted) ?? there;
  return deployments.map((deployment) => serviceState(deployment, pods)).toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function forget(key: Key, { view, settled, fights }: Deps): Outcome {
  fights.forget(nameOf(key));
  view.forget(key);
  settled.delete(nameOf(key));
  return { reason: 'gone' };
}
