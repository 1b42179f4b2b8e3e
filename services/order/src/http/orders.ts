import { cursorScope, readCursor, signCursor } from '@storefront/kit/cursor';
import type { Caller } from '@storefront/kit/caller';
import { reply, route, type Answer, type KeyedRequest } from '@storefront/kit/http';
import { bucketOf } from '@storefront/kit/postgres';
import { OrderId } from '@storefront/commerce/order-ids';
import { z } from 'zod';
import {
  CancelOrder,
  NewOrder,
  NewOrderRefund,
  NewPayment,
  Order,
  OrderList,
  OrderQuery,
  PlacedOrder,
} from '../contract.ts';
import type { OrderCommands } from '../commands/order-commands.ts';
import { opened } from '../domain/access.ts';
import { buyerUnknown } from '../domain/errors.ts';
import { isPaymentPending, type Order as AnOrder } from '../domain/order.ts';
import type { Orders } from '../store/orders.ts';
import { summaryOf, viewOf } from './views.ts';

export type OrderRoutesDeps = {
  orders: Pick<Orders, 'find' | 'list'>;
  placeOrder: (keyed: KeyedRequest, request: NewOrder, buyerId: string) => Promise<Answer<PlacedOrder>>;
  commands: OrderCommands;
  until: (orderId: OrderId, holds: (order: AnOrder) => boolean, withinMs: number) => Promise<AnOrder | undefined>;
  cursorKey: Buffer;
};

const ListQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).default(24),
  cursor: z.string().max(500).exactOptional(),
});
const Place = z.strictObject({ placedAt: z.iso.datetime(), orderId: OrderId });
const params = { orderId: OrderId };
/** Who may have an order, or see one by its token. */
const allow = ['guest', 'customer', 'merchant'] as const;
/** A customer who has been sent back by the bank waits so long for its word. */
const longPollMs = 8_000;
/** More of them would take all the connections that the gateway has for this process, and nobody else could ask anything. */
const mostWaiting = 24;

export const orderRoutes = (
  { orders, placeOrder, commands, until, cursorKey }: OrderRoutesDeps,
  outcomeOf = createOutcome(until),
) => [
  route({
    method: 'POST',
    path: '/orders',
    summary: 'Place an order: its goods are reserved, and a card that is given is tried after the answer',
    description:
      'Repeat it with the same Idempotency-Key until it is answered: it stays one order. After 409 `order-not-placed` it is none, and the cart can be ordered with a new key.',
    allow: ['guest', 'customer'],
    idempotent: 'required',
    body: NewOrder,
    response: PlacedOrder,
    success: [201],
    refuses: [404, 409, 422],
    async handle({ idempotency, body, caller }) {
      return placeOrder(idempotency, body, caller.sub);
    },
  }),
  route({
    method: 'GET',
    path: '/orders',
    summary: 'Orders of whoever asks, the newest first',
    allow: ['guest', 'customer'],
    query: ListQuery,
    response: OrderList,
    async handle({ query: { limit, cursor }, caller }) {
      const buyer = buyerOf(caller);
      const scope = cursorScope(`orders ${buyer.buyerId}`);
      const after = cursor === undefined ? undefined : readCursor(cursorKey, cursor, scope, Place);
      const rows = await orders.list(buyer, { limit: limit + 1, after });
      const items = rows.slice(0, limit).map(summaryOf);
      const last = items.at(-1);
      const isMore = rows.length > limit && last !== undefined;
      const { placedAt, orderId } = last ?? {};
      return reply({ items, nextCursor: isMore ? signCursor(cursorKey, { placedAt, orderId }, scope) : null });
    },
  }),
  route({
    method: 'GET',
    path: '/orders/:orderId',
    summary: 'One order; with waitFor=payment once the card has an outcome, or after 8 s',
    allow,
    params,
    query: OrderQuery,
    response: Order,
    refuses: [404],
    async handle({ params: { orderId }, query: { waitFor }, caller }) {
      const order = opened(caller, orderId, await orders.find(orderId));
      if (waitFor === undefined || !isPaymentPending(order)) return reply(viewOf(order), { etag: order.version });
      const later = (await outcomeOf(orderId)) ?? order;
      return reply(viewOf(later), { etag: later.version });
    },
  }),
  route({
    method: 'POST',
    path: '/orders/:orderId/payments',
    summary: 'Try a card, the first or another one',
    allow,
    idempotent: 'required',
    params,
    body: NewPayment,
    response: Order,
    refuses: [404, 409],
    async handle({ idempotency, params: { orderId }, body, caller }) {
      return commands.pay(idempotency, { caller, orderId }, body.paymentMethod);
    },
  }),
  route({
    method: 'POST',
    path: '/orders/:orderId/cancel',
    summary: 'Wish to cancel: decided between two steps, possible until the parcel has left; again changes nothing',
    allow,
    params,
    body: CancelOrder,
    response: Order,
    refuses: [404, 409],
    async handle({ params: { orderId }, body: { reason = 'customer' }, caller }) {
      return commands.cancel({ caller, orderId }, reason);
    },
  }),
  route({
    method: 'POST',
    path: '/orders/:orderId/refunds',
    summary: 'Give money back, for some lines or for all that is left',
    allow: ['merchant'],
    idempotent: 'required',
    params,
    body: NewOrderRefund,
    response: Order,
    success: [201],
    refuses: [404, 409],
    async handle({ idempotency, params: { orderId }, body, caller }) {
      return commands.refund(idempotency, { caller, orderId }, body);
    },
  }),
  route({
    method: 'POST',
    path: '/orders/:orderId/hand-over',
    summary: 'The parcel has been given to its carrier; again changes nothing',
    allow: ['merchant'],
    params,
    response: Order,
    refuses: [404, 409],
    async handle({ params: { orderId }, caller }) {
      return commands.handOver({ caller, orderId });
    },
  }),
];

/** The order once its payment has an outcome; undefined at once where too many wait for theirs already. */
function createOutcome(until: OrderRoutesDeps['until']) {
  let waiting = 0;
  return async function outcomeOf(orderId: OrderId): Promise<AnOrder | undefined> {
    if (waiting >= mostWaiting) return undefined;
    waiting += 1;
    try {
      return await until(orderId, (one) => !isPaymentPending(one), longPollMs);
    } finally {
      waiting -= 1;
    }
  };
}

function buyerOf({ sub }: Caller): { buyerId: string; bucket: number } {
  if (sub === '') throw buyerUnknown();
  return { buyerId: sub, bucket: bucketOf(sub) };
}
