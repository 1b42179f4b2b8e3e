import { bucketOfOrderId, type OrderId } from '@storefront/commerce/order-ids';
import type { Shard, Shards } from '@storefront/kit/postgres';
import { sql, type RawBuilder } from 'kysely';
import type { MailKind } from '../domain/amendment.ts';
import { mailLeaseMs } from './rows.ts';
import type { Tables } from './tables.ts';

export type DueMail = { orderId: OrderId; kind: MailKind; tries: number };
type Row = { order_id: string; kind: string; tries: number };

/** Mails whose time has come; nobody else is given them for a while. */
export async function takeDueMails({ db }: Shard<Tables>, now: Date, limit: number): Promise<DueMail[]> {
  if (!(await isAnyDue(db, now))) return [];
  const { rows } = await dueMailsQuery(now, limit).execute(db);
  return rows.map(({ order_id: orderId, kind, tries }) => ({ orderId, kind: kind as MailKind, tries }));
}

/** As for steps: a look that mostly finds nothing. */
async function isAnyDue(db: Shard<Tables>['db'], now: Date): Promise<boolean> {
  const due = sql`select order_id from mail where status = 'due' and due_at <= ${now} limit 1`;
  return (await due.execute(db)).rows.length > 0;
}

export function dueMailsQuery(now: Date, limit: number): RawBuilder<Row> {
  const lease = new Date(now.getTime() + mailLeaseMs);
  return sql<Row>`with due as materialized (
      select m.bucket, m.order_id, m.kind from mail m
      join routing.bucket_owner o on o.bucket = m.bucket and o.mode = 'rw'
      where m.status = 'due' and m.due_at <= ${now}
      order by m.due_at limit ${limit} for update of m skip locked for share of o)
    update mail m set due_at = ${lease} from due
    where m.bucket = due.bucket and m.order_id = due.order_id and m.kind = due.kind
    returning m.order_id, m.kind, m.tries`;
}

/** One that could not be sent is due again. */
export type Became = { status: 'sent' | 'skipped'; at: Date } | { status: 'due'; dueAt: Date; tries: number };

/** Writes down what became of a mail. */
export async function settleMail(
  shards: Shards<Tables>,
  { orderId, kind }: Pick<DueMail, 'orderId' | 'kind'>,
  became: Became,
): Promise<void> {
  const bucket = bucketOfOrderId(orderId);
  const set =
    became.status === 'due'
      ? { due_at: became.dueAt, tries: became.tries }
      : { status: became.status, sent_at: became.status === 'sent' ? became.at : null };
  await shards.withBucket(bucket, (tx) =>
    tx.commitWith(
      tx
        .updateTable('mail')
        .set(set)
        .where('bucket', '=', bucket)
        .where('order_id', '=', orderId)
        .where('kind', '=', kind)
        .where('status', '=', 'due'),
    ),
  );
}
