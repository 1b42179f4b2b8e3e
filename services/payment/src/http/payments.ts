import { Money } from '@storefront/commerce/money';
import { OrderId } from '@storefront/commerce/order-ids';
import { reply, route, type Route } from '@storefront/kit/http';
import { z } from 'zod';
import { Authorization, NewRefund, Payment } from '../contract.ts';
import type { Commands } from '../payments/commands.ts';

const params = { orderId: OrderId };
/** Stripe may take its time; the budget of a command ends before. */
const timeout = '25s';

/** Called by the order, which has checked the owner. */
export const paymentRoutes = (commands: Commands): Route[] => [
  route({
    method: 'PUT',
    path: '/payments/:orderId',
    summary: 'Tries a card for an order',
    description:
      'The same attempt again is the same call. The answer is what Stripe said: authorized, declined (requires-method), or the bank asks its customer (requires-action); `processing` when that is not known yet: then `payment.changed` follows.',
    allow: ['service'],
    timeout,
    params,
    body: Authorization,
    response: Payment,
    refuses: [409],
    async handle({ params: { orderId }, body }) {
      return reply(await commands.authorize(orderId, body));
    },
  }),
  route({
    method: 'GET',
    path: '/payments/:orderId',
    summary: 'The payment of an order',
    description: 'With `fresh=true` as Stripe says now; 503 when Stripe does not answer.',
    allow: ['service'],
    timeout,
    params,
    query: z.strictObject({ fresh: z.stringbool().exactOptional() }),
    response: Payment,
    refuses: [404],
    async handle({ params: { orderId }, query }) {
      return reply(await commands.find(orderId, { isFresh: query.fresh ?? false }));
    },
  }),
  route({
    method: 'POST',
    path: '/payments/:orderId/capture',
    summary: 'Takes what is authorized, or a part of it, once',
    description:
      'The same amount again is the same capture. What is canceled, or has lapsed, is 409 `payment-canceled`.',
    allow: ['service'],
    timeout,
    params,
    body: z.strictObject({ amount: Money }).meta({ id: 'Capture' }),
    response: Payment,
    refuses: [404, 409],
    async handle({ params: { orderId }, body }) {
      return reply(await commands.capture(orderId, body.amount));
    },
  }),
  route({
    method: 'POST',
    path: '/payments/:orderId/cancel',
    summary: 'Gives back what is authorized',
    description:
      'Also of an order that never paid: an attempt that comes later finds it canceled. 409 `payment-captured` after the capture.',
    allow: ['service'],
    timeout,
    params,
    response: Payment,
    refuses: [409],
    async handle({ params: { orderId } }) {
      return reply(await commands.cancel(orderId));
    },
  }),
  route({
    method: 'PUT',
    path: '/payments/:orderId/refunds/:refundId',
    summary: 'Gives back what was captured, or a part of it',
    description: 'The same id again is the same refund. It may fail later: `payment.changed` tells.',
    allow: ['service'],
    timeout,
    params: { ...params, refundId: z.uuid() },
    body: NewRefund,
    response: Payment,
    refuses: [404, 409],
    async handle({ params: { orderId, refundId }, body: { amount, reason } }) {
      return reply(await commands.refund(orderId, { refundId, amount, reason }));
    },
  }),
];
