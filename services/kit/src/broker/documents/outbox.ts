import { createHash } from 'node:crypto';
import type { NewEvent } from '../event.ts';

/**
 * Rides in every document whose changes are announced: no transaction holds a document and a row of an outbox together. A
 * change is waiting while `publishedVersion` is below `version`; since an index cannot compare two fields, `since` says so too.
 */
export type DocumentOutbox = {
  publishedVersion: number;
  /** Since when something waits; only then is the document in the index. */
  since?: Date;
  /** Events of their own, in their order: what must not be merged into the newest state. */
  pending?: PendingEvent[];
  /** The document is gone and stays only until that is told: reads must leave it out (`isAlive`). */
  isDeleted?: boolean;
  lease?: string;
  leasedUntil?: Date;
  attempts?: number;
};
export type PendingEvent = NewEvent & { at: Date };

/** A document that is announced; `version` rises with every change, by whoever writes. */
export type AnnouncedDocument = { _id: string; version: number; outbox: DocumentOutbox };

/** Only what waits is in it; create it with the collection. */
export const outboxIndex = {
  name: 'outbox',
  key: { 'outbox.since': 1 },
  partialFilterExpression: { 'outbox.since': { $exists: true } },
} as const;

/** Events that may wait in one document: more would make it grow while the broker is away. */
export const maxPending = 32;

/** The outbox of a document that is about to be inserted. */
export function newOutbox(now: Date, events: readonly NewEvent[] = []): DocumentOutbox {
  return { publishedVersion: 0, since: now, ...(events.length > 0 ? { pending: pendingOf(now, events) } : {}) };
}

/** For a document that is replaced as a whole, by a filter on its version: what the outbox of the new one must be. */
export function replacedOutbox(before: DocumentOutbox, now: Date, events: readonly NewEvent[] = []): DocumentOutbox {
  const pending = [...(before.pending ?? []), ...pendingOf(now, events)];
  if (pending.length > maxPending) throw new RangeError(`More than ${maxPending} events wait in one document.`);
  return {
    publishedVersion: before.publishedVersion,
    since: before.since ?? now,
    ...(pending.length > 0 ? { pending } : {}),
  };
}

/**
 * The part of an update that announces it; merge it with the change itself. With events, the filter needs `roomFor` too:
 * when nothing matched and the document is there, it is full, and the change must wait.
 */
export function announced(now: Date, events: readonly NewEvent[] = []) {
  return {
    $inc: { version: 1 },
    $min: { 'outbox.since': now },
    ...(events.length > 0 ? { $push: { 'outbox.pending': { $each: pendingOf(now, events) } } } : {}),
  };
}

/** For the filter of an update that adds so many events. */
export function roomFor(events: number): Record<string, unknown> {
  return { [`outbox.pending.${maxPending - events}`]: { $exists: false } };
}

/** For the filter of every read: a deleted document stays until its end has been told. */
export const isAlive = { 'outbox.isDeleted': { $exists: false } } as const;

/** An update that deletes the document once that has been announced. */
export function deleted(now: Date) {
  return { $inc: { version: 1 }, $min: { 'outbox.since': now }, $set: { 'outbox.isDeleted': true } };
}

/** Of one version of one document, always the same: a relay that was interrupted sends the same event again. */
export function eventIdOf(collection: string, { _id, version }: AnnouncedDocument): string {
  const hex = createHash('sha256').update(`${collection}\n${_id}\n${version}`).digest('hex');
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 0x3) | 0x8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    variant + hex.slice(17, 20),
    hex.slice(20, 32),
  ].join('-');
}

function pendingOf(now: Date, events: readonly NewEvent[]): PendingEvent[] {
  return events.map((event) => ({ ...event, at: now }));
}
