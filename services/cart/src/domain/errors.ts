import { conflict, forbidden, invalid, ServiceError, unauthenticated, unavailable } from '@storefront/kit/errors';
import { maxLines } from '../contract.ts';

/** Every refusal of carts: a slug for programs, and a sentence that says what to do. */
export const cartNotFound = (cartId: string) =>
  new ServiceError(
    'not-found',
    'cart-not-found',
    `There is no cart "${cartId}", or it is not yours, or it was left alone for too long: make a new one with POST /carts.`,
  );

export const tokenMissing = () =>
  unauthenticated('This needs the token of the cart: send it as "Authorization: Bearer …".', 'cart-token-missing');

export const scopeMissing = () => forbidden('This token does not open carts.', 'cart-scope-missing');

const listed = (code: string, what: string, { field, given, all }: { field: string; given: string; all: string[] }) =>
  invalid(code, `The shop does not ${what} ${given}: choose ${all.join(', ')}.`, [
    { field, message: `must be one of ${all.join(', ')}` },
  ]);

export const currencyNotOffered = (given: string, all: readonly string[]) =>
  listed('currency-not-offered', 'sell in', { field: 'currency', given, all: [...all] });

export const countryNotServed = (given: string, all: readonly string[]) =>
  listed('country-not-served', 'deliver to', { field: 'country', given, all: [...all] });

export const currencyWithdrawn = (currency: string) =>
  conflict('currency-withdrawn', `The shop does not sell in ${currency} any more: make a new cart with POST /carts.`);

export const skuUnknown = (sku: string) =>
  new ServiceError('invalid', 'sku-unknown', `The shop has nothing with the SKU "${sku}".`, {
    status: 422,
    fields: [{ field: 'sku', message: 'names nothing that the shop has' }],
  });

export const notOffered = (sku: string, currency: string) =>
  conflict('not-offered', `"${sku}" is not sold in ${currency} now.`);

export const soldOut = (sku: string) =>
  conflict('sold-out', `"${sku}" is sold out: it can only be taken out, or made fewer.`);

export const cartFull = () =>
  conflict('cart-full', `A cart has at most ${maxLines} different items: take one out, or order this cart first.`);

export const tooMuch = (sku: string) =>
  conflict('line-too-large', `So many of "${sku}" come to more than one line of an order may: take fewer.`, [
    { field: 'units', message: 'is too many at this price' },
  ]);

export const catalogueAway = (cause?: ServiceError) =>
  unavailable(
    'catalogue-unavailable',
    'What this costs, and whether it is there, cannot be asked now: try again soon.',
    {
      retryAfter: cause?.details.retryAfter ?? 1,
      cause,
    },
  );
