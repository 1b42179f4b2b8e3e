import { setTimeout as pause } from 'node:timers/promises';
import { currentRequest } from '@storefront/kit/request-context';

/** How long one may go on trying. */
export type Budget = { leftMs(): number };

export function budgetOf(forMs: number): Budget {
  const endsAt = performance.now() + forMs;
  return { leftMs: () => endsAt - performance.now() };
}

/** Ends a little before the answer to the current request must be there: its caller is told what is known by then. */
export function requestBudget(mostMs: number): Budget {
  const request = currentRequest();
  const leftMs = request ? request.deadlineAt - performance.now() - answerMs : mostMs;
  return budgetOf(Math.min(mostMs, leftMs));
}

/** For the transaction that writes the outcome, and the answer. */
const answerMs = 700;

/** Longer each time, up to 2 s, the upper half of it at random. False, at once, when the budget would end first. */
export async function backOff(round: number, budget: Budget): Promise<boolean> {
  const ceiling = Math.min(2_000, 100 * 2 ** Math.min(round, 5));
  const waitMs = ceiling / 2 + (Math.random() * ceiling) / 2;
  if (waitMs >= budget.leftMs()) return false;
  await pause(waitMs);
  return true;
}
