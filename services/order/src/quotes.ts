import { createStatementReader } from '@storefront/kit/statement';
import { Quote, quoteProblem, quoteType } from '@storefront/shipping/contract/quote';
import type { Quotes } from './domain/ports.ts';

/** Quotes as shipping has signed them: nobody is asked. What is not by its key, whoever made it, is of no cart and no address. */
export function createQuotes(keyFile: string): Quotes {
  const read = createStatementReader({ keyFile, signer: 'shipping', type: quoteType, schema: Quote });
  return {
    read(text, subject, now) {
      const quote = read(text);
      return quote ? (quoteProblem(quote, subject, now) ?? quote) : 'mismatch';
    },
  };
}
