import { empty, reply, route } from '@storefront/kit/http';
import { OrderId } from '@storefront/commerce/order-ids';
import { Hold, HoldRequest, Restock } from '../contract/stock.ts';
import { returnedBy } from '../domain/stock/movement.ts';
import type { OrderHold } from '../store/stock/holds.ts';
import type { StockStore } from '../store/stock/stock.ts';

export type HoldRoutesDeps = { stock: Pick<StockStore, 'holds' | 'movements'> };

const params = { orderId: OrderId };

/** For the order service. All of them may be repeated: the state that is answered is the one that counts. */
export const holdRoutes = ({ stock }: HoldRoutesDeps) => [
  route({
    method: 'PUT',
    path: '/holds/:orderId',
    summary: 'Hold what an order wants for an hour: all of it, or nothing (409 out-of-stock)',
    description: 'An order that has ended is answered with how it ended, and nothing is held.',
    allow: ['service'],
    params,
    body: HoldRequest,
    response: Hold,
    refuses: [409],
    async handle({ params: { orderId }, body: { lines } }) {
      return reply(viewOf(orderId, await stock.holds.reserve(orderId, lines)));
    },
  }),
  route({
    method: 'POST',
    path: '/holds/:orderId/claim',
    summary: 'Keep what is held until the order ends; what is not held any more is held anew (409 out-of-stock)',
    description: 'After 409 what could be claimed stays claimed: release the order.',
    allow: ['service'],
    params,
    body: HoldRequest,
    response: Hold,
    refuses: [409],
    async handle({ params: { orderId }, body: { lines } }) {
      return reply(viewOf(orderId, await stock.holds.claim(orderId, lines)));
    },
  }),
  route({
    method: 'POST',
    path: '/holds/:orderId/release',
    summary: 'Give up what is held or claimed, for good; also when the hold comes later than this',
    allow: ['service'],
    params,
    body: HoldRequest,
    response: Hold,
    async handle({ params: { orderId }, body: { lines } }) {
      return reply(viewOf(orderId, await stock.holds.release(orderId, lines)));
    },
  }),
  route({
    method: 'POST',
    path: '/holds/:orderId/ship',
    summary: 'What is claimed leaves the house (409 not-claimed when it is not)',
    allow: ['service'],
    params,
    body: HoldRequest,
    response: Hold,
    refuses: [409],
    async handle({ params: { orderId }, body: { lines } }) {
      return reply(viewOf(orderId, await stock.holds.ship(orderId, lines)));
    },
  }),
  route({
    method: 'POST',
    path: '/holds/:orderId/restock',
    summary: 'Units of a refund are back and can be ordered; once for each refund and SKU',
    allow: ['service'],
    params,
    body: Restock,
    refuses: [404, 409],
    async handle({ params: { orderId }, body: { refundId, lines } }) {
      for (const line of lines) await stock.movements.record(returnedBy({ orderId, refundId, ...line }));
      return empty();
    },
  }),
];

function viewOf(orderId: string, { state, expiresAt }: OrderHold) {
  return { orderId, state, expiresAt: expiresAt?.toISOString() ?? null };
}
