import type { MailKind } from '../domain/amendment.ts';

type Words = { number: string; shop: string };
/** What a mail says around the goods and the link. `action`: what the link is called. */
export type Text = { subject: string; lead: string; action: string };

/** In the shop's language: English. */
export const texts = {
  confirmation: ({ number, shop }: Words): Text => ({
    subject: `Your order ${number} at ${shop}`,
    lead: 'Thank you for your order. It is confirmed, and we are getting it ready.',
    action: 'See your order',
  }),
  'action-needed': ({ number }: Words): Text => ({
    subject: `Your payment for order ${number} is not complete`,
    lead: 'Your bank wants you to confirm the payment. Your goods are set aside for a while; without it the order ends by itself, and nothing is charged.',
    action: 'Complete the payment',
  }),
  shipped: ({ number }: Words): Text => ({
    subject: `Your order ${number} is on its way`,
    lead: 'Your parcel has left our house.',
    action: 'See where it is',
  }),
  refunded: ({ number }: Words & { amount?: string }): Text => ({
    subject: `A refund for your order ${number}`,
    lead: 'Money is on its way back to you. Until your bank shows it, some days may pass.',
    action: 'See your order',
  }),
} as const;

export const textOf = (kind: MailKind, words: Words): Text => {
  const name = kind.startsWith('refunded ') ? 'refunded' : (kind as keyof typeof texts);
  return texts[name](words);
};

export const labels = {
  shipping: 'Shipping',
  total: 'Total',
  tax: 'Tax, included',
  refunded: 'Refunded',
  tracking: 'Tracking number',
  sentTo: 'Sent to',
} as const;
