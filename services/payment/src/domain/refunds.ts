import { createHash } from 'node:crypto';
import type { Money } from '@storefront/commerce/money';
import type { RefundSnapshot } from './provider.ts';

export type RefundRecord = {
  refundId: string;
  amount: Money;
  status: 'pending' | 'succeeded' | 'failed';
  /** Null until Stripe has it. */
  stripeId: string | null;
  reason: string;
  failure: string | null;
  at: string;
};

/** Of what was captured; a refund on its way counts, one that failed does not. In minor units. */
export function leftToRefund(captured: Money, refunds: readonly RefundRecord[]): number {
  return refunds
    .filter(({ status }) => status !== 'failed')
    .reduce((left, { amount }) => left - amount.amountMinor, captured.amountMinor);
}

/** On its way, arrived, or come back, which may still happen to one that had arrived; never anything else. */
const rank = { pending: 0, succeeded: 1, failed: 2 } as const;

/** The refunds after Stripe was looked at; those that somebody made by hand at Stripe are added. */
export function advanceRefunds(
  refunds: readonly RefundRecord[],
  snapshots: readonly RefundSnapshot[],
): readonly RefundRecord[] {
  return snapshots.reduce<readonly RefundRecord[]>(advanceOne, refunds);
}

function advanceOne(refunds: readonly RefundRecord[], snapshot: RefundSnapshot): readonly RefundRecord[] {
  const isMeant = ({ refundId, stripeId }: RefundRecord) =>
    stripeId === snapshot.id || (stripeId === null && refundId === snapshot.refundId);
  const known = refunds.find(isMeant);
  const { id: stripeId, amount, status, failure, at } = snapshot;
  if (!known)
    return [...refunds, { refundId: refundIdOf(snapshot), amount, status, stripeId, reason: '', failure, at }];
  if (rank[status] < rank[known.status] || (known.stripeId === stripeId && known.status === status)) return refunds;
  return refunds.map((one) => (one === known ? { ...one, stripeId, status, failure } : one));
}

/** Of one made by hand: always the same UUIDv8 for the same refund of Stripe. */
export function refundIdOf({ id, refundId }: Pick<RefundSnapshot, 'id' | 'refundId'>): string {
  if (refundId !== undefined) return refundId;
  const hex = createHash('sha256').update(id).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
