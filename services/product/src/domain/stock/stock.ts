import type { Stock as StockView } from '../../contract/stock.ts';

/** Units of one SKU that an order has. Without `expiresAt` it is claimed: the order is confirmed, and the hold ends with it only. */
export type Hold = { units: number; expiresAt: Date | null };

/** How an order's hold ended for good. Whatever of that order comes later changes nothing. */
export type Ending = 'released' | 'shipped';

/** `onHand = available + held + claimed`; what is held and claimed is what the holds say. */
export type Stock = Pick<StockView, 'onHand' | 'available' | 'held' | 'claimed'> & {
  holds: Readonly<Record<string, Hold>>;
  endings: Readonly<Record<string, Ending>>;
};

export type Part = { orderId: string; units: number };

/** Longer than every deadline before the claim: its end is a backstop for orders that nobody finishes. */
const holdMs = 60 * 60_000;

export function holdUntil(now: Date): Date {
  return new Date(now.getTime() + holdMs);
}

export function hasExpired({ expiresAt }: Hold, now: Date): boolean {
  return expiresAt !== null && expiresAt <= now;
}

export const emptyStock: Stock = { onHand: 0, available: 0, held: 0, claimed: 0, holds: {}, endings: {} };

/**
 * The rules for one SKU, as plain functions of what there is. The store does the same with guarded updates of one document;
 * a property test holds the two together.
 */
export function reserve(stock: Stock, { orderId, units }: Part, now: Date): Stock | 'out-of-stock' | 'hold-differs' {
  const before = stock.holds[orderId];
  if (before && before.units !== units) return 'hold-differs';
  if (before) return hasExpired(before, now) ? withHold(stock, orderId, { units, expiresAt: holdUntil(now) }) : stock;
  // Also for an order that has ended: then it gets nothing either way, and who comes too late costs no further look.
  if (stock.available < units) return 'out-of-stock';
  if (stock.endings[orderId]) return stock;
  const taken = { ...stock, available: stock.available - units, held: stock.held + units };
  return withHold(taken, orderId, { units, expiresAt: holdUntil(now) });
}

/** A hold that is gone is made again, if there is something left. */
export function claim(stock: Stock, part: Part, now: Date): Stock | 'out-of-stock' | 'hold-differs' {
  if (stock.endings[part.orderId]) return stock;
  const held = reserve(stock, part, now);
  if (typeof held === 'string') return held;
  const hold = held.holds[part.orderId];
  if (!hold || hold.expiresAt === null) return held;
  const claimed = { ...held, held: held.held - hold.units, claimed: held.claimed + hold.units };
  return withHold(claimed, part.orderId, { ...hold, expiresAt: null });
}

/** Also before there is a hold: then none is made any more. Never after the units left the house. */
export function release(stock: Stock, orderId: string): Stock {
  if (stock.endings[orderId]) return stock;
  return { ...withoutHold(stock, orderId), endings: { ...stock.endings, [orderId]: 'released' } };
}

/** Claimed units leave the house. */
export function ship(stock: Stock, { orderId, units }: Part): Stock | 'not-claimed' {
  if (stock.endings[orderId]) return stock;
  const hold = stock.holds[orderId];
  if (!hold || hold.expiresAt !== null || hold.units !== units) return 'not-claimed';
  const { [orderId]: _, ...holds } = stock.holds;
  const endings = { ...stock.endings, [orderId]: 'shipped' as const };
  return { ...stock, onHand: stock.onHand - units, claimed: stock.claimed - units, holds, endings };
}

/** Units that come in, or with a negative number are missing; what is promised to orders cannot go. */
export function receive(stock: Stock, units: number): Stock | 'stock-promised' {
  if (stock.available + units < 0) return 'stock-promised';
  return { ...stock, onHand: stock.onHand + units, available: stock.available + units };
}

export function expire(stock: Stock, now: Date): Stock {
  const expired = Object.keys(stock.holds).filter((orderId) => hasExpired(stock.holds[orderId]!, now));
  return expired.reduce(withoutHold, stock);
}

function withHold(stock: Stock, orderId: string, hold: Hold): Stock {
  return { ...stock, holds: { ...stock.holds, [orderId]: hold } };
}

function withoutHold(stock: Stock, orderId: string): Stock {
  const { [orderId]: hold, ...holds } = stock.holds;
  if (!hold) return stock;
  const from = hold.expiresAt === null ? 'claimed' : 'held';
  return { ...stock, available: stock.available + hold.units, [from]: stock[from] - hold.units, holds };
}
