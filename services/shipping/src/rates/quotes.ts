import { readCursor, signCursor } from '@storefront/kit/cursor';
import type { QuoteReading } from '../contract.ts';
import { quoteExpired, quoteMismatch } from '../domain/errors.ts';
import { QuoteContent, quoteProblem } from '../domain/quote.ts';

/** Keeps a quote from being taken for a cursor that was signed with the same key. */
const scope = 'shipping-quote';

export type Quotes = {
  /** A text that says all of it and cannot be changed; nothing is stored. */
  sign(content: QuoteContent): string;
  /** Throws unless it is one of ours and good for this cart, as it is, and this address. */
  read(reading: QuoteReading, now: Date): QuoteContent;
};

export function createQuotes(key: Buffer): Quotes {
  return {
    sign: (content) => signCursor(key, content, scope),
    read({ quote, ...reading }, now) {
      const content = readOwn(key, quote);
      const problem = quoteProblem(content, reading, now);
      if (problem === 'mismatch') throw quoteMismatch();
      if (problem === 'expired') throw quoteExpired();
      return content;
    },
  };
}

function readOwn(key: Buffer, quote: string): QuoteContent {
  try {
    return readCursor(key, quote, scope, QuoteContent);
  } catch {
    throw quoteMismatch();
  }
}
