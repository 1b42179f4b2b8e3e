import type { OrderId } from '@storefront/commerce/order-ids';
import type { Shard } from '@storefront/kit/postgres';
import { sql, type RawBuilder } from 'kysely';
import { leaseMs } from './rows.ts';
import type { OrderTransaction } from './orders.ts';
import type { Tables } from './tables.ts';

export type DueStep = { orderId: OrderId; saga: string };
type Row = { order_id: string; saga: string };

/** Steps whose time has come, whoever began them: nobody else is given them for a while. In buckets that are this shard's to write. */
export async function takeDueSteps({ db }: Shard<Tables>, now: Date, limit: number): Promise<DueStep[]> {
  if (!(await isAnyDue(db, now))) return [];
  const { rows } = await dueStepsQuery(now, limit).execute(db);
  return rows.map(({ order_id: orderId, saga }) => ({ orderId, saga }));
}

/** Mostly nothing is: this is planned once, while the statement that takes what is due is planned anew each time, for 0.5 ms. */
async function isAnyDue(db: Shard<Tables>['db'], now: Date): Promise<boolean> {
  const due = sql`select order_id from saga_step where status in ('open', 'parked') and due_at <= ${now} limit 1`;
  return (await due.execute(db)).rows.length > 0;
}

export function dueStepsQuery(now: Date, limit: number): RawBuilder<Row> {
  const lease = new Date(now.getTime() + leaseMs);
  return sql<Row>`with due as materialized (
      select s.bucket, s.order_id, s.saga, s.step, s.attempt from saga_step s
      join routing.bucket_owner o on o.bucket = s.bucket and o.mode = 'rw'
      where s.status in ('open', 'parked') and s.due_at <= ${now}
      order by s.due_at limit ${limit} for update of s skip locked for share of o)
    update saga_step s set due_at = ${lease} from due
    where s.bucket = due.bucket and s.order_id = due.order_id and s.saga = due.saga and s.step = due.step
      and s.attempt = due.attempt
    returning s.order_id, s.saga`;
}

/** The open steps of an order are looked at now: something has moved outside. Answers whether there are any. */
export async function hasDueSteps(tx: OrderTransaction, orderId: OrderId, now: Date): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('saga_step')
    .set({ due_at: new Date(now.getTime() + leaseMs) })
    .where('bucket', '=', tx.bucket)
    .where('order_id', '=', orderId)
    .where('status', 'in', ['open', 'parked'])
    .executeTakeFirstOrThrow();
  return numUpdatedRows > 0n;
}
