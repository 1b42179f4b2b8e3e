import { empty, reply, route } from '@storefront/kit/http';
import { OrderId } from '@storefront/commerce/order-ids';
import { Hold, HoldLines, HoldRequest } from '@storefront/product/contract/stock';
import { z } from 'zod';
import type { StockLedger } from '../product.ts';

const common = { summary: 'Stock', allow: ['service'], params: { orderId: OrderId } } as const;
const hold = { ...common, body: HoldRequest, response: Hold } as const;

export const holdRoutes = (stock: StockLedger) => [
  route({
    ...hold,
    method: 'PUT',
    path: '/holds/:orderId',
    handle: async ({ params: { orderId }, body }) => reply(stock.take(orderId, body.lines, 'held')),
  }),
  route({
    ...hold,
    method: 'POST',
    path: '/holds/:orderId/claim',
    handle: async ({ params: { orderId }, body }) => reply(stock.take(orderId, body.lines, 'claimed')),
  }),
  route({
    ...hold,
    method: 'POST',
    path: '/holds/:orderId/release',
    handle: async ({ params: { orderId }, body }) => reply(stock.release(orderId, body.lines)),
  }),
  route({
    ...hold,
    method: 'POST',
    path: '/holds/:orderId/ship',
    handle: async ({ params: { orderId } }) => reply(stock.ship(orderId)),
  }),
  route({
    ...common,
    method: 'POST',
    path: '/holds/:orderId/restock',
    body: z.strictObject({ refundId: z.uuid(), lines: HoldLines }),
    async handle({ body: { refundId, lines } }) {
      stock.restock(refundId, lines);
      return empty();
    },
  }),
];
