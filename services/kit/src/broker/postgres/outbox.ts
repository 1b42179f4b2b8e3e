import type { Kysely } from 'kysely';
import type { BucketTransaction } from '../../postgres/transact.ts';
import type { NewEvent } from '../event.ts';
import type { MessagingTables, NewOutboxRow } from './tables.ts';

/** Announces what the transaction does, in one statement: sent after its commit, or never. */
export async function outbox<Tables extends MessagingTables>(
  tx: BucketTransaction<Tables>,
  events: NewEvent | readonly NewEvent[],
): Promise<void> {
  const rows = outboxRows(tx.bucket, [events].flat() as NewEvent[]);
  if (rows.length > 0) await messaging(tx).insertInto('outbox').values(rows).execute();
}

/** For whoever writes them into `outbox` with a statement of his own, which saves a round trip. */
export function outboxRows(bucket: number, events: readonly NewEvent[]): NewOutboxRow[] {
  return events.map((event) => rowOf(bucket, event));
}

/**
 * Writes down that this consumer has the message; false when it has had it before, and then there is nothing to do. The
 * first statement of the transaction in which the message takes effect.
 */
export async function inbox<Tables extends MessagingTables>(
  tx: BucketTransaction<Tables>,
  consumer: string,
  messageId: string,
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await messaging(tx)
    .insertInto('inbox')
    .values({ bucket: tx.bucket, consumer, message_id: messageId })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirstOrThrow();
  return numInsertedOrUpdatedRows === 1n;
}

/** A service's tables hold these two; kysely's types cannot see that of a type parameter. */
function messaging<Tables extends MessagingTables>(db: Kysely<Tables>): Kysely<MessagingTables> {
  return db as unknown as Kysely<MessagingTables>;
}

function rowOf(bucket: number, event: NewEvent): NewOutboxRow {
  const { id, type, subject, schemaVersion, aggregateVersion, traceparent, data } = event;
  return {
    bucket,
    id,
    aggregatetype: type.slice(0, type.indexOf('.')),
    aggregateid: subject,
    type,
    payload: JSON.stringify(data),
    headers: JSON.stringify({ schemaVersion, aggregateVersion, traceparent }),
  };
}
