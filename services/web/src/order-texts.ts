/** Every sentence about an order, in the shop's language: English. */
import type { Order } from '@storefront/order/contract';
import type { ShipmentStatus } from '@storefront/shipping/contract';
import type { Headline } from './domain/sale/order-status.ts';

export const orderTexts = {
  orderTitle: (number: string) => `Order ${number}`,
  placedAt: (at: string) => `Placed on ${at}`,
  headlines: {
    confirmed: { tone: 'good', title: 'Thank you, your order is confirmed', text: 'We are packing it.' },
    'partly-shipped': { tone: 'good', title: 'Part of it is on its way', text: 'The rest follows.' },
    shipped: { tone: 'good', title: 'It is on its way', text: 'Follow the parcel below.' },
    delivered: { tone: 'good', title: 'It has arrived', text: 'Enjoy it!' },
    returned: { tone: 'plain', title: 'It came back to us', text: 'The parcel was returned.' },
    refunded: { tone: 'plain', title: 'Your money is on its way back', text: 'Banks take a few days to show it.' },
    cancelled: { tone: 'plain', title: 'This order is cancelled', text: 'Nothing is charged for it.' },
    cancelling: { tone: 'plain', title: 'This order is being cancelled', text: 'We let you know when it is done.' },
    reviewing: { tone: 'plain', title: 'Somebody of us looks at this order', text: 'You hear from us by e-mail.' },
    bank: {
      tone: 'bad',
      title: 'Your bank wants to hear from you',
      text: 'Confirm the payment with your bank: the order waits for it.',
    },
    declined: {
      tone: 'bad',
      title: 'Your card was declined',
      text: 'Your order is kept. Pay with another card below.',
    },
    unpaid: { tone: 'bad', title: 'Your order waits for its payment', text: 'The goods are held for you meanwhile.' },
    checking: { tone: 'plain', title: 'Your payment is being checked', text: 'This page shows by itself how it went.' },
  } satisfies Record<Headline, { tone: 'bad' | 'plain' | 'good'; title: string; text: string }>,
  /** Where what Stripe says is meant for programmers. */
  declines: {
    payment_intent_authentication_failure: 'Your bank did not confirm the payment.',
    authentication_required: 'Your bank wants you to confirm the payment.',
  } as Record<string, string>,
  cancelledRefunded: 'What you paid for it goes back to you.',
  statusOrder: 'Order',
  statusPayment: 'Payment',
  statusDelivery: 'Delivery',
  orderStatus: {
    open: 'In progress',
    completed: 'Completed',
    cancelled: 'Cancelled',
  } satisfies Record<Order['status'], string>,
  paymentStatus: {
    pending: 'Not paid yet',
    authorized: 'Reserved on your card',
    paid: 'Paid',
    'partly-refunded': 'Partly refunded',
    refunded: 'Refunded',
    failed: 'Failed',
  } satisfies Record<Order['paymentStatus'], string>,
  fulfilmentStatus: {
    none: 'Not sent yet',
    partial: 'Partly sent',
    shipped: 'On its way',
    delivered: 'Delivered',
    returned: 'Returned',
  } satisfies Record<Order['fulfilmentStatus'], string>,
  shipmentStatus: {
    wanted: 'Being prepared',
    refused: 'Not accepted by the carrier',
    labelled: 'Packed, waiting for the carrier',
    voided: 'Called off',
    'in-transit': 'On its way',
    'out-for-delivery': 'Out for delivery',
    delivered: 'Delivered',
    returned: 'Returned',
    failed: 'Could not be delivered',
  } satisfies Record<ShipmentStatus, string>,
  refreshed: 'The order has news.',
  refresh: 'Load the newest state',
  toBank: 'Continue to your bank',
  bankWaits:
    'Your bank is still waiting for your answer. If you left its page, go back to it, or pay with another card.',
  fromBankTitle: 'We have not heard from your bank yet',
  fromBankText: 'If you answered it, the news comes here by itself. If you left its page, you can go back to it.',
  payHeading: 'Pay for this order',
  payOtherHeading: 'Pay with another card',
  payBefore: (at: string) => `The goods are held for you until ${at}.`,
  payText: 'Your card is charged when the parcel leaves us.',
  pay: (total: string) => `Pay ${total}`,
  payNeedsScript:
    'Entering a card is the one thing that needs JavaScript, and it is off. Open the link from our e-mail in a browser that has it, or turn it on and load this page again.',
  cardMissing: 'Enter a card first.',
  orderProblems: {
    'payment-refused': {
      title: 'This payment was not taken',
      text: 'Nothing was charged by it. Below is how the order stands.',
    },
    'cancel-refused': { title: 'It cannot be cancelled any more', text: 'Write to us, and we find a way.' },
  },
  cancel: 'Cancel this order',
  cancelText: 'We stop it if it has not left us. What was reserved on your card is released.',
  cancelReason: 'Why, if you like to say',
  cancelConfirm: 'Yes, cancel the order',
  parcelsHeading: 'Delivery',
  parcel: (number: number, count: number) => (count === 1 ? 'Your parcel' : `Parcel ${number} of ${count}`),
  parcelBy: (service: string) => `with ${service}`,
  trackingNumber: 'Tracking number',
  track: 'Follow it at the carrier',
  noParcel: 'As soon as your parcel is packed, you can follow it here.',
  parcelsAway: 'Where your parcel is cannot be read at the moment.',
  refundsHeading: 'Refunds',
  refund: {
    pending: (amount: string) => `${amount} is being refunded`,
    succeeded: (amount: string) => `${amount} was refunded`,
    failed: (amount: string) => `A refund of ${amount} failed; we look into it`,
  },
  deliverTo: 'Delivery address',

  orderNotHereTitle: 'This order cannot be shown here',
  orderNotHereText:
    'Orders are shown in the browser they were placed in. Anywhere else, open the link in the e-mail that we sent you.',
};
