import { randomBytes, randomUUID } from 'node:crypto';
import { orderIdOf } from '@storefront/commerce/order-ids';
import type { Movement, Stock } from '../../src/contract/stock.ts';
import { stockCollectionsOf } from '../../src/store/stock/documents.ts';
import { aProduct, openCatalogue, type Answer } from '../catalogue.ts';

export type Line = { sku: string; units: number };
export type HoldBody = { orderId: string; state: string; expiresAt: string | null };

export const anOrder = (at = new Date()) => orderIdOf({ at, bucket: 7, random: randomBytes(8) });

/** The running service with stock, spoken to as the order service and the merchant do. */
export async function openStock(options: Parameters<typeof openCatalogue>[0] = {}) {
  const shop = await openCatalogue(options);
  await shop.category('mugs');
  const collections = stockCollectionsOf(shop.mongo.db);

  function move(sku: string, body: object, key?: string): Promise<Answer<Movement>> {
    const headers = key === undefined ? {} : { 'idempotency-key': key };
    return shop.send<Movement>('POST', `/stock/${sku}/movements`, { body, headers });
  }

  async function stocked(units: number, { lowAt, sku = `sku-${randomUUID()}` }: { lowAt?: number; sku?: string } = {}) {
    const product = await shop.publish(aProduct({ sku }));
    const { status, body } = await move(sku, { units, reason: 'received', ...(lowAt === undefined ? {} : { lowAt }) });
    if (status !== 201) throw new Error(`not received: ${JSON.stringify(body)}`);
    return { sku, productId: product.productId };
  }

  const act = (verb: 'claim' | 'release' | 'ship') => (orderId: string, lines: Line[]) =>
    shop.send<HoldBody>('POST', `/holds/${orderId}/${verb}`, { body: { lines }, as: 'service' });

  return {
    ...shop,
    collections,
    move,
    stocked,
    hold: (orderId: string, lines: Line[]) =>
      shop.send<HoldBody>('PUT', `/holds/${orderId}`, { body: { lines }, as: 'service' }),
    claim: act('claim'),
    release: act('release'),
    ship: act('ship'),
    restock: (orderId: string, body: { refundId: string; lines: Line[] }) =>
      shop.send('POST', `/holds/${orderId}/restock`, { body, as: 'service' }),
    stock: async (sku: string) => (await shop.send<Stock>('GET', `/stock/${sku}`)).body,
    /** Throws when something does not add up: of any SKU its counts, its holds and its ledger. */
    async mustAddUp() {
      const breaches = await breachesIn(collections);
      if (breaches.length > 0) throw new Error(breaches.join('\n'));
    },
  };
}
export type OpenStock = Awaited<ReturnType<typeof openStock>>;

export async function breachesIn({ stock, ledger }: ReturnType<typeof stockCollectionsOf>): Promise<string[]> {
  const breaches: string[] = [];
  for (const { _id: sku, onHand, available, held, claimed, holds, movements } of await stock.find().toArray()) {
    const say = (what: string) => breaches.push(`${sku}: ${what}`);
    const unitsOf = (isClaimed: boolean) =>
      Object.values(holds)
        .filter(({ expiresAt }) => (expiresAt === null) === isClaimed)
        .reduce((sum, { units }) => sum + units, 0);
    const written = await ledger.find({ sku }).sort({ sequence: 1 }).toArray();
    // Whoever writes the ledger takes a movement out of its document afterwards.
    const waiting = movements.filter(({ movementId }) => !written.some(({ _id }) => _id === movementId));
    const moved = [...written, ...waiting].reduce((sum, { units }) => sum + units, 0);
    if (Math.min(onHand, available, held, claimed) < 0) say('a count is negative');
    if (onHand !== available + held + claimed) say(`${onHand} on hand are not ${available} + ${held} + ${claimed}`);
    if (held !== unitsOf(false)) say(`${held} held, but holds of ${unitsOf(false)}`);
    if (claimed !== unitsOf(true)) say(`${claimed} claimed, but claims of ${unitsOf(true)}`);
    if (onHand !== moved) say(`${onHand} on hand, but movements of ${moved}`);
    if (written.some(({ sequence }, i) => sequence !== i + 1)) say('the ledger has gaps');
  }
  return breaches;
}
