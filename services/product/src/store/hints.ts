import { EventEmitter } from 'node:events';

/**
 * What this process wrote that work beside the routes waits for: whoever does that work need not look often. A hint that is lost
 * with its process costs a longer wait, nothing else.
 */
export type Hints = EventEmitter<{
  /** Something waits to be announced in documents of this collection. */
  announced: [collection: 'products' | 'stock'];
  ledger: [];
  levels: [];
  relisting: [];
}>;

export function createHints(): Hints {
  return new EventEmitter();
}
