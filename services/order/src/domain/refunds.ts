import { createHash } from 'node:crypto';
import { refundShare } from '@storefront/commerce/totals';
import { ms } from '@storefront/kit/time';
import type { Payment } from '@storefront/payment/contract';
import type { z } from 'zod';
import type { NewOrderRefund } from '../contract.ts';
import { notHandedOver, orderNotPaid, refundTooLarge } from './errors.ts';
import { hasShipped, type Line, type Order, type Refund } from './order.ts';

type Wish = z.output<typeof NewOrderRefund>;
type Circumstances = { refundId: string; now: Date };

/** Units of a line that went back, or are about to. */
export function refundedUnitsOf({ refunds }: Pick<Order, 'refunds'>, line: number): number {
  const parts = refunds.filter(({ status }) => status !== 'failed').flatMap(({ lines }) => lines);
  return parts.filter((part) => part.line === line).reduce((sum, { units }) => sum + units, 0);
}

/** What was captured and is not on its way back, in the smallest unit. */
export function refundableOf({ capturedMinor, refunds }: Pick<Order, 'capturedMinor' | 'refunds'>): number {
  const gone = refunds.filter(({ status }) => status !== 'failed').reduce((sum, one) => sum + one.amountMinor, 0);
  return capturedMinor - gone;
}

/**
 * A refund as it is wished for, at the prices that were paid; throws when there is not so much. Units come back only where they have
 * left: what is in the house goes with the parcel, or is released when the order is cancelled, and would be counted twice.
 */
export function refundOf(order: Order, { lines, restock, reason }: Wish, { refundId, now }: Circumstances): Refund {
  const left = refundableOf(order);
  if (left <= 0) throw orderNotPaid();
  if (restock && !hasShipped(order)) throw notHandedOver();
  const base = { refundId, status: 'pending', restock, reason, madeAt: now } as const;
  if (!lines) return { ...base, amountMinor: left, lines: unitsLeft(order), includesShipping: true };
  const amountMinor = lines.reduce((sum, part, index) => sum + shareOf(order, part, index), 0);
  if (amountMinor < 1 || amountMinor > left)
    throw refundTooLarge([{ field: 'lines', message: `at most ${left} is left` }]);
  return { ...base, amountMinor, lines, includesShipping: false };
}

/** After a refund that failed, the next one comes a day later: it is looked at each day, and clocks differ a little. */
const pauseAfterFailureMs = ms('23h');

/**
 * What is to go back of an order that is cancelled after it was captured, by its payment as it is now: another refund only once the one
 * before has failed, so it is the same however often it is asked for.
 */
export function refundOfCancelled(
  order: Order,
  { captured, refunds }: Pick<Payment, 'captured' | 'refunds'>,
  now: Date,
): Refund | 'nothing-left' | 'on-its-way' | 'failed-lately' {
  const failed = refunds.filter(
    (one) => one.status === 'failed' && isOfCancellation(order, one.refundId, refunds.length),
  );
  const live = refunds.filter(({ status }) => status !== 'failed');
  const left = live.reduce((sum, { amount }) => sum - amount.amountMinor, captured?.amountMinor ?? 0);
  if (left <= 0) return live.some(({ status }) => status === 'pending') ? 'on-its-way' : 'nothing-left';
  if (failed.some(({ at }) => Date.parse(at) + pauseAfterFailureMs > now.getTime())) return 'failed-lately';
  const refundId = cancellationRefundId(order, failed.length);
  return { ...ofCancelled(order), refundId, status: 'pending', amountMinor: left, madeAt: now };
}

/** A refund that the order has not written down: its own, when the process died over it, or one made by hand at Stripe, of no lines. */
export function foundRefund(
  order: Order,
  { refunds }: Pick<Payment, 'refunds'>,
  { refundId, amount, at }: Payment['refunds'][number],
): Refund {
  const isOwn = isOfCancellation(order, refundId, refunds.length);
  const byHand = { lines: [], includesShipping: false, restock: false, reason: 'made at Stripe' };
  const base = isOwn ? ofCancelled(order) : byHand;
  return { ...base, refundId, status: 'pending', amountMinor: amount.amountMinor, madeAt: new Date(at) };
}

/** The goods never left, so they are released and not put back. */
const ofCancelled = (order: Order) =>
  ({ lines: unitsLeft(order), includesShipping: true, restock: false, reason: 'cancelled' }) as const;

function isOfCancellation(order: Order, refundId: string, count: number): boolean {
  return Array.from({ length: count }, (_, failed) => cancellationRefundId(order, failed)).includes(refundId);
}

const cancellationRefundId = ({ orderId }: Pick<Order, 'orderId'>, failed: number): string =>
  derivedId(`${orderId} cancellation ${failed}`);

/** Of a refund, the goods by SKU. */
export function goodsOfRefund({ lines }: Pick<Order, 'lines'>, refund: Refund): { sku: string; units: number }[] {
  const units = new Map<string, number>();
  for (const part of refund.lines) {
    const sku = lines.find(({ line }) => line === part.line)?.sku;
    if (sku !== undefined) units.set(sku, (units.get(sku) ?? 0) + part.units);
  }
  return Array.from(units, ([sku, count]) => ({ sku, units: count }));
}

function unitsLeft(order: Order): Refund['lines'] {
  return order.lines
    .map(({ line, units }) => ({ line, units: units - refundedUnitsOf(order, line) }))
    .filter(({ units }) => units > 0);
}

function shareOf(order: Order, { line: number, units }: { line: number; units: number }, index: number): number {
  const line = order.lines.find((one) => one.line === number);
  const refunded = refundedUnitsOf(order, number);
  const left = (line?.units ?? 0) - refunded;
  if (!line || units > left)
    throw refundTooLarge([{ field: `lines[${index}].units`, message: `at most ${Math.max(left, 0)} are left` }]);
  return grossOf(line, { refunded, units });
}

const grossOf = ({ totals, units: all }: Line, { refunded, units }: { refunded: number; units: number }): number =>
  refundShare(totals, { all, refunded, now: units }).gross.amountMinor;

/** A UUID (version 8, RFC 9562) out of a text. */
function derivedId(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
