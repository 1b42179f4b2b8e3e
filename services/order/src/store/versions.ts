import { bucketOfOrderId, type OrderId } from '@storefront/commerce/order-ids';
import type { Shard } from '@storefront/kit/postgres';
import { sql, type RawBuilder } from 'kysely';
import type { Tables } from './tables.ts';

type Row = { order_id: string; version: number };

/** How far each of these orders has come, of those that lie on the shard. */
export async function versionsOf({ db }: Shard<Tables>, orderIds: readonly OrderId[]): Promise<Map<OrderId, number>> {
  const { rows } = await versionsQuery(orderIds).execute(db);
  return new Map(rows.map(({ order_id: orderId, version }) => [orderId, version]));
}

export function versionsQuery(orderIds: readonly OrderId[]): RawBuilder<Row> {
  const buckets = orderIds.map((orderId) => bucketOfOrderId(orderId));
  return sql<Row>`select o.order_id, o.version
    from unnest(${buckets}::smallint[], ${orderIds}::uuid[]) as watched (bucket, order_id)
    join orders o on o.bucket = watched.bucket and o.order_id = watched.order_id`;
}
