import { Money } from '@storefront/commerce/money';
import { OrderId } from '@storefront/commerce/order-ids';
import { conflict, notFound } from '@storefront/kit/errors';
import { reply, route } from '@storefront/kit/http';
import { Authorization, NewRefund, Payment } from '@storefront/payment/contract';
import { z } from 'zod';
import { Knobs, startPeer } from './peer.ts';

export type OnChange = (orderId: string, status: Payment['status'], version: number) => Promise<void>;

const declined = { code: 'card_declined', message: 'Your card was declined.' };
const bank = { type: 'redirect', url: 'https://bank.example/challenge' } as const;

/**
 * Payments as their service keeps them. Cards: pm_card_ok, pm_card_declined, pm_card_3ds (the bank asks), pm_card_slow (its outcome is
 * known only to whoever asks again). `ledger` is what the money did, apart from what the payment says of itself.
 */
export async function startPayment(onChange: OnChange) {
  const payments = new Map<string, Payment>();
  const ledger = {
    captures: [] as string[],
    refunds: [] as { orderId: string; refundId: string; amountMinor: number }[],
  };
  const knobs = new Knobs();
  let refundsBecome: 'succeeded' | 'pending' | 'failed' = 'succeeded';

  const known = (orderId: string): Payment => {
    const payment = payments.get(orderId);
    if (!payment) throw notFound('payment', orderId);
    return payment;
  };
  const set = (orderId: string, changes: Partial<Payment>): Payment => {
    const before = known(orderId);
    const payment = { ...before, ...changes, version: before.version + 1 };
    payments.set(orderId, payment);
    return payment;
  };
  const outcomes: Record<string, Partial<Payment>> = {
    pm_card_declined: { status: 'requires-method', decline: declined, nextAction: null },
    pm_card_3ds: { status: 'requires-action', nextAction: bank, decline: null },
    pm_card_slow: { status: 'processing', nextAction: null, decline: null },
  };
  const authorized = { status: 'authorized', nextAction: null, decline: null } as const;
  const authorize = (orderId: string, { attempt, method, amount }: Authorization): Payment => {
    const before = payments.get(orderId);
    if (before && (attempt <= before.attempt || before.status === 'authorized' || before.status === 'canceled'))
      return before;
    const none = { nextAction: null, decline: null, captureBefore: null, captured: null, refunds: [] };
    if (!before) payments.set(orderId, { orderId, version: 1, status: 'new', amount, attempt: 0, ...none });
    return set(orderId, { attempt, ...(outcomes[method] ?? authorized) });
  };
  const capture = (orderId: string): Payment => {
    const payment = known(orderId);
    if (payment.status === 'captured') return payment;
    if (payment.status !== 'authorized') throw conflict('not-authorized', 'There is nothing to capture.');
    ledger.captures.push(orderId);
    return set(orderId, { status: 'captured', captured: payment.amount });
  };
  const cancel = (orderId: string): Payment => {
    const payment = known(orderId);
    return payment.status === 'captured' || payment.status === 'canceled'
      ? payment
      : set(orderId, { status: 'canceled' });
  };
  const refund = (orderId: string, refundId: string, amount: z.infer<typeof Money>): Payment => {
    const payment = known(orderId);
    if (payment.refunds.some((one) => one.refundId === refundId)) return payment;
    ledger.refunds.push({ orderId, refundId, amountMinor: amount.amountMinor });
    const made = { refundId, amount, status: refundsBecome, at: new Date().toISOString() };
    return set(orderId, { refunds: [...payment.refunds, made] });
  };
  /** Whoever asks Stripe itself learns what became of it. */
  const refreshed = (orderId: string): Payment => {
    const payment = known(orderId);
    return payment.status === 'processing' ? set(orderId, authorized) : payment;
  };

  const common = { summary: 'Payment', allow: ['service'], params: { orderId: OrderId }, response: Payment } as const;
  const routes = [
    route({
      ...common,
      method: 'PUT',
      path: '/payments/:orderId',
      body: Authorization,
      handle: async ({ params: { orderId }, body }) => reply(authorize(orderId, body)),
    }),
    route({
      ...common,
      method: 'GET',
      path: '/payments/:orderId',
      query: z.strictObject({ fresh: z.literal('true').exactOptional() }),
      handle: async ({ params: { orderId }, query: { fresh } }) => reply(fresh ? refreshed(orderId) : known(orderId)),
    }),
    route({
      ...common,
      method: 'POST',
      path: '/payments/:orderId/capture',
      body: z.strictObject({ amount: Money }),
      handle: async ({ params: { orderId } }) => reply(capture(orderId)),
    }),
    route({
      ...common,
      method: 'POST',
      path: '/payments/:orderId/cancel',
      handle: async ({ params: { orderId } }) => reply(cancel(orderId)),
    }),
    route({
      ...common,
      method: 'PUT',
      path: '/payments/:orderId/refunds/:refundId',
      params: { orderId: OrderId, refundId: z.uuid() },
      body: NewRefund,
      handle: async ({ params: { orderId, refundId }, body }) => reply(refund(orderId, refundId, body.amount)),
    }),
  ];
  const peer = await startPeer('payment', routes, knobs);
  const moved = async (orderId: string, changes: Partial<Payment>) => {
    const { status, version } = set(orderId, changes);
    await onChange(orderId, status, version);
  };
  return {
    ...peer,
    payments,
    ledger,
    /** The customer satisfies the bank, or does not. */
    approve: (orderId: string) => moved(orderId, authorized),
    deny: (orderId: string) => moved(orderId, { status: 'requires-method', nextAction: null, decline: declined }),
    lapse: (orderId: string) => moved(orderId, { status: 'canceled' }),
    settleRefunds: (orderId: string, status: 'succeeded' | 'failed') =>
      moved(orderId, { refunds: known(orderId).refunds.map((one) => ({ ...one, status })) }),
    refundsBecome: (status: typeof refundsBecome) => void (refundsBecome = status),
  };
}
