import { ServiceError } from '@storefront/kit/errors';
import type { Log } from '@storefront/kit/log';
import { withoutRequest } from '@storefront/kit/request-context';
import type { Clock } from '@storefront/kit/time';
import type { OrderId } from '@storefront/commerce/order-ids';
import type { Act, Result } from '../acts/act.ts';
import { Amendment } from '../domain/amendment.ts';
import { orderSaga, runOf, type Order } from '../domain/order.ts';
import type { Interrupt } from '../domain/ports.ts';
import { decideCancellation, progress } from '../domain/progress.ts';
import type { Run } from '../domain/saga.ts';
import { isStale, type Orders } from '../store/orders.ts';
import { createSlots } from './slots.ts';

export type SagaRunnerDeps = {
  orders: Pick<Orders, 'find' | 'save'>;
  acts: Readonly<Record<string, Act>>;
  clock: Clock;
  log: Log;
  interrupt: Interrupt;
};

export type SagaRunner = {
  /** Goes on with all that is due of an order that is at hand. */
  readonly goOn: (order: Order) => void;
  /** Looks at a saga of an order that is somewhere in the store, due or not; at all of its sagas unless one is named. */
  readonly lookAt: (orderId: OrderId, saga?: string) => void;
  /** How many more it would take up at once. */
  readonly room: number;
  readonly stop: () => Promise<void>;
};

/** Sagas that one process moves on at the same time; as many wait for a place, the others for the sweep of any process. */
const places = 32;

/** Does what is due, step after step, each written down before the next begins. Any process may go on where another one stopped. */
export function createSagaRunner(deps: SagaRunnerDeps): SagaRunner {
  const { log, orders, clock } = deps;
  const slots = createSlots(places, { queue: places });
  const fail = (orderId: OrderId) => (error: unknown) =>
    log.warn({ error, orderId }, 'a step could not be written down, it will be taken up again');

  function start(order: Order, saga: string): void {
    const work = () => drive(deps, order, saga).then(followUp, fail(order.orderId));
    slots.run(`${order.orderId} ${saga}`, work, () => lookAt(order.orderId, saga));
  }

  /** What another saga of the order has made due. */
  function followUp(order: Order | undefined): void {
    if (order && !slots.isStopped) goOn(order);
  }

  function goOn(order: Order): void {
    const now = clock.now();
    for (const { saga, dueAt } of order.runs) if (dueAt <= now) withoutRequest(() => start(order, saga));
  }

  function lookAt(orderId: OrderId, saga?: string): void {
    const work = async () => {
      const order = await orders.find(orderId);
      const runs = order?.runs.filter((run) => saga === undefined || run.saga === saga) ?? [];
      for (const run of runs) if (order) start(madeDue(order, run, clock.now()), run.saga);
    };
    withoutRequest(() => void work().catch(fail(orderId)));
  }

  return {
    goOn,
    lookAt,
    get room() {
      return slots.room;
    },
    stop: () => slots.stop(),
  };
}

/** In the store it is put off for as long as this may take. */
function madeDue(order: Order, run: Run, now: Date): Order {
  return { ...order, runs: order.runs.map((one) => (one === run ? { ...run, dueAt: now } : one)) };
}

/** Until nothing of the saga is due any more; answers the order as it is then, undefined when somebody else has taken over. */
async function drive(deps: SagaRunnerDeps, order: Order, saga: string): Promise<Order | undefined> {
  for (let current: Order | undefined = order; current;) {
    const run = runOf(current, saga);
    if (!run || run.dueAt > deps.clock.now()) return current;
    current = await advance(deps, current, run);
  }
  return undefined;
}

async function advance(deps: SagaRunnerDeps, order: Order, run: Run): Promise<Order | undefined> {
  const isWished = run.saga === orderSaga && order.cancellation !== null && run.turnedFrom === null;
  if (isWished) return record(deps, order, run, (amendment) => decideCancellation(amendment, run));
  await deps.interrupt(`before ${run.step}`);
  const { learn, outcome } = await perform(deps, order, run);
  await deps.interrupt(`after ${run.step}`);
  const saved = await record(deps, order, run, (amendment) => {
    learn?.(amendment);
    progress(amendment, run, typeof outcome === 'function' ? outcome(amendment.order) : outcome);
  });
  await deps.interrupt(`saved ${run.step}`);
  return saved;
}

/** Whatever goes wrong is tried again: a saga does not end because a participant is away or this code has a bug. */
async function perform({ acts, log }: SagaRunnerDeps, order: Order, run: Run): Promise<Result> {
  if (run.status === 'parked' && run.turnedFrom === null) return { outcome: { kind: 'again', reason: 'parked' } };
  try {
    const act = acts[run.step];
    if (!act) throw new Error(`there is no act for ${run.step}`);
    return await act(order, run);
  } catch (error) {
    const isExpected = error instanceof ServiceError && error.kind === 'unavailable';
    log[isExpected ? 'warn' : 'error'](
      { error, orderId: order.orderId, step: run.step },
      'a step failed, will try again',
    );
    return { outcome: { kind: 'again', reason: error instanceof ServiceError ? error.code : 'internal' } };
  }
}

/** Writes it down; when the order has changed meanwhile, as a change of what it is now, if it is still at that step. */
async function record(
  { orders, clock }: SagaRunnerDeps,
  order: Order,
  run: Run,
  change: (amendment: Amendment) => void,
): Promise<Order | undefined> {
  for (let current: Order | undefined = order; current;) {
    const amendment = Amendment.of(current, clock.now());
    change(amendment);
    try {
      return await orders.save(amendment);
    } catch (error) {
      if (!isStale(error)) throw error;
    }
    const now: Order | undefined = await orders.find(order.orderId);
    current = now && isStillAt(now, run) ? now : undefined;
  }
  return undefined;
}

function isStillAt(order: Order, { saga, step, attempt, turnedFrom }: Run): boolean {
  const run = runOf(order, saga);
  return run?.step === step && run.attempt === attempt && run.turnedFrom === turnedFrom;
}
