import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PaymentStatus } from '../contract.ts';
import { advance, isFinal, isOldNews, viewOf, type PaymentRecord } from './payment.ts';
import type { IntentSnapshot } from './provider.ts';

const eur = (amountMinor: number) => ({ amountMinor, currency: 'EUR' });
const fresh: PaymentRecord = {
  orderId: '019a2b4c-7d10-8f3a-9c1e-5b2f7a6d8e90',
  version: 1,
  status: 'new',
  isInDoubt: false,
  amount: eur(2500),
  description: '',
  attempt: 1,
  method: 'pm_1',
  returnUrl: null,
  intentId: null,
  nextAction: null,
  decline: null,
  captureBefore: null,
  captured: null,
  isCancelWanted: false,
};
const order = ['new', 'requires-method', 'authorized', 'captured'];
const rankOf = (status: PaymentStatus) => {
  if (status === 'requires-action' || status === 'processing') return 1;
  return status === 'canceled' ? 3 : order.indexOf(status);
};
const snapshot = fc.record<IntentSnapshot>({
  id: fc.constant('pi_1'),
  orderId: fc.constant(fresh.orderId),
  scope: fc.constant('shop'),
  status: fc.constantFrom(...PaymentStatus.options.filter((status) => status !== 'new')),
  captured: fc.integer({ min: 1, max: 2500 }).map(eur),
  captureBefore: fc.constantFrom(null, '2026-12-01T00:00:00.000Z'),
  nextAction: fc.constant({ type: 'redirect', url: 'https://bank.example' }),
  decline: fc.constantFrom(null, { code: 'card_declined', message: 'no' }),
});

describe('a payment that Stripe is asked about', () => {
  it('only moves on, whatever is seen in whatever order, and what is final stays', () => {
    const property = fc.property(fc.array(snapshot, { maxLength: 12 }), (seen) => {
      let payment = fresh;
      for (const intent of seen) {
        const next = advance(payment, intent);
        expect(rankOf(next.status)).toBeGreaterThanOrEqual(rankOf(payment.status));
        expect(next === payment || !isFinal(payment.status)).toBe(true);
        payment = next;
      }
    });
    fc.assert(property);
  });

  it('seen twice in the same way is the same', () => {
    const property = fc.property(fc.array(snapshot, { minLength: 1, maxLength: 6 }), (seen) => {
      const once = seen.reduce(advance, fresh);
      expect(advance(once, seen.at(-1)!)).toEqual(once);
    });
    fc.assert(property);
  });

  it('shows what belongs to its status and nothing else', () => {
    const property = fc.property(snapshot, fc.boolean(), (intent, isInDoubt) => {
      const payment = { ...advance(fresh, intent), isInDoubt };
      const { status, nextAction, decline, captured } = viewOf({ payment, refunds: [], calls: [] });
      expect(status).toBe(isInDoubt ? 'processing' : intent.status);
      expect(nextAction === null || status === 'requires-action').toBe(true);
      expect(decline === null || status === 'requires-method').toBe(true);
      expect(captured === null).toBe(intent.status !== 'captured');
    });
    fc.assert(property);
  });

  it.each([
    ['authorized', 'authorized', true],
    ['captured', 'authorized', true],
    ['canceled', 'canceled', true],
    ['authorized', 'captured', false],
    ['requires-action', 'authorized', false],
    // A card may be declined and another ask its bank: of these one has to look.
    ['authorized', 'requires-method', false],
    ['requires-method', 'requires-method', false],
    ['authorized', undefined, false],
  ] as const)('%s learns from an event that shows %s: not needed is %s', (status, shown, isOld) => {
    expect(isOldNews({ ...fresh, status }, shown)).toBe(isOld);
    expect(isOldNews({ ...fresh, status, isInDoubt: true }, shown)).toBe(false);
  });
});
