import type { Clock } from '@storefront/kit/time';
import { isDecidedBy, isOfCard, mayBeForgotten, triesCard } from '../domain/calls.ts';
import type { PaymentRecord } from '../domain/payment.ts';
import type { Answer, Call, PaymentProvider, Truth } from '../domain/provider.ts';
import type { Settlement } from '../domain/settlement.ts';
import { backOff, type Budget } from './budget.ts';

export type CarryOutDeps = { provider: PaymentProvider; clock: Clock; scope: string; callTimeoutMs: number };

type Task = { call: Call; payment: PaymentRecord; budget: Budget; isFresh: boolean };

/**
 * Sends a call until its outcome is known: always with its own key and parameters, and with a look at what Stripe has after
 * every answer that does not say. Undefined when the budget ends first.
 */
export async function carryOut(deps: CarryOutDeps, task: Task): Promise<Settlement | undefined> {
  const { call, payment, budget, isFresh } = task;
  const known = isFresh ? undefined : await lookFirst(deps, task);
  if (known) return known === 'leave' ? undefined : known;
  for (let round = 0; budget.leftMs() > leastMs; round += 1) {
    const timeoutMs = timeoutOf(deps, budget);
    const answer = await deps.provider.send(call, { intentId: payment.intentId, timeoutMs });
    const settlement = await understand(deps, task, answer);
    if (settlement) return settlement === 'leave' ? undefined : settlement;
    if (!(await backOff(round, budget))) return undefined;
  }
  return undefined;
}

/** A call of somebody who did not live to see the answer: it may have been done. */
async function lookFirst(deps: CarryOutDeps, task: Task): Promise<Settlement | 'leave' | undefined> {
  const { call } = task;
  const isForgotten = mayBeForgotten(call, deps.clock.now());
  // The key of a creation tells by itself, as long as Stripe knows it.
  if (call.operation === 'create' && !isForgotten) return undefined;
  const truth = await lookAt(deps, task);
  if (!truth) return 'leave';
  if (isDecidedBy(call, truth)) return { call, outcome: 'done', truth };
  // Nobody is waiting for that card any more, and without its key it would be charged anew.
  return isForgotten && triesCard(call) ? { call, outcome: 'ended', truth } : undefined;
}

/** Less is not worth a request. */
const leastMs = 100;

/** Leaves time for a look at what became of a request without an answer. */
export function timeoutOf({ callTimeoutMs }: Pick<CarryOutDeps, 'callTimeoutMs'>, budget: Budget): number {
  return Math.max(leastMs, Math.min(callTimeoutMs, Math.round(budget.leftMs() * 0.6)));
}

/** What an answer settles; nothing when the call is to be sent again, `leave` when not now. */
async function understand(deps: CarryOutDeps, task: Task, answer: Answer): Promise<Settlement | 'leave' | undefined> {
  const { call } = task;
  switch (answer.kind) {
    case 'again':
      return undefined;
    case 'done':
    case 'refused':
      return settledBy(deps, task, answer);
    case 'unknown':
      // The same key will say what became of a creation and its card; while that is under way, no list shows it.
      return call.operation === 'create' ? undefined : whatWasDone(call, await lookAt(deps, task));
    case 'failed':
      return afterFailure(call, await lookAt(deps, task), answer.isReplay);
  }
}

function whatWasDone(call: Call, truth: Truth | undefined): Settlement | undefined {
  return truth && isDecidedBy(call, truth) ? { call, outcome: 'done', truth } : undefined;
}

/** A key that answers 500 again does so for a day. A card can be tried again at once, by another attempt; the rest by this key, tomorrow. */
function afterFailure(call: Call, truth: Truth | undefined, isReplay: boolean): Settlement | 'leave' | undefined {
  const done = whatWasDone(call, truth);
  if (done || !truth || !isReplay) return done;
  return isOfCard(call) ? { call, outcome: 'ended', truth } : 'leave';
}

/** A replay shows what was true when it was first given, so the truth is asked for. */
async function settledBy(
  deps: CarryOutDeps,
  task: Task,
  answer: Extract<Answer, { kind: 'done' | 'refused' }>,
): Promise<Settlement | undefined> {
  const { call } = task;
  const isKnown = !answer.isReplay && (answer.kind === 'done' || answer.truth.intent !== undefined);
  const madeId = answer.truth.intent?.id;
  const isOfIntent = call.operation === 'create' ? madeId !== undefined : call.operation !== 'refund';
  const needsLook = !isKnown && (answer.kind === 'done' || isOfIntent);
  const truth = needsLook ? await lookAt(deps, task, madeId) : answer.truth;
  if (!truth) return undefined;
  if (answer.kind === 'done') return { call, outcome: 'done', truth };
  return { call, outcome: 'refused', truth, refusal: answer.refusal };
}

/** What Stripe has now; undefined when it does not say. */
async function lookAt(deps: CarryOutDeps, task: Task, intentId = task.payment.intentId): Promise<Truth | undefined> {
  const options = { timeoutMs: timeoutOf(deps, task.budget) };
  const { provider, scope } = deps;
  const { call, payment } = task;
  try {
    if (intentId === null) {
      const intent = await provider.searchIntent({ orderId: payment.orderId, scope, since: call.sentAt }, options);
      return intent ? { intent } : {};
    }
    if (call.operation === 'refund') {
      const refund = (await provider.refundsOf(intentId, options)).find(({ refundId }) => refundId === call.subject);
      return refund ? { refund } : {};
    }
    const intent = await provider.findIntent(intentId, options);
    return intent && { intent };
  } catch (error) {
    if (isUnavailable(error)) return undefined;
    throw error;
  }
}

function isUnavailable(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'stripe-unavailable';
}
