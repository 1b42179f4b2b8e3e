/** What a live Job has come to, and when a failed one may run again: pure. */
import type { Manifest } from '../cluster.ts';

export type JobState =
  | { is: 'running' }
  | { is: 'complete' }
  | { is: 'failed'; reason: string; message: string; failedAt: number; attempt: number };

type JobCondition = { type: string; status: string; reason?: string; message?: string; lastTransitionTime?: string };

/** How often a Job has been run before; on the object, so that it outlives the operator. */
export const attemptAnnotation = 'storefront.dev/attempt';

export function jobState(job: Manifest): JobState {
  const { conditions = [] } = (job.status ?? {}) as { conditions?: JobCondition[] };
  const met = conditions.filter(({ status }) => status === 'True');
  if (met.some(({ type }) => type === 'Complete')) return { is: 'complete' };
  const failed = met.find(({ type }) => type === 'Failed');
  return failed === undefined ? { is: 'running' } : failure(failed, job);
}

function failure({ reason = 'Failed', message = '', lastTransitionTime = '' }: JobCondition, job: Manifest): JobState {
  const attempt = Number(job.metadata.annotations?.[attemptAnnotation] ?? 0);
  return { is: 'failed', reason, message, failedAt: Date.parse(lastTransitionTime) || 0, attempt };
}

const FIRST_RETRY_MS = 10_000;
const LAST_RETRY_MS = 600_000;

/** Milliseconds until a failed Job is run again: 10 s after its failure, doubling to 10 min. */
export function untilRetry(state: Extract<JobState, { is: 'failed' }>, now: number): number {
  const pause = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(state.attempt, 20));
  return Math.max(0, state.failedAt + pause - now);
}

/** The same Job as the next attempt. */
export const nextAttempt = (manifest: Manifest, attempt: number): Manifest => ({
  ...manifest,
  metadata: {
    ...manifest.metadata,
    annotations: { ...manifest.metadata.annotations, [attemptAnnotation]: String(attempt + 1) },
  },
});
