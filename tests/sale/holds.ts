import { MongoClient } from 'mongodb';

import type { Target } from '../auditor/target.ts';

/** What takes an hour in the shop: the time of an order's hold is over. The product service finds that out by itself. */
export async function endHold(
  { products }: Pick<Target, 'products'>,
  { sku, orderId }: { sku: string; orderId: string },
): Promise<void> {
  const { url, database, username, password } = products;
  const client = new MongoClient(url, { auth: { username, password }, authSource: 'admin', retryWrites: false });
  const [path, over] = [`holds.${orderId}.expiresAt`, new Date(Date.now() - 1_000)];
  try {
    const { matchedCount } = await client
      .db(database)
      .collection<{ _id: string }>('stock')
      .updateOne(
        { _id: sku, [path]: { $gt: new Date(0) } },
        { $set: { [path]: over, nextExpiry: over }, $inc: { version: 1 } },
      );
    if (matchedCount !== 1) throw new Error(`order ${orderId} holds nothing of ${sku}`);
  } finally {
    await client.close();
  }
}
