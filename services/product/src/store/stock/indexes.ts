import { outboxIndex } from '@storefront/kit/broker/documents';
import type { IndexDescription } from 'mongodb';

/** Each is for one of the works beside the routes, and holds nothing but what waits for it. */
export const stockIndexes: readonly IndexDescription[] = [
  { name: 'expiry', key: { nextExpiry: 1 }, sparse: true },
  { name: 'unledgered', key: { unledgeredSince: 1 }, sparse: true },
  { name: 'unlisted', key: { relistSince: 1 }, sparse: true },
  { name: 'fallen', key: { toFall: 1 }, partialFilterExpression: { toFall: { $lte: 0 } } },
  { name: 'risen', key: { toRise: 1 }, partialFilterExpression: { toRise: { $lte: 0 } } },
  outboxIndex,
];

export const ledgerIndexes: readonly IndexDescription[] = [{ name: 'by-sku', key: { sku: 1, sequence: -1 } }];

/** Nothing of an order comes a quarter of a year after its end. */
const keptSeconds = 90 * 86_400;

export const endingIndexes: readonly IndexDescription[] = [
  { name: 'unsettled', key: { settleAt: 1 }, sparse: true },
  { name: 'forgotten', key: { at: 1 }, expireAfterSeconds: keptSeconds },
];
