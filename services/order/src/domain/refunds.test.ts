import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { amend, anOrder, aPayment } from '../../tests/an-order.ts';
import { learnPayment, learnRefund } from './learning.ts';
import type { Payment } from '@storefront/payment/contract';
import type { Order, Refund } from './order.ts';
import { refundableOf, refundedUnitsOf, refundOf, refundOfCancelled } from './refunds.ts';

const now = new Date('2026-01-01T00:00:00Z');
const idOf = (index: number) => `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
const wish = { restock: false, reason: 'damaged' };

function captured(items: Parameters<typeof anOrder>[0]): Order {
  const order = anOrder(items);
  const amendment = amend(order);
  learnPayment(amendment, aPayment(order, { status: 'captured', captured: order.totals.total }));
  return amendment.order;
}

const items = fc.array(
  fc.record({ units: fc.integer({ min: 1, max: 7 }), priceMinor: fc.integer({ min: 1, max: 9_999 }) }),
  { minLength: 1, maxLength: 4 },
);

describe('a refund', () => {
  it('of all lines, one after the other in any parts, is what was paid for them, and the rest is what shipping cost', () => {
    fc.assert(
      fc.property(items, fc.array(fc.nat(), { maxLength: 30 }), (lines, choices) => {
        let order = captured(lines.map((line, index) => ({ sku: `sku-${index}`, ...line })));
        for (const [index, choice] of choices.entries()) {
          const { line, units } = order.lines[choice % order.lines.length]!;
          const left = units - refundedUnitsOf(order, line);
          if (left === 0) continue;
          const part = { line, units: 1 + (choice % left) };
          order = {
            ...order,
            refunds: [...order.refunds, refundOf(order, { ...wish, lines: [part] }, { refundId: idOf(index), now })],
          };
        }
        const rest = refundOf(order, wish, { refundId: idOf(99), now });
        order = { ...order, refunds: [...order.refunds, rest] };
        expect(refundableOf(order)).toBe(0);
        expect(order.refunds.every(({ amountMinor }) => amountMinor > 0)).toBe(true);
        expect(order.lines.map(({ line, units }) => units - refundedUnitsOf(order, line))).toEqual(
          order.lines.map(() => 0),
        );
      }),
    );
  });

  it('is refused when nothing was paid, and when more units are wanted than are left', () => {
    const given = { refundId: idOf(1), now };
    expect(() => refundOf(anOrder(), wish, given)).toThrow('no money');
    const order = captured([{ sku: 'mug-blue', units: 2 }]);
    expect(() => refundOf(order, { ...wish, lines: [{ line: 1, units: 3 }] }, given)).toThrow('More would go back');
    expect(() => refundOf(order, { ...wish, lines: [{ line: 2, units: 1 }] }, given)).toThrow('More would go back');
  });

  it('puts units back in stock only where they have left the house', () => {
    const back = { ...wish, restock: true };
    const order = captured([{ sku: 'mug-blue', units: 2 }]);
    const wishAt = (state: Order['state']) => () => refundOf({ ...order, state }, back, { refundId: idOf(1), now });
    for (const state of ['captured', 'needs-review', 'cancelled'] as const)
      expect(wishAt(state)).toThrow('Nothing of this order has left');
    for (const state of ['handed-over', 'delivered'] as const)
      expect(wishAt(state)()).toMatchObject({ restock: true, lines: [{ line: 1, units: 2 }] });
  });

  it('that failed leaves its money and its units to the next', () => {
    const order = captured([{ sku: 'mug-blue', units: 2 }]);
    const refund = refundOf(order, { ...wish, lines: [{ line: 1, units: 2 }] }, { refundId: idOf(1), now });
    const amendment = amend({ ...order, refunds: [refund] });
    learnRefund(amendment, refund.refundId, 'failed');
    expect(refundableOf(amendment.order)).toBe(order.capturedMinor);
    expect(refundedUnitsOf(amendment.order, 1)).toBe(0);
    expect(amendment.anomalies).toHaveLength(1);
  });

  it('is told once, however often it is learnt of', () => {
    const order = captured([{ sku: 'mug-blue', units: 2 }]);
    const refund = refundOf(order, wish, { refundId: idOf(1), now });
    const amendment = amend({ ...order, refunds: [refund] });
    for (let times = 0; times < 3; times += 1) learnRefund(amendment, refund.refundId, 'succeeded');
    expect(amendment.order.refundedMinor).toBe(refund.amountMinor);
    expect(amendment.facts).toEqual(['refunded']);
    expect(amendment.mails).toHaveLength(1);
  });

  it('that comes back after it had arrived is owed again', () => {
    const order = captured([{ sku: 'mug-blue', units: 2 }]);
    const refund = refundOf(order, wish, { refundId: idOf(1), now });
    const amendment = amend({ ...order, refunds: [refund] });
    for (const became of ['succeeded', 'failed', 'succeeded', 'pending'] as const)
      learnRefund(amendment, refund.refundId, became);
    expect(amendment.order).toMatchObject({ refundedMinor: 0, refunds: [{ status: 'failed' }] });
    expect(refundableOf(amendment.order)).toBe(order.capturedMinor);
    expect(amendment.anomalies).toMatchObject([{ what: 'refund-failed' }]);
  });

  it('that was made by hand at Stripe counts', () => {
    const order = captured([{ sku: 'mug-blue', units: 2 }]);
    const { total } = order.totals;
    const byHand = { refundId: idOf(5), amount: { ...total, amountMinor: 500 }, status: 'succeeded' as const };
    const payment = { captured: total, refunds: [{ ...byHand, at: now.toISOString() }] };
    const amendment = amend(order);
    for (const version of [7, 8]) learnPayment(amendment, aPayment(order, { ...payment, version, status: 'captured' }));
    expect(amendment.order).toMatchObject({ refundedMinor: 500, refunds: [{ amountMinor: 500, lines: [] }] });
    expect(refundableOf(amendment.order)).toBe(total.amountMinor - 500);
  });

  describe('of a cancelled order', () => {
    const order = captured([{ sku: 'mug-blue', units: 2 }]);
    const { total } = order.totals;
    const at = now.toISOString();
    const nextDay = new Date(now.getTime() + 86_400_000);
    const one = (status: 'pending' | 'succeeded' | 'failed', amountMinor = total.amountMinor, refundId = idOf(7)) => ({
      refundId,
      amount: { ...total, amountMinor },
      status,
      at,
    });
    const left = (refunds: Payment['refunds'], when = now) =>
      refundOfCancelled(order, { captured: total, refunds }, when);

    it('is all of it, the same however often it is asked for', () => {
      expect(left([])).toMatchObject({ amountMinor: total.amountMinor, lines: [{ line: 1, units: 2 }] });
      expect(left([])).toEqual(left([]));
    });
    it('is what others have left of it', () =>
      expect(left([one('succeeded', 100)])).toMatchObject({ amountMinor: total.amountMinor - 100 }));
    it('is waited for while it is on its way, and over when it has gone back', () => {
      expect(left([one('pending')])).toBe('on-its-way');
      expect(left([one('succeeded')])).toBe('nothing-left');
    });
    it('is another one after one that failed, a day later', () => {
      const { refundId } = left([]) as Refund;
      const failed = [one('failed', total.amountMinor, refundId)];
      expect(left(failed)).toBe('failed-lately');
      const second = left(failed, nextDay) as Refund;
      expect(second.amountMinor).toBe(total.amountMinor);
      expect(second.refundId).not.toBe(refundId);
    });
    it('is not held up by another refund that failed', () =>
      expect(left([one('failed', 100)])).toMatchObject({ amountMinor: total.amountMinor }));
  });
});
