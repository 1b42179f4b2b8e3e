import { saga, step } from './saga.ts';

/** Money that goes back for some lines, each refund a saga of its own beside the order's. */
export const refunding = saga([step('pay-back', { waitsFor: 'payment.changed' }), step('restock')]);
