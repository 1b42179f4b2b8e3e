import type { Target } from '../target.ts';
import { openReader, schemas } from './postgres.ts';

/** How far orders have come: what a program asks that measures sales, and cheap enough to be asked again and again. */
export type ProgressReader = {
  /** Of these orders, those that are not paid for and not given up either; and all events and mails that wait to be sent. */
  waiting(orderIds: readonly string[]): Promise<{ orders: number; messages: number }>;
  /** Milliseconds from placed to captured, of those of these orders that have come as far. */
  captureTimes(orderIds: readonly string[]): Promise<number[]>;
  /** Up to so many parcels of each shard that are paid for and have not arrived: their tracking codes. */
  parcelsUnderWay(limit: number): Promise<string[]>;
  close(): Promise<void>;
};

export async function openProgress({ scope, orders }: Pick<Target, 'scope' | 'orders'>): Promise<ProgressReader> {
  const readers = await Promise.all(orders.map((shard) => openReader(scope, shard)));

  async function rows<Row>(text: string, values: unknown[]): Promise<Row[]> {
    const found = await Promise.all(readers.map(({ pool }) => pool.query(text, values)));
    return found.flatMap((one) => one.rows as Row[]);
  }

  return {
    async waiting(orderIds) {
      const counts = await rows<{ orders: number; messages: number }>(statements.waiting, [orderIds]);
      const sum = (name: 'orders' | 'messages') => counts.reduce((total, count) => total + count[name], 0);
      return { orders: sum('orders'), messages: sum('messages') };
    },
    async captureTimes(orderIds) {
      const times = await rows<{ tookMs: number }>(statements.captureTimes, [orderIds]);
      return times.map(({ tookMs }) => tookMs);
    },
    async parcelsUnderWay(limit) {
      const parcels = await rows<{ code: string }>(statements.parcelsUnderWay, [limit]);
      return parcels.map(({ code }) => code);
    },
    close: async () => void (await Promise.all(readers.map((reader) => reader.close()))),
  };
}

const unsent = Object.values(schemas).map((schema) => `(SELECT count(*) FROM ${schema}.outbox WHERE sent_at IS NULL)`);

const statements = {
  waiting: `
    SELECT
      (SELECT count(*)::int FROM orders.orders WHERE order_id = ANY($1::uuid[])
        AND state NOT IN ('captured', 'handed-over', 'delivered', 'cancelled', 'needs-review')) AS orders,
      (${unsent.join(' + ')}
        + (SELECT count(*) FROM orders.mail WHERE status = 'due' AND due_at <= now()))::int AS messages`,
  captureTimes: `
    SELECT (extract(epoch FROM min(captured.at) - min(placed.at)) * 1000)::float8 AS "tookMs"
    FROM orders.order_history placed JOIN orders.order_history captured USING (bucket, order_id)
    WHERE placed.what = 'placed' AND captured.what = 'captured' AND order_id = ANY($1::uuid[])
    GROUP BY bucket, order_id`,
  parcelsUnderWay: `
    SELECT shipment.tracking_code AS code
    FROM shipping.shipment JOIN orders.orders USING (bucket, order_id)
    WHERE orders.state IN ('captured', 'handed-over') AND shipment.tracking_code IS NOT NULL AND shipment.status <> 'voided'
    ORDER BY orders.placed_at LIMIT $1`,
};
