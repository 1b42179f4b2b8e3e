import { createStatementSigner } from '@storefront/kit/statement';
import { testCallerDir } from '@storefront/kit/testing';
import { ms } from '@storefront/kit/time';
import { quoteType, type Quote, type QuoteSubject } from '@storefront/shipping/contract/quote';

export const shippingMinor = 590;

/** Far enough for tests that move the clock, and the same each time: a repeated request is the same text. */
const expiresAt = new Date(Date.now() + ms('1h') * 24 * 365).toISOString();

/** What shipping offers for this cart and address. */
export const aQuote = (subject: QuoteSubject): Quote => ({
  carrier: 'easypost',
  service: 'Priority',
  name: 'Priority',
  price: { amountMinor: shippingMinor, currency: 'EUR' },
  expiresAt,
  ...subject,
});

/** Signs what it is given, as that service: the order service believes shipping alone. */
export const signAs = (service: string, type = quoteType) =>
  createStatementSigner({ callerDir: testCallerDir(service), service, type });

const asShipping = signAs('shipping');

export const signedQuote = (quote: Quote): string => asShipping(quote);
