import type { Money } from '@storefront/commerce/money';
import type { Clock } from '@storefront/kit/time';
import type { Authorization, Payment } from '../contract.ts';
import { toStripeAmount } from '../domain/amounts.ts';
import { paymentBusy, paymentNotFound } from '../domain/errors.ts';
import { viewOf } from '../domain/payment.ts';
import { authorizing, canceling, capturing, refunding, type RefundOrder } from '../domain/plans.ts';
import type { Payments } from '../store/payments.ts';
import { requestBudget } from './budget.ts';
import type { Desk } from './desk.ts';

/** What the order asks for, each as often as it likes: the same again is the same, and the answer says what is true by then. */
export type Commands = {
  authorize(orderId: string, authorization: Authorization): Promise<Payment>;
  capture(orderId: string, amount: Money): Promise<Payment>;
  cancel(orderId: string): Promise<Payment>;
  refund(orderId: string, refund: RefundOrder): Promise<Payment>;
  /** `isFresh`: as Stripe says now. */
  find(orderId: string, options: { isFresh: boolean }): Promise<Payment>;
};

type Deps = { desk: Desk; payments: Payments; scope: string; clock: Clock; commandBudgetMs: number };

const leastMs = 300;

/** Of an order that was canceled before anything was paid: no currency (ISO 4217). */
const nothing: Money = { amountMinor: 0, currency: 'XXX' };

export function createCommands({ desk, payments, scope, clock, commandBudgetMs }: Deps): Commands {
  const occasion = () => ({ scope, now: clock.now() });
  const budget = () => {
    const given = requestBudget(commandBudgetMs);
    // Before anything is begun: what is begun later than that could not even be sent.
    if (given.leftMs() < leastMs) throw paymentBusy();
    return given;
  };
  return {
    async authorize(orderId, authorization) {
      const { amount, description } = authorization;
      toStripeAmount(amount);
      const opening = { amount, description, status: 'new' } as const;
      return viewOf(await desk.run(orderId, authorizing(authorization, occasion()), { budget: budget(), opening }));
    },
    async capture(orderId, amount) {
      return viewOf(await desk.run(orderId, capturing(amount, occasion()), { budget: budget() }));
    },
    async cancel(orderId) {
      const opening = { amount: nothing, description: '', status: 'canceled' } as const;
      return viewOf(await desk.run(orderId, canceling(occasion()), { budget: budget(), opening }));
    },
    async refund(orderId, refund) {
      return viewOf(await desk.run(orderId, refunding(refund, occasion()), { budget: budget() }));
    },
    async find(orderId, { isFresh }) {
      const state = isFresh
        ? await desk.look(orderId, { budget: budget(), publish: false })
        : await payments.find(orderId);
      if (!state) throw paymentNotFound(orderId);
      return viewOf(state);
    },
  };
}
