import { connectBroker, newEvent, type Broker } from '@storefront/kit/broker';
import { createLog, type Log } from '@storefront/kit/log';
import { Writable } from 'node:stream';
import { z } from 'zod';

/** What the services of these tests have agreed on. */
export const noteEvents = {
  'note.written': { 1: z.strictObject({ noteId: z.string(), words: z.int() }) },
  'note.dropped': { 1: z.strictObject({ noteId: z.string() }) },
} as const;

export const fleet = {
  notes: { publishes: ['note.written', 'note.dropped'], consumes: [], queues: ['webhooks'] },
  readers: { publishes: [], consumes: ['note.written'] },
  shelves: { publishes: [], consumes: ['note.written', 'note.dropped'] },
};

export const source = '/test/notes';

export function written(noteId: string, aggregateVersion = 1, words = 3) {
  return newEvent(noteEvents, {
    ...({ type: 'note.written', schemaVersion: 1, subject: noteId, aggregateVersion } as const),
    data: { noteId, words },
  });
}

/** A log whose lines a test reads. */
export function readableLog(): { log: Log; lines: Record<string, unknown>[] } {
  const lines: Record<string, unknown>[] = [];
  const destination = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(JSON.parse(chunk.toString()) as Record<string, unknown>);
      done();
    },
  });
  return { log: createLog({ service: 'test', level: 'info', destination }), lines };
}

export const silent = createLog({ service: 'test', level: 'silent' });

export function brokerOf(account: { url: string; username: string; password: string }, log: Log = silent): Broker {
  return connectBroker({ ...account, name: 'test', log });
}

/** The value of a counter, over the labels given. */
export async function counted(
  counter: { get(): Promise<{ values: { value: number; labels: object }[] }> },
  labels: Record<string, string>,
): Promise<number> {
  const { values } = await counter.get();
  const isMeant = (given: object) =>
    Object.entries(labels).every(([name, value]) => (given as Record<string, unknown>)[name] === value);
  return values.filter((one) => isMeant(one.labels)).reduce((sum, { value }) => sum + value, 0);
}
