import type { Clock } from '@storefront/kit/time';
import type { OrderId } from '@storefront/commerce/order-ids';
import { Amendment } from '../domain/amendment.ts';
import { learnPayment } from '../domain/learning.ts';
import type { Payments } from '../domain/ports.ts';
import { isStale, type Orders } from '../store/orders.ts';

export type LearnPaymentDeps = {
  orders: Pick<Orders, 'find' | 'save'>;
  payments: Pick<Payments, 'find'>;
  clock: Clock;
};

/** The order learns what its payment says now, wherever it stands: money may come back long after it has ended. Again changes nothing. */
export function createLearnPayment({ orders, payments, clock }: LearnPaymentDeps) {
  return async function learn(orderId: OrderId): Promise<void> {
    const payment = await payments.find(orderId);
    if (!payment) return;
    for (;;) {
      const order = await orders.find(orderId);
      if (!order || order.payment.version >= payment.version) return;
      const amendment = Amendment.of(order, clock.now());
      learnPayment(amendment, payment);
      try {
        await orders.save(amendment);
        return;
      } catch (error) {
        if (!isStale(error)) throw error;
      }
    }
  };
}
