import { saga, step } from './saga.ts';

/** From the cart to an order that is paid for and has its goods: the names, what each makes of the order, how long it may take. */
export const checkout = saga([
  step('reserve-stock', { becomes: 'stock-reserved', within: '30s', undo: 'release-stock' }),
  step('authorize', { becomes: 'authorized', within: '45m', undo: 'cancel-payment', waitsFor: 'payment.changed' }),
  step('claim-stock', { becomes: 'confirmed', within: '15m', undo: 'release-stock', joinsPrevious: true }),
]);

/** So many cards may be declined. */
export const maxDeclines = 5;
