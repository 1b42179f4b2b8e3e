import { createStatementSigner } from '@storefront/kit/statement';
import { quoteType, type Quote } from '../contract/quote.ts';

export type Quotes = {
  /** A text that says all of it and cannot be changed; nothing is stored. */
  sign(quote: Quote): string;
};

export const createQuotes = (callerDir: string): Quotes => ({
  sign: createStatementSigner({ callerDir, service: 'shipping', type: quoteType }),
});
