/** What a Storefront's conditions say, and why: pure, from what a reconcile found out. */
import type { Manifest } from '../cluster.ts';
import { childId } from '../kinds.ts';
import type { FailedJob, Progress } from './advance.ts';
import type { MissingSecret } from './observe.ts';
import type { Place } from './status.ts';
import type { PodProblem, ServiceState } from './workload-state.ts';
import { componentOf, failureOf } from './workload-state.ts';

export type Answer = { status: 'True' | 'False' | 'Unknown'; reason: string; message: string };

/** Without `ready`, the condition keeps what it said. */
export type Verdict = { ready?: Answer; progressing: Answer; degraded: Answer; paused: Answer };

export type Problem = { reason: string; message: string };

const yes = (reason: string, message: string): Answer => ({ status: 'True', reason, message });
const no = (reason: string, message: string): Answer => ({ status: 'False', reason, message });

const healthy = no('AsExpected', '');
const active = no('NotPaused', '');

export const paused = (): Verdict => ({
  progressing: no('Paused', 'spec.paused is true: the operator only watches.'),
  degraded: healthy,
  paused: yes('Paused', 'Set spec.paused to false and all that has changed since is applied.'),
});

/** Nothing more can be done until a person has acted; what runs is left alone. */
const stopped = ({ reason, message }: Problem): Verdict => ({
  ready: no(reason, message),
  progressing: no(reason, 'Nothing changes until this is mended: see Ready.'),
  degraded: yes(reason, message),
  paused: active,
});

export const invalid = (problems: string): Verdict =>
  stopped({ reason: 'InvalidSpec', message: `The spec cannot be used; what runs is left as it is.\n${problems}` });

export const refused = (message: string): Verdict =>
  stopped({ reason: 'ApplyFailed', message: `The API server refused a change; it is tried again.\n${message}` });

/** Like `Secret "acme-gossip" is not in namespace "shop": product and web keep running on release 1.4.2.` */
export function secretMissing(
  missing: readonly MissingSecret[],
  namespace: string,
  services: readonly ServiceState[],
): Verdict {
  const sentences = missing.map((secret) => {
    const { name, keys, isThere } = secret;
    const lack = isThere
      ? `Secret "${name}" in namespace "${namespace}" has no ${keys.length === 1 ? 'key' : 'keys'} ${listed(keys)}`
      : `Secret "${name}" is not in namespace "${namespace}"`;
    const remedy = isThere ? `Add ${keys.length === 1 ? 'it' : 'them'}` : `Create it (keys: ${keys.join(', ')})`;
    return `${lack}: ${whatGoesOn(secret.services, services)}.\n${remedy} and the rollout goes on by itself.`;
  });
  return stopped({ reason: 'SecretMissing', message: sentences.join('\n') });
}

function whatGoesOn(names: readonly string[], services: readonly ServiceState[]): string {
  const running = services.filter(({ name, readyReplicas }) => names.includes(name) && readyReplicas > 0);
  if (running.length === 0) return `${listed(names)} cannot start`;
  const releases = new Set(running.map(({ release }) => release));
  const [release] = releases;
  const on = releases.size === 1 && release !== undefined ? ` on release ${release}` : '';
  return `${listed(running.map(({ name }) => name))} ${running.length === 1 ? 'keeps' : 'keep'} running${on}`;
}

export type Findings = {
  place: Place;
  progress: Progress;
  services: readonly ServiceState[];
  podProblems: readonly PodProblem[];
  pods: readonly Manifest[];
};

export function progressed(findings: Findings): Verdict {
  const { services, place } = findings;
  const problems = problemsOf(findings);
  const degraded = problems[0] ? yes(problems[0].reason, textOf(problems)) : healthy;
  const going = whatIsGoingOn(findings);
  const silent = services.filter(({ replicas, readyReplicas }) => replicas > 0 && readyReplicas === 0);
  const progressing = going ? yes(going.reason, going.message) : no('Settled', '');
  if (going || silent.length > 0) {
    const why = problems[0] ??
      going ?? { reason: 'ServiceDown', message: `No pod of ${listed(silent.map(({ name }) => name))} is ready.` };
    const message = problems[0] ? `${textOf(problems)}${keepsRunning(services)}` : why.message;
    return { ready: no(why.reason, message), progressing, degraded, paused: active };
  }
  const ready = yes('Serving', `Release ${place.release} serves at ${place.url}.`);
  return { ready, progressing, degraded, paused: active };
}

const textOf = (problems: readonly Problem[]): string => problems.map(({ message }) => message).join('\n');

function keepsRunning(services: readonly ServiceState[]): string {
  const running = services.filter(({ readyReplicas }) => readyReplicas > 0).map(({ name }) => name);
  return running.length === 0 ? '' : `\nWhat ran before keeps running: ${listed(running)}.`;
}

function problemsOf({ progress, podProblems, pods, services }: Findings): Problem[] {
  const stuck = services.filter(({ isStuck }) => isStuck).map(({ name }) => name);
  return [
    ...progress.taken.map((object) => ({
      reason: 'NameTaken',
      message: `${childId(object)} exists and does not belong to this Storefront: remove or rename it.`,
    })),
    ...progress.fights.map(({ id, managers }) => ({
      reason: 'FieldFight',
      message: `${id} is changed again and again by ${listed(managers)} and is left so for now: let only one of the two set it.`,
    })),
    ...progress.failed.map((failed) => jobProblem(failed, pods)),
    ...podProblems,
    ...(stuck.length > 0 && podProblems.length === 0
      ? [{ reason: 'RolloutStuck', message: `The new pods of ${listed(stuck)} do not become ready.` }]
      : []),
  ];
}

function jobProblem({ job, reason, message }: FailedJob, pods: readonly Manifest[]): Problem {
  const own = pods.filter((pod) => jobOf(pod) === job.metadata.name);
  const why = failureOf(own) ?? message;
  return { reason: 'JobFailed', message: `Job ${job.metadata.name} failed (${reason}): ${why}. It is tried again.` };
}

function whatIsGoingOn({ progress, services, place }: Findings): Problem | undefined {
  const { running, failed, leaving, taken } = progress;
  if (leaving.length > 0)
    return { reason: 'Waiting', message: `Waiting for ${listed(leaving.map(childId))} to be gone.` };
  const jobs = [...running, ...failed.map(({ job }) => job)];
  if (jobs.length > 0)
    return {
      reason: 'JobRunning',
      message: `Waiting for ${listed(jobs.map(({ metadata }) => `Job ${metadata.name}`))}.`,
    };
  if (taken.length > 0)
    return { reason: 'NameTaken', message: `Waiting for ${listed(taken.map(childId))} to be free.` };
  const rolling = services.filter(({ isRolledOut }) => !isRolledOut);
  if (rolling.length === 0) return undefined;
  const each = rolling.map(({ name, updatedReplicas, replicas }) => `${name} ${updatedReplicas} of ${replicas}`);
  return { reason: 'RollingOut', message: `Release ${place.release} is rolling out: ${listed(each)}.` };
}

/** Pods of the services, and of the Jobs that the rest waits for; how a Job ended is told with the Job. */
export const isAwaited = (services: readonly ServiceState[], jobs: readonly Manifest[]) => (pod: Manifest) =>
  services.some(({ name }) => name === componentOf(pod)) || jobs.some(({ metadata }) => metadata.name === jobOf(pod));

const jobOf = ({ metadata }: Manifest): string | undefined => metadata.labels?.['batch.kubernetes.io/job-name'];

export const deleting = (message: string): Verdict => ({
  ready: no('Deleting', message),
  progressing: yes('Deleting', message),
  degraded: healthy,
  paused: active,
});

export const deletionBlocked = (reason: string, message: string): Verdict => ({
  ...deleting(message),
  degraded: yes(reason, message),
});

export const removalFailed = (failed: readonly FailedJob[], pods: readonly Manifest[]): Verdict => {
  const text = textOf(failed.map((job) => jobProblem(job, pods)));
  return deletionBlocked(
    'JobFailed',
    `${text}\nSet deletionPolicy to Retain to leave accounts and databases where they are.`,
  );
};

/** `a`, `a and b`, `a, b and c`. */
export function listed(names: readonly string[]): string {
  if (names.length < 2) return names.join('');
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
