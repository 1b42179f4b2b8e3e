import { Money } from '@storefront/commerce/money';
import { OrderId } from '@storefront/commerce/order-ids';
import { reply, route } from '@storefront/kit/http';
import { Authorization, NewRefund, Payment } from '@storefront/payment/contract';
import { z } from 'zod';
import type { PaymentLedger } from '../payment.ts';

const common = { summary: 'Payment', allow: ['service'], params: { orderId: OrderId }, response: Payment } as const;

export const paymentRoutes = (payments: PaymentLedger) => [
  route({
    ...common,
    method: 'PUT',
    path: '/payments/:orderId',
    body: Authorization,
    handle: async ({ params: { orderId }, body }) => reply(payments.authorize(orderId, body)),
  }),
  route({
    ...common,
    method: 'GET',
    path: '/payments/:orderId',
    query: z.strictObject({ fresh: z.literal('true').exactOptional() }),
    handle: async ({ params: { orderId }, query: { fresh } }) =>
      reply(fresh ? payments.refreshed(orderId) : payments.known(orderId)),
  }),
  route({
    ...common,
    method: 'POST',
    path: '/payments/:orderId/capture',
    body: z.strictObject({ amount: Money }),
    handle: async ({ params: { orderId } }) => reply(payments.capture(orderId)),
  }),
  route({
    ...common,
    method: 'POST',
    path: '/payments/:orderId/cancel',
    handle: async ({ params: { orderId } }) => reply(payments.cancel(orderId)),
  }),
  route({
    ...common,
    method: 'PUT',
    path: '/payments/:orderId/refunds/:refundId',
    params: { orderId: OrderId, refundId: z.uuid() },
    body: NewRefund,
    handle: async ({ params: { orderId, refundId }, body }) => reply(payments.refund(orderId, refundId, body.amount)),
  }),
];
