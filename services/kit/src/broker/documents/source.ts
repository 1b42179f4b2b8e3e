import { randomUUID } from 'node:crypto';
import type { AnyBulkWriteOperation, Collection, Filter } from 'mongodb';
import type { Clock } from '../../time.ts';
import { toMessage } from '../envelope.ts';
import type { NewEvent } from '../event.ts';
import { leaseMs, type Leased, type OutboxSource, type Settled } from '../relay.ts';
import { eventIdOf, outboxIndex, type AnnouncedDocument } from './outbox.ts';

export type DocumentSourceOptions<Document extends AnnouncedDocument> = {
  collection: Collection<Document>;
  /** The event of the document's present state, which stands for all changes before it; undefined when nobody need know. */
  describe: (document: Document, id: string) => NewEvent | undefined;
  /** `/<scope>/<service>` */
  source: string;
  clock: Clock;
};

/** One event of a document, and what else its mark needs. */
type Item = {
  documentId: string;
  version: number;
  lease: string;
  attempts: number;
  pendingId?: string;
  isDeleted: boolean;
};

/**
 * The documents of a collection that wait to be announced. Statements of one document each, with operators that the
 * stand-in for MongoDB has too: a lease is taken by whoever's update comes first.
 */
export function documentSource<Document extends AnnouncedDocument>(
  options: DocumentSourceOptions<Document>,
): OutboxSource<Item> {
  const { clock, describe, source } = options;
  const collection = options.collection as unknown as Collection<AnnouncedDocument>;
  return {
    name: collection.collectionName,
    async lease(limit) {
      const documents = await take(collection, clock.now(), limit);
      return documents.flatMap((document) => {
        const state = describe(document as Document, eventIdOf(collection.collectionName, document));
        return leasedOf(document, state, source);
      });
    },
    async settle(items) {
      const byDocument = Map.groupBy(items, ({ item }) => item.documentId);
      // Whoever writes many documents writes them in the order of their ids: the stand-in for MongoDB locks each until all are written.
      const inOrder = [...byDocument].toSorted(([a], [b]) => (a < b ? -1 : 1));
      const operations = inOrder.flatMap(([, settled]) => marksOf(settled, clock.now()));
      if (operations.length > 0) await collection.bulkWrite(operations, { ordered: true });
    },
  };
}

async function take(collection: Collection<AnnouncedDocument>, now: Date, limit: number): Promise<AnnouncedDocument[]> {
  const isWaiting = { 'outbox.since': { $gt: new Date(0) } };
  const isFree = { 'outbox.leasedUntil': { $not: { $gt: now } } };
  const waiting = await collection
    .find({ ...isWaiting, ...isFree } as Filter<AnnouncedDocument>, { projection: { _id: 1 }, hint: outboxIndex.name })
    .sort({ 'outbox.since': 1 })
    .limit(limit)
    .toArray();
  if (waiting.length === 0) return [];
  const [lease, leasedUntil] = [randomUUID(), new Date(now.getTime() + leaseMs)];
  const those = { _id: { $in: waiting.map(({ _id }) => _id) } };
  const { modifiedCount } = await collection.updateMany({ ...those, ...isFree } as Filter<AnnouncedDocument>, {
    $set: { 'outbox.lease': lease, 'outbox.leasedUntil': leasedUntil },
    $inc: { 'outbox.attempts': 1 },
  });
  if (modifiedCount === 0) return [];
  return collection.find({ ...those, 'outbox.lease': lease } as Filter<AnnouncedDocument>).toArray();
}

/** Its pending events in their order, then its state; a document with nothing to tell is an item all the same, to be marked. */
function leasedOf(document: AnnouncedDocument, state: NewEvent | undefined, source: string): Leased<Item>[] {
  const { _id: documentId, version, outbox } = document;
  const { lease = '', attempts = 0, pending = [], since = new Date(0), isDeleted = false } = outbox;
  const item: Item = { documentId, version, lease, attempts, isDeleted };
  const told = pending.map(({ at, ...event }): Leased<Item> => ({
    item: { ...item, pendingId: event.id },
    message: toMessage(event, { source, time: at }),
    since,
  }));
  const message = state && version > outbox.publishedVersion ? toMessage(state, { source, time: since }) : undefined;
  return [...told, { item, message, since }];
}

/**
 * When all of it left and the document is still as it was, it waits no longer. When it was changed meanwhile, only what
 * left is marked. When something did not leave, it is due again later.
 */
function marksOf(settled: readonly Settled<Item>[], now: Date): AnyBulkWriteOperation<AnnouncedDocument>[] {
  const { documentId: _id, version, lease, attempts, isDeleted } = settled[0]!.item;
  const sent = settled.filter(({ publication }) => publication === 'confirmed').map(({ item }) => item);
  const pendingIds = sent.flatMap(({ pendingId }) => pendingId ?? []);
  const isAllSent = sent.length === settled.length;
  const isStateSent = sent.some(({ pendingId }) => pendingId === undefined);
  const pulled = pendingIds.length > 0 ? { $pull: { 'outbox.pending': { id: { $in: pendingIds } } } } : {};
  const published = isStateSent ? { $max: { 'outbox.publishedVersion': version } } : {};
  const mine = { _id, 'outbox.lease': lease } as Filter<AnnouncedDocument>;
  const unleased = { 'outbox.lease': '', 'outbox.leasedUntil': '', 'outbox.attempts': '' };
  if (!isAllSent) {
    const dueAt = new Date(now.getTime() + backOffMs(settled, attempts));
    const update = { ...pulled, ...published, $unset: { 'outbox.lease': '' }, $set: { 'outbox.leasedUntil': dueAt } };
    return [{ updateOne: { filter: mine, update: update as never } }];
  }
  const asItWas = { ...mine, version } as Filter<AnnouncedDocument>;
  const finished = { ...pulled, ...published, $unset: { ...unleased, 'outbox.since': '' } };
  return [
    isDeleted ? { deleteOne: { filter: asItWas } } : { updateOne: { filter: asItWas, update: finished as never } },
    { updateOne: { filter: mine, update: { ...pulled, ...published, $unset: unleased } as never } },
  ];
}

/** Nothing for what was lost with a connection, 2 s to a minute for what the broker did not want. */
function backOffMs(settled: readonly Settled<Item>[], attempts: number): number {
  const isRefused = settled.some(({ publication }) => publication === 'returned' || publication === 'nacked');
  return isRefused ? Math.min(60_000, 1000 * 2 ** Math.min(attempts, 6)) : 0;
}
