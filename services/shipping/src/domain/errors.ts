import { conflict, invalid, notFound, unavailable } from '@storefront/kit/errors';

/** Every refusal of shipping: a slug for programs, a sentence for people. */
export const cartNotFound = (cartId: string) => notFound('cart', cartId);
export const carrierNotFound = (name: string) => notFound('carrier', name);
export const shipmentNotFound = (orderId: string, parcel: number) => notFound('shipment', `${orderId}/${parcel}`);

export const unknownCarrier = (name: string) =>
  invalid('unknown-carrier', `This shop has no carrier "${name.slice(0, 100)}".`, [
    { field: 'carrier', message: 'is not a carrier of this shop' },
  ]);

export const shipmentDiffers = () =>
  conflict(
    'shipment-differs',
    'There is a shipment for this parcel already, to another address or by another service.',
  );

export const tooLateToVoid = (status: string) =>
  conflict('too-late-to-void', `The parcel is ${status}: its label is used and cannot be voided.`);

export const notLabelled = (status: string) =>
  conflict('not-labelled', `The parcel is ${status}: there is no label to hand it over with.`);

export const badSignature = () => invalid('bad-signature', 'The signature does not belong to this message.');

export const carrierBusy = (name: string) =>
  unavailable('carrier-busy', `The carrier ${name} is being asked too much just now.`, { retryAfter: 2 });

export const carrierUnavailable = (name: string, cause?: unknown) =>
  unavailable('carrier-unavailable', `The carrier ${name} cannot be reached now.`, { retryAfter: 10, cause });
