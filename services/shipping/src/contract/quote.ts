/** What a quote says, for those who believe it. Shipping signs it; nothing of it is kept. JSON-shaped: ISO strings, no Date, no bigint. */
import { Country, Postcode } from '@storefront/commerce/address';
import { Money } from '@storefront/commerce/money';
import { z } from 'zod';

/** The type of the statement (`@storefront/kit/statement`): whatever else shipping signs is no quote. */
export const quoteType = 'shipping-quote';

export const Quote = z.strictObject({
  carrier: z.string(),
  service: z.string(),
  name: z.string(),
  price: Money,
  cartId: z.uuid(),
  cartVersion: z.int(),
  country: Country,
  postcode: Postcode,
  expiresAt: z.iso.datetime(),
});
export type Quote = z.infer<typeof Quote>;

/** What it is good for: a cart, as it is, and where it goes. */
export type QuoteSubject = Pick<Quote, 'cartId' | 'cartVersion' | 'country' | 'postcode'>;

/** Why a quote is not good for this order; undefined if it is. */
export function quoteProblem(quote: Quote, subject: QuoteSubject, now: Date): 'mismatch' | 'expired' | undefined {
  const isSame =
    quote.cartId === subject.cartId &&
    quote.cartVersion === subject.cartVersion &&
    quote.country === subject.country &&
    comparable(quote.postcode) === comparable(subject.postcode);
  if (!isSame) return 'mismatch';
  return Date.parse(quote.expiresAt) <= now.getTime() ? 'expired' : undefined;
}

/** However a person writes it: `sw1a 1aa` is `SW1A1AA`. */
export const comparable = (postcode: string): string => postcode.replace(/[\s-]/g, '').toUpperCase();
