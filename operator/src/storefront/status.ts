/** The status of a Storefront: pure. The conditions change their time only when they change their answer. */
import type { Condition, StorefrontStatus } from '@storefront/crds';
import type { Answer, Verdict } from './verdict.ts';
import type { ServiceState } from './workload-state.ts';

export type Place = { release: string; url: string; scope: string };

export type Report = {
  verdict: Verdict;
  generation: number;
  services?: readonly ServiceState[];
  /** Of a Storefront whose spec can be read. */
  place?: Place;
  /** What the running pods read, once they run. */
  secrets?: Readonly<Record<string, string>>;
};

export function statusFor(report: Report, previous: StorefrontStatus, now: Date): StorefrontStatus {
  const { verdict, generation, place } = report;
  const isReady = verdict.ready?.status === 'True';
  const before = (type: string) => previous.conditions?.find((condition) => condition.type === type);
  const condition = (type: string, answer: Answer | undefined) =>
    conditionFor(type, { answer, generation, before: before(type), now });
  return {
    ...previous,
    observedGeneration: generation,
    conditions: [
      condition('Ready', verdict.ready),
      condition('Progressing', verdict.progressing),
      condition('Degraded', verdict.degraded),
      condition('Paused', verdict.paused),
    ],
    ...(report.services && { services: report.services.map(serviceFor) }),
    ...(place && { url: place.url, scope: place.scope }),
    ...(place && isReady && { release: place.release, secrets: secretsFor(report.secrets ?? {}) }),
  };
}

type Change = { answer: Answer | undefined; generation: number; before: Condition | undefined; now: Date };

function conditionFor(type: string, { answer, generation, before, now }: Change): Condition {
  const { status, reason, message } = answer ?? before ?? { status: 'Unknown', reason: 'NotYetKnown', message: '' };
  const lastTransitionTime =
    before?.status === status ? before.lastTransitionTime : now.toISOString().replace(/\.\d+Z/, 'Z');
  return { type, status, reason, message: message.slice(0, 4096), observedGeneration: generation, lastTransitionTime };
}

const serviceFor = ({ name, replicas, updatedReplicas, readyReplicas, release }: ServiceState) => ({
  name,
  replicas,
  updatedReplicas,
  readyReplicas,
  ...(release === undefined ? {} : { release }),
});

const secretsFor = (secrets: Readonly<Record<string, string>>) =>
  Object.entries(secrets)
    .map(([name, hash]) => ({ name, hash }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));

/** Conditions whose answer or reason is another than before: what is worth an event. */
export function transitions(previous: StorefrontStatus, next: StorefrontStatus): Condition[] {
  return (next.conditions ?? []).filter((condition) => {
    const before = previous.conditions?.find(({ type }) => type === condition.type);
    return before?.status !== condition.status || before.reason !== condition.reason;
  });
}
