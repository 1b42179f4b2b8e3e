import { randomUUID } from 'node:crypto';
import type { Money } from '@storefront/commerce/money';
import { conflict, notFound } from '@storefront/kit/errors';
import type { Authorization, Payment } from '@storefront/payment/contract';
import { paymentRoutes } from './http/payment.ts';
import { Knobs, startPeer } from './peer.ts';

export type OnChange = (orderId: string, status: Payment['status'], version: number) => Promise<void>;

const declined = { code: 'card_declined', message: 'Your card was declined.' };
const bank = { type: 'redirect', url: 'https://bank.example/challenge' } as const;
const authorized = { status: 'authorized', nextAction: null, decline: null } as const;
const outcomes: Record<string, Partial<Payment>> = {
  pm_card_declined: { status: 'requires-method', decline: declined, nextAction: null },
  pm_card_3ds: { status: 'requires-action', nextAction: bank, decline: null },
  pm_card_slow: { status: 'processing', nextAction: null, decline: null },
};
const nothing = { nextAction: null, decline: null, captureBefore: null, captured: null, refunds: [] };

/**
 * Payments as their service keeps them. Cards: pm_card_ok, pm_card_declined, pm_card_3ds (the bank asks), pm_card_slow (its outcome is
 * known only to whoever asks again). `captures`, `refunds` and `cancels` (of what was reserved) are what the money did, apart from what the
 * payment says of itself.
 */
export class PaymentLedger {
  readonly payments = new Map<string, Payment>();
  readonly captures: string[] = [];
  readonly cancels: string[] = [];
  readonly refunds: { orderId: string; refundId: string; amountMinor: number }[] = [];
  refundsBecome: 'succeeded' | 'pending' | 'failed' = 'succeeded';

  authorize(orderId: string, { attempt, method, amount }: Authorization): Payment {
    const before = this.payments.get(orderId);
    const isOver = before?.status === 'authorized' || before?.status === 'canceled';
    if (before && (isOver || attempt <= before.attempt)) return before;
    if (!before) this.payments.set(orderId, { orderId, version: 1, status: 'new', amount, attempt: 0, ...nothing });
    return this.set(orderId, { attempt, ...(outcomes[method] ?? authorized) });
  }

  capture(orderId: string): Payment {
    const payment = this.known(orderId);
    if (payment.status === 'captured') return payment;
    if (payment.status !== 'authorized') throw conflict('not-authorized', 'There is nothing to capture.');
    this.captures.push(orderId);
    return this.set(orderId, { status: 'captured', captured: payment.amount });
  }

  cancel(orderId: string): Payment {
    const payment = this.payments.get(orderId);
    if (payment?.status === 'captured') throw conflict('payment-captured', 'What was taken can only be refunded.');
    if (payment?.status === 'canceled') return payment;
    if (payment?.status === 'authorized') this.cancels.push(orderId);
    // Also of an order that never paid: an attempt that comes later finds it canceled.
    const amount = { amountMinor: 0, currency: 'EUR' };
    if (!payment) this.payments.set(orderId, { orderId, version: 1, status: 'new', amount, attempt: 0, ...nothing });
    return this.set(orderId, { status: 'canceled' });
  }

  refund(orderId: string, refundId: string, amount: Money): Payment {
    const payment = this.known(orderId);
    if (payment.refunds.some((one) => one.refundId === refundId)) return payment;
    const live = payment.refunds.filter(({ status }) => status !== 'failed');
    const left = live.reduce((sum, one) => sum - one.amount.amountMinor, payment.captured?.amountMinor ?? 0);
    if (amount.amountMinor > left) throw conflict('refund-too-large', 'More than what is left.');
    this.refunds.push({ orderId, refundId, amountMinor: amount.amountMinor });
    const made = { refundId, amount, status: this.refundsBecome, at: new Date().toISOString() };
    return this.set(orderId, { refunds: [...payment.refunds, made] });
  }

  /** What did not fail of it, in the smallest unit. */
  refundedMinor(orderId: string): number {
    const live = this.known(orderId).refunds.filter(({ status }) => status !== 'failed');
    return live.reduce((sum, { amount }) => sum + amount.amountMinor, 0);
  }

  /** Whoever asks Stripe itself learns what became of it. */
  refreshed(orderId: string): Payment {
    const payment = this.known(orderId);
    return payment.status === 'processing' ? this.set(orderId, authorized) : payment;
  }

  known(orderId: string): Payment {
    const payment = this.payments.get(orderId);
    if (!payment) throw notFound('payment', orderId);
    return payment;
  }

  set(orderId: string, changes: Partial<Payment>): Payment {
    const before = this.known(orderId);
    const payment = { ...before, ...changes, version: before.version + 1 };
    this.payments.set(orderId, payment);
    return payment;
  }
}

export async function startPayment(onChange: OnChange) {
  const ledger = new PaymentLedger();
  const peer = await startPeer('payment', paymentRoutes(ledger), new Knobs());
  const moved = async (orderId: string, changes: Partial<Payment>) => {
    const { status, version } = ledger.set(orderId, changes);
    await onChange(orderId, status, version);
  };
  return {
    ...peer,
    ledger,
    payments: ledger.payments,
    /** The customer satisfies the bank, or does not. */
    approve: (orderId: string) => moved(orderId, authorized),
    /** The same, but the shop is not told. */
    approveSilently: (orderId: string) => void ledger.set(orderId, authorized),
    deny: (orderId: string) => moved(orderId, { status: 'requires-method', nextAction: null, decline: declined }),
    lapse: (orderId: string) => moved(orderId, { status: 'canceled' }),
    settleRefunds: (orderId: string, status: 'succeeded' | 'failed') =>
      moved(orderId, { refunds: ledger.known(orderId).refunds.map((one) => ({ ...one, status })) }),
    /** Made in Stripe's dashboard; `amountMinor` of all that was captured. */
    refundByHand(orderId: string, amountMinor: number) {
      const { refunds, amount } = ledger.known(orderId);
      const made = { refundId: randomUUID(), amount: { ...amount, amountMinor }, at: new Date().toISOString() };
      return moved(orderId, { refunds: [...refunds, { ...made, status: 'succeeded' }] });
    },
    refundsBecome: (status: PaymentLedger['refundsBecome']) => void (ledger.refundsBecome = status),
  };
}
