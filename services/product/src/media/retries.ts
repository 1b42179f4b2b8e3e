import { setTimeout as pause } from 'node:timers/promises';
import { currentRequest } from '@storefront/kit/request-context';
import { ms, type Duration } from '@storefront/kit/time';

/** What asking again would not change. */
export class Refusal extends Error {}

/** `whole`: for all attempts and what is between them; `each`: for one. */
export type Patience = { whole: Duration; each: Duration };

const mostAttempts = 4;
/** Left of the request's deadline for saying that it went wrong. */
const toAnswerMs = 250;

/** Tries again whatever fails but a refusal, and ends before the deadline of the request that it works for. */
export async function retried<Result>(
  { whole, each }: Patience,
  attempt: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const deadlineAt = currentRequest()?.deadlineAt ?? Infinity;
  const endsAt = Math.min(performance.now() + ms(whole), deadlineAt - toAnswerMs);
  for (let count = 1; ; count += 1) {
    const leftMs = Math.max(0, Math.ceil(endsAt - performance.now()));
    try {
      return await attempt(AbortSignal.timeout(Math.min(ms(each), leftMs)));
    } catch (error) {
      const pauseMs = pauseAfter(count);
      if (error instanceof Refusal || count === mostAttempts || performance.now() + pauseMs >= endsAt) throw error;
      await pause(pauseMs);
    }
  }
}

/** Doubled each time, half of it at random, so that pods do not come back in step. */
function pauseAfter(count: number): number {
  const ceiling = 100 * 2 ** count;
  return Math.round(ceiling / 2 + (Math.random() * ceiling) / 2);
}
