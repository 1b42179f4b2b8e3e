import type { Collection, Document, Filter, OptionalUnlessRequiredId } from 'mongodb';
import type { Event } from '../event.ts';

/**
 * For the filter of an update that an event causes: only a document that has not seen this version of the aggregate or a
 * later one. The update sets `field` to `event.aggregateVersion`.
 */
export function notSeen(event: Pick<Event, 'aggregateVersion'>, field = 'seenVersion'): Record<string, unknown> {
  return { [field]: { $not: { $gte: event.aggregateVersion } } };
}

/** Inserts a document whose `_id` is the event's: `'duplicate'` when that event has had its effect. */
export async function insertOnce<Inserted extends Document>(
  collection: Collection<Inserted>,
  document: OptionalUnlessRequiredId<Inserted>,
): Promise<'duplicate' | void> {
  try {
    await collection.insertOne(document);
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || error.code !== 11000) throw error;
    // Another unique index must not pass for this one.
    const { _id } = document as { _id?: unknown };
    if (!(await collection.findOne({ _id } as Filter<Inserted>, { projection: { _id: 1 } }))) throw error;
    return 'duplicate';
  }
}
