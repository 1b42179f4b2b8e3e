import { createHash } from 'node:crypto';
import { refundShare } from '@storefront/commerce/totals';
import type { z } from 'zod';
import type { NewOrderRefund } from '../contract.ts';
import { orderNotPaid, refundTooLarge } from './errors.ts';
import type { Line, Order, Refund } from './order.ts';

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

/** A refund as it is wished for, at the prices that were paid; throws when there is not so much. */
export function refundOf(order: Order, { lines, restock, reason }: Wish, { refundId, now }: Circumstances): Refund {
  const left = refundableOf(order);
  if (left <= 0) throw orderNotPaid();
  const base = { refundId, status: 'pending', restock, reason, madeAt: now } as const;
  if (!lines) return { ...base, amountMinor: left, lines: unitsLeft(order), includesShipping: true };
  const amountMinor = lines.reduce((sum, part, index) => sum + shareOf(order, part, index), 0);
  if (amountMinor < 1 || amountMinor > left)
    throw refundTooLarge([{ field: 'lines', message: `at most ${left} is left` }]);
  return { ...base, amountMinor, lines, includesShipping: false };
}

/** All the money of an order that is cancelled after it was captured; the same refund however often it is asked for. */
export function refundOfCancelled(order: Order, now: Date): Refund | undefined {
  const refundId = derivedId(`${order.orderId} cancellation`);
  const before = order.refunds.find((one) => one.refundId === refundId);
  if (before || refundableOf(order) <= 0) return before;
  // The goods never left, so they are released and not put back.
  return refundOf(order, { restock: false, reason: 'cancelled' }, { refundId, now });
}

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
