import type { Amendment } from '../domain/amendment.ts';
import type { Order } from '../domain/order.ts';
import type { Outcome, Run } from '../domain/saga.ts';

/** What an act found out: what the order learns of it, and, once it has, what that means for the step. */
export type Result = {
  learn?: (amendment: Amendment) => void;
  outcome: Outcome | ((order: Order) => Outcome);
};

/** Does a step, or finds out what became of it: it may be called any number of times, also when it was done long ago. */
export type Act = (order: Order, run: Run) => Promise<Result>;

export const done: Result = { outcome: { kind: 'done' } };

/** Looked at before, so what was asked for then may have come about without a word. */
export const isLookedAtAgain = ({ tries }: Run): boolean => tries > 0;
