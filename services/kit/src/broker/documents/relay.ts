import type { Collection } from 'mongodb';
import type { Log } from '../../log.ts';
import { systemClock, type Clock, type Duration } from '../../time.ts';
import type { Broker } from '../connection/broker.ts';
import { createRelay, type Relay } from '../relay.ts';
import { documentSource, type DocumentSourceOptions } from './source.ts';
import type { AnnouncedDocument } from './outbox.ts';

export type DocumentRelayOptions = {
  collections: readonly Announced[];
  broker: Pick<Broker, 'publisher' | 'metrics'>;
  /** `/<scope>/<service>`: who says so, in every event. */
  source: string;
  log: Log;
  clock?: Clock;
  every?: Duration;
  idle?: Duration;
};

/** A collection and how its documents are told of: `announces(products, describe)`. */
export type Announced = {
  collection: Collection<AnnouncedDocument>;
  describe: DocumentSourceOptions<AnnouncedDocument>['describe'];
};

export function announces<Document extends AnnouncedDocument>(
  collection: Collection<Document>,
  describe: DocumentSourceOptions<Document>['describe'],
): Announced {
  return { collection, describe } as unknown as Announced;
}

/** Sends what waits in the documents of these collections. */
export function createDocumentRelay(options: DocumentRelayOptions): Relay {
  const { collections, broker, source, log, clock = systemClock, every, idle } = options;
  const sources = collections.map(({ collection, describe }) =>
    documentSource({ collection, describe, source, clock }),
  );
  return createRelay({ sources, broker, log, ...(every ? { every } : {}), ...(idle ? { idle } : {}) });
}
