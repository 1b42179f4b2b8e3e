import type { Client } from '@storefront/kit/client';
import { unavailable } from '@storefront/kit/errors';
import { Payment } from '@storefront/payment/contract';
import type { Payments } from '../domain/ports.ts';
import { answerOf } from './answer.ts';

export function paymentClient(client: Pick<Client, 'request'>): Payments {
  const path = (orderId: string, rest = '') => `/payments/${orderId}${rest}`;

  async function find(orderId: string, { fresh = false } = {}): Promise<Payment | undefined> {
    const query = fresh ? { fresh: true } : {};
    const response = await client.request({ method: 'GET', path: path(orderId), query });
    return response.status === 404 ? undefined : answerOf(response, Payment);
  }

  /** Refused for the state that it is in: that state is the answer. */
  async function send(method: 'PUT' | 'POST', orderId: string, rest: string, body?: object): Promise<Payment> {
    const response = await client.request({ method, path: path(orderId, rest), ...(body ? { body } : {}) });
    if (response.status !== 409) return answerOf(response, Payment);
    const payment = await find(orderId, { fresh: true });
    if (!payment) throw unavailable('upstream-unavailable', 'The payment service knows nothing of this order.');
    return payment;
  }

  return {
    find,
    authorize: (orderId, authorization) => send('PUT', orderId, '', authorization),
    capture: (orderId, amount) => send('POST', orderId, '/capture', { amount }),
    refund: (orderId, refundId, refund) => send('PUT', orderId, `/refunds/${refundId}`, refund),
    async cancel(orderId) {
      const response = await client.request({ method: 'POST', path: path(orderId, '/cancel') });
      if (response.status === 404) return undefined;
      return response.status === 409 ? find(orderId, { fresh: true }) : answerOf(response, Payment);
    },
  };
}
