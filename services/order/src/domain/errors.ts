import type { Money } from '@storefront/commerce/money';
import { conflict, invalid, notFound, ServiceError, unauthenticated, unavailable } from '@storefront/kit/errors';

/** Every refusal of an order: a slug for programs, a sentence for people, the field where there is one. */
export const orderNotFound = (orderId: string) => notFound('order', orderId);
export const cartNotFound = (cartId: string) => notFound('cart', cartId);

export const buyerUnknown = () => unauthenticated('Send the token of the cart: an order belongs to whoever made it.');

export const cartEmpty = () => conflict('cart-empty', 'There is nothing in this cart.');

export const cartChanged = (version: number) =>
  conflict('cart-changed', 'The cart has changed since it was shown: look at it again.', [
    { field: 'cartVersion', message: `is ${version} now` },
  ]);

/** `location` and the field `orderId` lead to the order. */
export const cartAlreadyOrdered = (orderId: string) =>
  new ServiceError('conflict', 'cart-already-ordered', 'This cart has been ordered already.', {
    fields: [{ field: 'orderId', message: orderId }],
    headers: { location: `/orders/${orderId}` },
  });

export const priceChanged = (total: Money) =>
  conflict('price-changed', 'The total is another one now: show it to the customer.', [
    { field: 'expectedTotal', message: `is ${total.amountMinor} ${total.currency} now` },
  ]);

export const outOfStock = (fields: readonly { sku: string; message: string }[]) =>
  conflict(
    'out-of-stock',
    'Not all of it is in stock any more.',
    fields.map(({ sku, message }) => ({ field: sku, message })),
  );

export const orderNotPlaced = () =>
  conflict(
    'order-not-placed',
    'This order ended before its goods were reserved, and nothing was charged. The cart is as it was: order again with a new Idempotency-Key.',
  );

/** The order that still has the cart got no goods and soon gives it up, so nobody is led to it. */
export const orderEnding = () =>
  unavailable('order-ending', 'An earlier order of this cart got no goods and is being ended: repeat in a moment.', {
    retryAfter: 2,
  });

export const quoteExpired = () =>
  conflict('quote-expired', 'The price for shipping is too old: ask for the rates again.', [
    { field: 'quote', message: 'has expired' },
  ]);

export const quoteMismatch = () =>
  invalid('quote-mismatch', 'The price for shipping belongs to another cart or address.', [
    { field: 'quote', message: 'is of another cart or address' },
  ]);

export const countryNotServed = (country: string) =>
  invalid('country-not-served', `The shop does not send to ${country}.`, [
    { field: 'address.country', message: 'is none that the shop sends to' },
  ]);

export const notAwaitingPayment = () =>
  conflict('not-awaiting-payment', 'This order does not wait for a card: look at it again.');

export const tooManyCards = () =>
  conflict('too-many-cards', 'Too many cards have been tried for this order: cancel it and place another one.');

export const paymentInProgress = () =>
  new ServiceError('conflict', 'payment-in-progress', 'A card is being tried: wait for its outcome.', {
    retryAfter: 2,
  });

export const tooLateToCancel = () =>
  conflict('too-late-to-cancel', 'The parcel has left, or the order has ended: it cannot be cancelled any more.');

export const beingCancelled = () =>
  conflict('being-cancelled', 'This order is being cancelled: all that was paid goes back by itself.');

export const orderNotPaid = () => conflict('order-not-paid', 'There is no money that could go back.');

export const refundTooLarge = (fields: { field: string; message: string }[]) =>
  conflict('refund-too-large', 'More would go back than was paid.', fields);

export const notHandedOver = () =>
  conflict(
    'not-handed-over',
    'Nothing of this order has left the house, so nothing comes back: cancel it, which releases its goods, or refund it without restock.',
    [{ field: 'restock', message: 'only once the parcel has left' }],
  );

export const notReadyToHandOver = () =>
  conflict('not-ready-to-hand-over', 'Only an order that is paid for, and whose parcel has a label, is handed over.');

/** Somebody else changed the order at the same time, again and again. */
export const changingTooFast = () =>
  unavailable('changing-too-fast', 'This order is being changed by others at the same time: repeat.');

/** Two orders with one number: one in 2^38, so it is tried anew. */
export const numberTaken = () => unavailable('number-taken', 'Repeat the request in a moment.');
