/** Carries out a plan, tier by tier: what is needed first, then the Jobs, then what waits for them. */
import type { Key, Manifest } from '../cluster.ts';
import { ClusterError, isStatus, keyOf, nameOf } from '../cluster.ts';
import { childId, childKindOf } from '../kinds.ts';
import { apply, remove } from './change.ts';
import type { Deps } from './deps.ts';
import type { Operation, Plan, Update } from './diff.ts';
import type { Fight } from './field-fight.ts';
import { jobState, nextAttempt, untilRetry } from './job-state.ts';
import type { ServiceState } from './workload-state.ts';

export type FailedJob = { job: Manifest; reason: string; message: string };

export type Progress = {
  /** Jobs that the rest waits for. */
  running: Manifest[];
  failed: FailedJob[];
  leaving: Manifest[];
  taken: Manifest[];
  fights: Fight[];
  /** Look again after so long, even if nothing happens. */
  requeueAfterMs?: number;
};

export type Advance = { storefront: Manifest; desired: readonly Manifest[]; plan: Plan };

const tiers = ['configuration', 'provision', 'migration', 'workload', 'route'] as const;
type Tier = (typeof tiers)[number];

export const jobLabel = 'storefront.dev/job';

/** Look again for what no watch tells: a child that waits for the garbage collector. */
const WAIT_MS = 2_000;

export async function advance({ storefront, desired, plan }: Advance, deps: Deps): Promise<Progress> {
  const { leaving, taken } = plan;
  const progress: Progress = {
    running: [],
    failed: [],
    leaving,
    taken,
    fights: [],
    ...(leaving.length > 0 && { requeueAfterMs: WAIT_MS }),
  };
  for (const tier of tiers) {
    const changes = plan.operations.filter(
      (operation) => operation.do !== 'remove' && tierOf(operation.manifest) === tier,
    );
    await carryOut(changes, storefront, deps, progress);
    const jobs = desired.filter((manifest) => manifest.kind === 'Job' && tierOf(manifest) === tier);
    await Promise.all(jobs.map((job) => attend(job, { key: keyOf(storefront), plan }, deps, progress)));
    if (progress.running.length > 0 || progress.failed.length > 0) return progress;
  }
  return progress;
}

function tierOf(manifest: Manifest): Tier {
  const { tier } = childKindOf(manifest);
  if (tier !== 'job') return tier;
  return manifest.metadata.labels?.[jobLabel] === 'migration' ? 'migration' : 'provision';
}

/** All at once; one that fails does not keep the others from happening. */
async function carryOut(
  operations: readonly Operation[],
  storefront: Manifest,
  deps: Deps,
  progress: Progress,
): Promise<void> {
  const results = await Promise.allSettled(
    operations.map(async (operation) => {
      if (operation.do === 'remove') return remove(operation, storefront, deps);
      const fight =
        operation.do === 'update' && operation.cause === 'drifted' && fightOver(operation, storefront, deps);
      if (fight) return waitFor(progress, fight);
      const other = await apply(operation, storefront, deps);
      if (other !== undefined) progress.taken.push(other);
    }),
  );
  const failure = results.find(({ status }) => status === 'rejected');
  if (failure?.status === 'rejected') throw failure.reason;
}

const fightOver = ({ manifest }: Update, storefront: Manifest, { fights }: Deps): Fight | undefined =>
  fights.of(nameOf(keyOf(storefront)), childId(manifest));

function waitFor(progress: Progress, fight: Fight): void {
  progress.fights.push(fight);
  progress.requeueAfterMs = Math.min(fight.untilMs, progress.requeueAfterMs ?? fight.untilMs);
}

type Attendance = { key: Key; plan: Plan };

/** Sees how far a Job is; a failed one is run again when its time has come. */
async function attend(manifest: Manifest, { key, plan }: Attendance, deps: Deps, progress: Progress): Promise<void> {
  const live = deps.view.child(key, 'Job', manifest.metadata.name);
  if (live === undefined || plan.leaving.includes(live) || plan.taken.includes(live))
    return void progress.running.push(live ?? manifest);
  const state = jobState(live);
  if (state.is === 'running') return void progress.running.push(live);
  if (state.is === 'complete') return;
  progress.failed.push({ job: live, reason: state.reason, message: state.message });
  const wait = untilRetry(state, deps.now().getTime());
  if (wait > 0) return void (progress.requeueAfterMs = Math.min(wait, progress.requeueAfterMs ?? wait));
  await runAgain(manifest, { live, attempt: state.attempt }, deps);
}

async function runAgain(
  manifest: Manifest,
  { live, attempt }: { live: Manifest; attempt: number },
  deps: Deps,
): Promise<void> {
  const { cluster, view } = deps;
  const kind = childKindOf(manifest);
  await cluster.remove(kind, keyOf(live), { uid: live.metadata.uid ?? '' });
  view.drop(live);
  const { metadata } = live;
  const marks = { annotations: metadata.annotations ?? {}, ownerReferences: metadata.ownerReferences ?? [] };
  const again = nextAttempt({ ...manifest, metadata: { ...manifest.metadata, ...marks } }, attempt);
  view.put(await cluster.apply(kind, again));
}

type State = { progress: Progress; services: readonly ServiceState[] };

/**
 * Removes what is no longer wanted, once nothing waits for a Job. What pods may still need (configuration, accounts,
 * policies) goes only when the new ones run.
 */
export async function prune({ storefront, plan }: Advance, { progress, services }: State, deps: Deps): Promise<void> {
  if (progress.running.length + progress.failed.length > 0) return;
  const isSettled = services.every(({ isRolledOut }) => isRolledOut);
  const removals = plan.operations.filter((operation) => operation.do === 'remove');
  const due = removals.filter(({ kind }) => isSettled || kind.tier === 'workload' || kind.tier === 'route');
  await carryOut(due, storefront, deps, progress);
}

/** The API server refuses what we wrote, and would again: a person has to know. */
export const isRefusal = (error: unknown): error is ClusterError =>
  error instanceof ClusterError &&
  error.status >= 400 &&
  error.status < 500 &&
  !isStatus(error, 409) &&
  !isStatus(error, 429);
