import { randomUUID } from 'node:crypto';
import type { Caller } from '@storefront/kit/caller';
import { reply, type Answer, type KeyedRequest } from '@storefront/kit/http';
import type { Idempotency } from '@storefront/kit/idempotency';
import type { Clock } from '@storefront/kit/time';
import { bucketOfOrderId, type OrderId } from '@storefront/commerce/order-ids';
import type { z } from 'zod';
import type { NewOrderRefund, Order as OrderView } from '../contract.ts';
import { opened, refuseNobody } from '../domain/access.ts';
import { Amendment } from '../domain/amendment.ts';
import type { Order } from '../domain/order.ts';
import type { Interrupt, Parcels } from '../domain/ports.ts';
import { onlyParcel } from '../domain/requests.ts';
import { isToBeHandedOver, tryCard, wishCancellation, wishRefund } from '../domain/wishes.ts';
import type { Orders, OrderTransaction } from '../store/orders.ts';
import type { Tables } from '../store/tables.ts';

export type CommandDeps = {
  orders: Orders;
  keys: Idempotency<Tables>;
  parcels: Pick<Parcels, 'handOver'>;
  viewOf: (order: Order) => OrderView;
  goOn: (order: Order) => void;
  lookAt: (orderId: OrderId) => void;
  /** The order once that holds of it, or as it is after so long. */
  until: (orderId: OrderId, holds: (order: Order) => boolean, withinMs: number) => Promise<Order | undefined>;
  clock: Clock;
  interrupt: Interrupt;
};

/** Whose wish it is, and about which order. */
export type About = { caller: Caller; orderId: OrderId };
export type OrderCommands = ReturnType<typeof createOrderCommands>;

/** What customers and merchants may ask of an order that is there: each a change that the order's saga takes up. */
export function createOrderCommands(deps: CommandDeps) {
  const { orders, parcels, lookAt, until, viewOf } = deps;
  return {
    /** Another card, once for its key. */
    pay: (keyed: KeyedRequest, about: About, method: string) =>
      amendOnce(deps, { keyed, about, status: 200 }, (amendment) => tryCard(amendment, method)),

    refund: (keyed: KeyedRequest, about: About, wish: z.output<typeof NewOrderRefund>) =>
      amendOnce(deps, { keyed, about, status: 201 }, (amendment) => wishRefund(amendment, wish, randomUUID())),

    /** Twice is once: a wish that is there is not wished again. */
    async cancel(about: About, reason: string): Promise<Answer<OrderView>> {
      const amendment = await orders.transaction(bucketOfOrderId(about.orderId), (tx) =>
        amend(deps, tx, about, (one) => wishCancellation(one, reason)),
      );
      return reply(viewOf(await told(deps, amendment)));
    },

    /** The merchant gives the parcel away: what the carrier's first scan would say too. */
    async handOver({ caller, orderId }: About): Promise<Answer<OrderView>> {
      const order = opened(caller, orderId, await orders.find(orderId));
      if (!isToBeHandedOver(order)) return reply(viewOf(order));
      await parcels.handOver(orderId, onlyParcel);
      lookAt(orderId);
      const after = await until(orderId, ({ state }) => state !== order.state, 3_000);
      return reply(viewOf(after ?? order));
    },
  };
}

/** The order is locked, so what is decided about it holds when it is written. Undefined when nothing was to be changed. */
async function amend(
  { orders, clock }: CommandDeps,
  tx: OrderTransaction,
  { caller, orderId }: About,
  change: (amendment: Amendment) => boolean | void,
): Promise<{ amendment: Amendment; isChanged: boolean }> {
  const order = opened(caller, orderId, await orders.lock(tx, orderId));
  const amendment = Amendment.of(order, clock.now());
  if (change(amendment) === false) return { amendment, isChanged: false };
  await orders.write(tx, amendment);
  return { amendment, isChanged: true };
}

type Amended = Awaited<ReturnType<typeof amend>>;

async function amendOnce(
  deps: CommandDeps,
  { keyed, about, status }: { keyed: KeyedRequest; about: About; status: number },
  change: (amendment: Amendment) => void,
): Promise<Answer<OrderView>> {
  let amended: Amended | undefined;
  const { caller, orderId } = about;
  refuseNobody(caller, orderId);
  // Whoever shows an order's token is nobody in particular: the order stands for him.
  const requester = {
    bucket: bucketOfOrderId(orderId),
    buyer: caller.sub === '' ? orderId : `${caller.kind} ${caller.sub}`,
  };
  const answer = await deps.keys.once<OrderView>(keyed, requester, async (tx) => {
    amended = await amend(deps, tx, about, change);
    return reply(deps.viewOf(amended.amendment.order), { status });
  });
  if (amended) await told(deps, amended);
  return answer;
}

/** After the commit: others hear of it, and the saga goes on. */
async function told({ orders, goOn, interrupt }: CommandDeps, { amendment, isChanged }: Amended): Promise<Order> {
  if (!isChanged) return amendment.before ?? amendment.order;
  await interrupt('wished');
  const order = orders.committed(amendment);
  goOn(order);
  return order;
}
