import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RefundSnapshot } from './provider.ts';
import { advanceRefunds, leftToRefund, refundIdOf, type RefundRecord } from './refunds.ts';

const eur = (amountMinor: number) => ({ amountMinor, currency: 'EUR' });
const asked: RefundRecord = {
  refundId: 'b7e1c2d3-0000-4000-8000-000000000001',
  amount: eur(500),
  status: 'pending',
  stripeId: null,
  reason: 'damaged',
  failure: null,
  at: '2026-11-28T12:00:00.000Z',
};
const seen = (status: RefundSnapshot['status'], more: Partial<RefundSnapshot> = {}): RefundSnapshot => ({
  id: 're_1',
  intentId: 'pi_1',
  refundId: asked.refundId,
  amount: eur(500),
  status,
  failure: null,
  at: asked.at,
  ...more,
});

describe('a refund', () => {
  it('arrives, may come back later, and stays where it came to', () => {
    const status = fc.constantFrom('pending' as const, 'succeeded' as const, 'failed' as const);
    const rank = { pending: 0, succeeded: 1, failed: 2 };
    const property = fc.property(fc.array(status, { maxLength: 8 }), (all) => {
      let refunds: readonly RefundRecord[] = [asked];
      for (const one of all) {
        const next = advanceRefunds(refunds, [seen(one)]);
        expect(next).toHaveLength(1);
        expect(rank[next[0]!.status]).toBeGreaterThanOrEqual(rank[refunds[0]!.status]);
        refunds = next;
      }
    });
    fc.assert(property);
  });

  it('counts until it has failed', () => {
    expect(leftToRefund(eur(2000), [asked])).toBe(1500);
    expect(leftToRefund(eur(2000), advanceRefunds([asked], [seen('failed')]))).toBe(2000);
  });

  it('that was made by hand is one of its own, always the same', () => {
    const byHand = seen('succeeded', { id: 're_2', refundId: undefined });
    const once = advanceRefunds([asked], [byHand]);
    expect(advanceRefunds(once, [byHand])).toBe(once);
    expect(once.map(({ refundId }) => refundId)).toEqual([asked.refundId, refundIdOf(byHand)]);
    expect(refundIdOf(byHand)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
  });
});
