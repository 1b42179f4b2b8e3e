import { newEvent, type NewEvent } from '@storefront/kit/broker';
import { paymentEvents, type Payment } from '../contract.ts';

/** Something moved at Stripe by itself: a webhook, a look, a call whose answer came too late for whoever had asked. */
export function paymentChanged({ orderId, status, version }: Payment): NewEvent {
  return newEvent(paymentEvents, {
    type: 'payment.changed',
    schemaVersion: 1,
    subject: orderId,
    aggregateVersion: version,
    data: { orderId, status },
  });
}
