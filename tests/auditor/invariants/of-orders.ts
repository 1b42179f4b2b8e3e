import type { BucketSeen, OrderSeen } from '../snapshot.ts';

/** UUIDv8 of an order: the bucket is the twelve bits after the version. */
export const bucketOfId = (orderId: string): number => Number.parseInt(orderId.slice(15, 18), 16);

/** Which shard has a bucket: of several that say so, the one of the newest epoch. */
export function ownersOf(buckets: readonly BucketSeen[]): Map<number, string> {
  return new Map(buckets.toSorted((a, b) => a.epoch - b.epoch).map(({ bucket, shard }) => [bucket, shard]));
}

export const isFinal = (state: string): boolean => state === 'delivered' || state === 'cancelled';

/** The goods are promised and have not left the house. */
export const isConfirmed = (state: string): boolean => ['confirmed', 'labelled', 'captured'].includes(state);
/** The goods have left the house. */
export const isShipped = (state: string): boolean => ['handed-over', 'delivered'].includes(state);
/** A label was bought, and not for nothing. */
export const isLabelled = (state: string): boolean => ['labelled', 'captured'].includes(state) || isShipped(state);
export const isCaptured = (state: string): boolean => state === 'captured' || isShipped(state);

export function groupedBy<Item, Key>(items: readonly Item[], keyOf: (item: Item) => Key): Map<Key, Item[]> {
  return Map.groupBy(items, keyOf);
}

/** Of those with the same key all but the first. */
export function repeated<Item>(items: readonly Item[], keyOf: (item: Item) => string): Item[] {
  return [...groupedBy(items, keyOf).values()].flatMap(([, ...others]) => others);
}

export function byId(orders: readonly OrderSeen[]): Map<string, OrderSeen> {
  return new Map(orders.map((order) => [order.orderId, order]));
}

export function sumOf<Item>(items: readonly Item[], pick: (item: Item) => number): number {
  return items.reduce((sum, item) => sum + pick(item), 0);
}
