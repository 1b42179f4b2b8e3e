import { randomUUID } from 'node:crypto';
import { context, propagation } from '@opentelemetry/api';
import type { z } from 'zod';

/**
 * The events of a service as its contract.ts states them: type → schema version → schema of `data`. Plain zod, so that a
 * contract needs nothing of kit: `{ 'order.placed': { 1: z.strictObject({ orderId: z.uuid() }) } }`. Ids, never personal data.
 */
export type EventContract = Readonly<Record<string, Readonly<Record<number, z.ZodType>>>>;

/** What happened to an aggregate, before it is sent: a row of an outbox, or an entry of a document's. */
export type NewEvent = {
  /** A UUID, the message's id too. */
  id: string;
  type: string;
  schemaVersion: number;
  /** Id of the aggregate. */
  subject: string;
  /** Of the aggregate after the change. */
  aggregateVersion: number;
  data: unknown;
  /** Of the request that made it (W3C trace context), when that is traced. */
  traceparent?: string;
};

/** An event as a consumer gets it, its data checked against the publisher's contract. */
export type Event<Type extends string = string, Version extends number = number, Data = unknown> = {
  id: string;
  type: Type;
  schemaVersion: Version;
  /** `/<scope>/<service>` of the publisher. */
  source: string;
  subject: string;
  aggregateVersion: number;
  /** RFC 3339. */
  time: string;
  data: Data;
};

/** One of these for each schema version in the contract. */
export type EventOf<Contract extends EventContract, Type extends keyof Contract & string> = {
  [Version in keyof Contract[Type] & number]: Event<Type, Version, z.output<Contract[Type][Version]>>;
}[keyof Contract[Type] & number];

type Given<Contract extends EventContract, Type extends keyof Contract & string> = {
  [Version in keyof Contract[Type] & number]: {
    type: Type;
    schemaVersion: Version;
    subject: string;
    aggregateVersion: number;
    data: z.input<Contract[Type][Version]>;
    /** Random unless given. */
    id?: string;
  };
}[keyof Contract[Type] & number];

/** Larger `data` belongs to a store, with its id in the event. */
const maxDataBytes = 65_536;

/** Throws when `data` breaks the contract: better here than at every consumer. Carries the current trace on. */
export function newEvent<const Contract extends EventContract, Type extends keyof Contract & string>(
  contract: Contract,
  { id = randomUUID(), ...event }: Given<Contract, Type>,
): NewEvent {
  const schema = contract[event.type]?.[event.schemaVersion];
  if (!schema) throw new Error(`There is no schema version ${event.schemaVersion} of ${event.type} in the contract.`);
  const data: unknown = schema.parse(event.data);
  const bytes = Buffer.byteLength(JSON.stringify(data));
  if (bytes > maxDataBytes) throw new Error(`${event.type} has ${bytes} bytes of data, more than ${maxDataBytes}.`);
  return { ...event, id, data, ...currentTrace() };
}

function currentTrace(): { traceparent?: string } {
  const carrier: { traceparent?: string } = {};
  propagation.inject(context.active(), carrier);
  return carrier.traceparent === undefined ? {} : { traceparent: carrier.traceparent };
}

/**
 * Where an event stands beside what its consumer knows of the aggregate: the `next` change, an `old` one (ignore it), or
 * after a `gap` (changes before it are missing: fetch the aggregate). Nothing is known of a new aggregate.
 */
export function placeOf({ aggregateVersion }: Pick<Event, 'aggregateVersion'>, known: number | undefined): Place {
  if (known === undefined) return aggregateVersion <= 1 ? 'next' : 'gap';
  if (aggregateVersion <= known) return 'old';
  return aggregateVersion === known + 1 ? 'next' : 'gap';
}
export type Place = 'next' | 'old' | 'gap';
