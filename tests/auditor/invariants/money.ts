import type { Invariant } from '../audit.ts';
import type { IntentSeen, OrderSeen } from '../snapshot.ts';
import { byId, groupedBy, isCaptured, repeated, sumOf } from './of-orders.ts';

const kept = ({ capturedMinor, refundedMinor }: Pick<IntentSeen, 'capturedMinor' | 'refundedMinor'>) =>
  capturedMinor - refundedMinor;

export const moneyInvariants: readonly Invariant[] = [
  {
    name: 'captured-once',
    *check({ intents }) {
      for (const { intentId, orderId, captures } of intents)
        if (captures > 1) yield { ids: { orderId, intentId }, message: `money was taken ${captures} times` };
      const captured = intents.filter(({ capturedMinor }) => capturedMinor > 0);
      for (const { intentId, orderId } of repeated(captured, ({ orderId }) => orderId))
        yield { ids: { orderId, intentId }, message: 'money was taken by two payments' };
    },
  },
  {
    name: 'one-payment-per-order',
    *check({ intents }) {
      for (const { intentId, orderId } of repeated(intents, ({ orderId }) => orderId))
        yield { ids: { orderId, intentId }, message: 'Stripe has two payments for one order' };
    },
  },
  {
    name: 'no-money-without-order',
    *check({ intents, orders }) {
      const known = byId(orders);
      for (const { intentId, orderId, authorizedMinor, capturedMinor } of intents)
        if (!known.has(orderId) && authorizedMinor + capturedMinor > 0)
          yield { ids: { orderId, intentId }, message: 'money is held or taken for an order that is nowhere' };
    },
  },
  {
    name: 'never-more-refunded-than-captured',
    *check({ intents }) {
      for (const intent of intents)
        if (kept(intent) < 0)
          yield { ids: idsOf(intent), message: `${intent.refundedMinor} of ${intent.capturedMinor} went back` };
    },
  },
  {
    name: 'captured-what-was-ordered',
    *check({ intents, orders }) {
      const known = byId(orders);
      for (const intent of intents) {
        const total = known.get(intent.orderId)?.totalMinor;
        if (total !== undefined && intent.capturedMinor > 0 && intent.capturedMinor !== total)
          yield { ids: idsOf(intent), message: `${intent.capturedMinor} was taken, ${total} ordered` };
      }
    },
  },
  {
    name: 'captured-minus-refunded-is-paid',
    whenAtRest: true,
    *check({ intents, orders }) {
      const ofOrder = groupedBy(intents, ({ orderId }) => orderId);
      for (const order of orders) {
        const own = ofOrder.get(order.orderId) ?? [];
        const [taken, back] = [sumOf(own, (one) => one.capturedMinor), sumOf(own, (one) => one.refundedMinor)];
        if (taken !== order.capturedMinor || back !== order.refundedMinor)
          yield { ids: { orderId: order.orderId }, message: disagreement(order, taken, back) };
        else if (isCaptured(order.state) && taken !== order.totalMinor)
          yield { ids: { orderId: order.orderId }, message: `an order that is ${order.state} was not paid for` };
      }
    },
  },
  {
    name: 'cancelled-holds-no-money',
    whenAtRest: true,
    *check({ intents, orders }) {
      const known = byId(orders);
      for (const intent of intents) {
        if (known.get(intent.orderId)?.state !== 'cancelled') continue;
        if (intent.authorizedMinor > 0)
          yield { ids: idsOf(intent), message: 'a cancelled order holds money on a card' };
        if (kept(intent) > 0) yield { ids: idsOf(intent), message: 'a cancelled order has kept money' };
      }
    },
  },
  {
    name: 'payment-says-what-stripe-says',
    whenAtRest: true,
    *check({ payments, intents }) {
      const known = new Map(intents.map((intent) => [intent.intentId, intent]));
      for (const { orderId, status, intentId, capturedMinor } of payments) {
        if (intentId === null) continue;
        const intent = known.get(intentId);
        if (!intent) yield { ids: { orderId, intentId }, message: 'Stripe does not know the payment' };
        else if (intent.capturedMinor !== capturedMinor || (status === 'authorized') !== intent.authorizedMinor > 0)
          yield { ids: { orderId, intentId }, message: `it is kept as ${status}, with ${capturedMinor} taken` };
      }
    },
  },
  {
    name: 'refunds-agree',
    whenAtRest: true,
    *check({ orderRefunds, paymentRefunds }) {
      const made = new Map(paymentRefunds.map((refund) => [refund.refundId, refund]));
      for (const { orderId, refundId, amountMinor, status } of orderRefunds) {
        const other = made.get(refundId);
        made.delete(refundId);
        if (other?.amountMinor !== amountMinor || other.status !== status)
          yield { ids: { orderId, refundId }, message: `the order says ${status}, the payment ${other?.status}` };
      }
      for (const { orderId, refundId } of made.values())
        yield { ids: { orderId, refundId }, message: 'a refund that no order knows' };
    },
  },
];

const idsOf = ({ orderId, intentId }: IntentSeen) => ({ orderId, intentId });

const disagreement = (order: OrderSeen, taken: number, back: number): string =>
  `Stripe took ${taken} and gave back ${back}, the order says ${order.capturedMinor} and ${order.refundedMinor}`;
