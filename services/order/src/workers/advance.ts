import { ServiceError } from '@storefront/kit/errors';
import type { Log } from '@storefront/kit/log';
import { ms, type Clock, type Duration } from '@storefront/kit/time';
import type { Act, Result } from '../acts/act.ts';
import { Amendment } from '../domain/amendment.ts';
import { orderSaga, runOf, type Order } from '../domain/order.ts';
import type { Interrupt } from '../domain/ports.ts';
import { decideCancellation, progress } from '../domain/progress.ts';
import { sagaOf } from '../domain/purchase.ts';
import { joined, type Run } from '../domain/saga.ts';
import { isStale, type Orders } from '../store/orders.ts';

export type AdvanceDeps = {
  orders: Pick<Orders, 'find' | 'save' | 'isCurrent'>;
  acts: Readonly<Record<string, Act>>;
  clock: Clock;
  log: Log;
  interrupt: Interrupt;
  /** So long the outcome of a step waits for that of the step that joins it, to be written down in one transaction; 200 ms unless given. */
  joinWithin?: Duration;
};

/** A step whose act has ended, not written down yet. */
type Acted = { run: Run; result: Result };

/** One step of the saga, and the one that joins it; answers the order as it is then, undefined when somebody else has taken over. */
export async function advance(deps: AdvanceDeps, order: Order, run: Run): Promise<Order | undefined> {
  const isWished = run.saga === orderSaga && order.cancellation !== null && run.turnedFrom === null;
  if (isWished) return record(deps, order, run, [(amendment) => decideCancellation(amendment, run)]);
  const first = await act(deps, order, run);
  const next = await joining(deps, order, first);
  if (!next) return settle(deps, order, [first]);
  const acting = act(deps, next.order, next.run);
  const second = await inTime(acting, deps.joinWithin ?? '200ms');
  if (second) return settle(deps, order, [first, second]);
  let saved: Order | undefined;
  try {
    saved = await settle(deps, order, [first]);
  } finally {
    // Nothing else is done with the order while that is under way.
    await acting;
  }
  return saved && isStillAt(saved, next.run) ? settle(deps, saved, [await acting]) : saved;
}

/**
 * The order at the step that may be begun before the one in front of it is written down. Dying between the two is dying before the first
 * is written down: it is done again, and then the second. The pivot is not passed without a look whether somebody wished to cancel.
 */
async function joining(
  { orders, clock }: AdvanceDeps,
  order: Order,
  first: Acted,
): Promise<{ order: Order; run: Run } | undefined> {
  const { saga, step } = first.run;
  const ahead = Amendment.of(order, clock.now());
  apply(ahead, first);
  const run = runOf(ahead.order, saga);
  if (!run || run.step === step || run.dueAt > ahead.now) return undefined;
  const next = joined(sagaOf(saga), run);
  if (!next || (next.isPivot && !(await orders.isCurrent(order)))) return undefined;
  return { order: ahead.order, run };
}

/** Without an AbortController, whose error costs more than the rest of it. */
function inTime(acting: Promise<Acted>, within: Duration): Promise<Acted | undefined> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(undefined), ms(within));
    void acting.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

async function act(deps: AdvanceDeps, order: Order, run: Run): Promise<Acted> {
  await deps.interrupt(`before ${run.step}`);
  const result = await perform(deps, order, run);
  await deps.interrupt(`after ${run.step}`);
  return { run, result };
}

function apply(amendment: Amendment, { run, result: { learn, outcome } }: Acted): void {
  learn?.(amendment);
  progress(amendment, run, typeof outcome === 'function' ? outcome(amendment.order) : outcome);
}

/** Writes down what the acts came to. */
async function settle(
  deps: AdvanceDeps,
  order: Order,
  acted: readonly [Acted, ...Acted[]],
): Promise<Order | undefined> {
  const changes = acted.map((one) => (amendment: Amendment) => apply(amendment, one));
  const saved = await record(deps, order, acted[0].run, changes);
  for (const { run } of acted) await deps.interrupt(`saved ${run.step}`);
  return saved;
}

/** Whatever goes wrong is tried again: a saga does not end because a participant is away or this code has a bug. */
async function perform({ acts, log }: AdvanceDeps, order: Order, run: Run): Promise<Result> {
  if (run.status === 'parked' && run.turnedFrom === null) return { outcome: { kind: 'again', reason: 'parked' } };
  try {
    const known = acts[run.step];
    if (!known) throw new Error(`there is no act for ${run.step}`);
    return await known(order, run);
  } catch (error) {
    const isExpected = error instanceof ServiceError && error.kind === 'unavailable';
    log[isExpected ? 'warn' : 'error'](
      { error, orderId: order.orderId, step: run.step },
      'a step failed, will try again',
    );
    return { outcome: { kind: 'again', reason: error instanceof ServiceError ? error.code : 'internal' } };
  }
}

/**
 * All changes at once. When the order has changed meanwhile they are made to what it is now, if it is still at that step; where somebody
 * wishes to cancel only the first, for a wish is decided between two steps.
 */
async function record(
  { orders, clock }: AdvanceDeps,
  order: Order,
  run: Run,
  changes: readonly ((amendment: Amendment) => void)[],
): Promise<Order | undefined> {
  let wanted = changes;
  for (let current: Order | undefined = order; current;) {
    const amendment = Amendment.of(current, clock.now());
    for (const change of wanted) change(amendment);
    try {
      return await orders.save(amendment);
    } catch (error) {
      if (!isStale(error)) throw error;
    }
    const now: Order | undefined = await orders.find(order.orderId);
    current = now && isStillAt(now, run) ? now : undefined;
    wanted = now?.cancellation ? changes.slice(0, 1) : changes;
  }
  return undefined;
}

function isStillAt(order: Order, { saga, step, attempt, turnedFrom }: Run): boolean {
  const run = runOf(order, saga);
  return run?.step === step && run.attempt === attempt && run.turnedFrom === turnedFrom;
}
