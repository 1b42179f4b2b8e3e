import { conflict, notFound, ServiceError, unavailable } from '@storefront/kit/errors';

/** Every refusal of this service. */
export const paymentNotFound = (orderId: string): ServiceError => notFound('payment', orderId);

export const amountDiffers = (): ServiceError =>
  conflict('amount-differs', 'The payment of this order was begun with another amount.');

export const attemptDiffers = (): ServiceError =>
  conflict('attempt-differs', 'This attempt was made with another card: another card is another attempt.');

export const paymentCanceled = (): ServiceError =>
  conflict('payment-canceled', 'This payment is canceled, or its authorization has lapsed.');

export const paymentCaptured = (): ServiceError =>
  conflict('payment-captured', 'This payment is captured: what was taken can only be refunded.');

export const capturedOtherwise = (): ServiceError =>
  conflict('captured-otherwise', 'This payment is captured already, with another amount.');

export const notAuthorized = (): ServiceError => conflict('not-authorized', 'No money is reserved for this payment.');

export const notCaptured = (): ServiceError =>
  conflict('not-captured', 'Nothing of this payment is captured, so nothing can be refunded.');

export const captureTooLarge = (): ServiceError =>
  conflict('capture-too-large', 'This is more than what is authorized.', [
    { field: 'amount', message: 'must be at most the amount of the payment' },
  ]);

export const refundTooLarge = (): ServiceError =>
  conflict('refund-too-large', 'This is more than what is captured and not refunded yet.', [
    { field: 'amount', message: 'must be at most what is left of the captured amount' },
  ]);

export const refundDiffers = (): ServiceError =>
  conflict('refund-differs', 'This refund was begun with another amount: another amount is another refund.');

export const refusedByStripe = (operation: string): ServiceError =>
  conflict(`${operation}-refused`, `Stripe refused to ${operation} this payment; its dashboard says why.`);

export const amountNotChargeable = (step: string, currency: string): ServiceError =>
  new ServiceError('invalid', 'amount-not-chargeable', `Cards are charged in steps of ${step} ${currency}.`, {
    fields: [{ field: 'amount.amountMinor', message: `must be a multiple of ${step} ${currency}` }],
  });

/** Another call is at Stripe for this order. */
export const paymentBusy = (): ServiceError =>
  unavailable('payment-busy', 'Another call for this payment is under way.', { retryAfter: 1 });

/** The lease on the payment ended while its call was under way: whoever has it now writes what is true. */
export const leaseLost = (): ServiceError =>
  unavailable('lease-lost', 'This call took too long, and another one has taken over.', { retryAfter: 1 });

export const stripeUnavailable = (cause?: unknown): ServiceError =>
  unavailable('stripe-unavailable', 'Stripe does not answer now.', { retryAfter: 2, cause });

export const forgedWebhook = (): ServiceError =>
  new ServiceError('invalid', 'bad-signature', 'The signature of this webhook is missing, wrong or too old.', {
    fields: [{ field: 'Stripe-Signature', message: 'must be a signature of this body, made in the last five minutes' }],
  });
