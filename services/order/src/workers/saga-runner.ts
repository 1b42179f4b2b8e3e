import { withoutRequest } from '@storefront/kit/request-context';
import type { OrderId } from '@storefront/commerce/order-ids';
import { orderSaga, runOf, type Order } from '../domain/order.ts';
import { sagaOf } from '../domain/purchase.ts';
import type { Run } from '../domain/saga.ts';
import { advance, type AdvanceDeps } from './advance.ts';
import { createSlots } from './slots.ts';

export type SagaRunner = {
  /** Goes on with all that is due of an order that is at hand. */
  readonly goOn: (order: Order) => void;
  /** Looks at a saga of an order that is somewhere in the store, due or not; at all of its sagas unless one is named. */
  readonly lookAt: (orderId: OrderId, saga?: string) => void;
  /** Whether this process is moving the order on. */
  readonly isMoving: (orderId: OrderId) => boolean;
  /** How many more it would take up at once. */
  readonly room: number;
  readonly stop: () => Promise<void>;
};

/** Sagas that one process moves on at the same time; as many wait for a place, the others for the sweep of any process. */
const places = 32;

/** Does what is due, step after step. Any process may go on where another one stopped. */
export function createSagaRunner(deps: AdvanceDeps): SagaRunner {
  const { log, orders, clock } = deps;
  const slots = createSlots(places, { queue: places });
  const fail = (orderId: OrderId) => (error: unknown) =>
    log.warn({ error, orderId }, 'a step could not be written down, it will be taken up again');

  function start(order: Order, saga: string): void {
    const { orderId } = order;
    const work = () => drive(deps, order, saga).then((reached) => followUp(orderId, saga, reached), fail(orderId));
    slots.run(keyOf(orderId, saga), work, () => lookAt(orderId, saga));
  }

  /** What another saga of the order has made due; or what was seen here and lost, as somebody else was faster with the step. */
  function followUp(orderId: OrderId, saga: string, reached: Order | undefined): void {
    if (slots.isStopped) return;
    if (reached) goOn(reached);
    else withoutRequest(() => void look(orderId, (run) => run.saga === saga && awaitsWord(run)).catch(fail(orderId)));
  }

  function goOn(order: Order): void {
    const now = clock.now();
    for (const { saga, dueAt } of order.runs) if (dueAt <= now) withoutRequest(() => start(order, saga));
  }

  async function look(orderId: OrderId, isWanted: (run: Run) => boolean): Promise<void> {
    const order = await orders.find(orderId);
    for (const run of order?.runs.filter(isWanted) ?? []) if (order) start(madeDue(order, run, clock.now()), run.saga);
  }

  function lookAt(orderId: OrderId, saga?: string): void {
    const isWanted = (run: Run) => saga === undefined || run.saga === saga;
    withoutRequest(() => void look(orderId, isWanted).catch(fail(orderId)));
  }

  return {
    goOn,
    lookAt,
    isMoving: (orderId) => slots.isRunning(keyOf(orderId, orderSaga)),
    get room() {
      return slots.room;
    },
    stop: () => slots.stop(),
  };
}

const keyOf = (orderId: OrderId, saga: string): string => `${orderId} ${saga}`;

/** Whether nothing else brings the step on but an event, which may have been heard already. */
const awaitsWord = ({ saga, step }: Run): boolean =>
  sagaOf(saga).some(({ name, waitsFor }) => name === step && waitsFor !== undefined);

/** In the store it is put off for as long as this may take. */
function madeDue(order: Order, run: Run, now: Date): Order {
  return { ...order, runs: order.runs.map((one) => (one === run ? { ...run, dueAt: now } : one)) };
}

/** Until nothing of the saga is due any more; answers the order as it is then, undefined when somebody else has taken over. */
async function drive(deps: AdvanceDeps, order: Order, saga: string): Promise<Order | undefined> {
  for (let current: Order | undefined = order; current;) {
    const run = runOf(current, saga);
    if (!run || run.dueAt > deps.clock.now()) return current;
    current = await advance(deps, current, run);
  }
  return undefined;
}
