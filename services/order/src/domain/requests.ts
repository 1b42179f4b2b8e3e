import type { Authorization } from '@storefront/payment/contract';
import type { ParcelRequest } from '@storefront/shipping/contract';
import { goodsOf, newestAttempt, orderSaga, totalOf, type Order } from './order.ts';
import { goodsOfRefund } from './refunds.ts';
import type { Run } from './saga.ts';

/** Each order travels in one parcel. */
export const onlyParcel = 1;

export const moneyOf = ({ currency }: Pick<Order, 'currency'>, amountMinor: number) => ({ amountMinor, currency });

/** Where the bank sends the customer back to, and where the mails lead. */
export type LinkOf = (order: Pick<Order, 'orderId'>) => string;

/** The card that is to be tried; undefined as long as there is none. */
export function authorizationOf(order: Order, linkOf: LinkOf): Authorization | undefined {
  const card = newestAttempt(order);
  if (!card) return undefined;
  const { attempt, method } = card;
  const amount = moneyOf(order, totalOf(order));
  return { amount, attempt, method, returnUrl: linkOf(order), description: `Order ${order.number}` };
}

/** With what the customer paid for it: a label that costs much more is for a person to decide. */
export function parcelRequestOf({ address, shipping, weightGrams, orderId }: Order): ParcelRequest {
  const { carrier, service } = shipping;
  const price = shipping.totals.gross;
  return { address, carrier, service, weightGrams, reference: `${orderId}-${onlyParcel}`, price };
}

/**
 * The parameters of a step, written down before anybody is asked: they follow from the order alone and never change, so that a call that
 * is repeated is the same call. Without what is secret (the link) or personal (the address).
 */
export function requestOf(order: Order, { saga, step }: Run): Record<string, unknown> | null {
  if (saga !== orderSaga) return refundRequest(order, saga, step);
  return requests[step]?.(order) ?? null;
}

type Request = (order: Order) => Record<string, unknown> | null;
const goods: Request = (order) => ({ lines: goodsOf(order) });
const label: Request = ({ shipping: { carrier, service, totals } }) => ({
  parcel: onlyParcel,
  carrier,
  service,
  priceMinor: totals.gross.amountMinor,
});
const requests: Readonly<Record<string, Request>> = {
  'reserve-stock': goods,
  'claim-stock': goods,
  'release-stock': goods,
  'hand-over': goods,
  'buy-label': label,
  'void-label': label,
  capture: (order) => ({ amountMinor: totalOf(order) }),
  authorize(order) {
    const card = newestAttempt(order);
    return card ? { attempt: card.attempt, amountMinor: totalOf(order) } : null;
  },
};

function refundRequest(order: Order, saga: string, step: string): Record<string, unknown> | null {
  const refund = order.refunds.find(({ refundId }) => saga === `refund ${refundId}`);
  if (!refund) return null;
  return step === 'restock' ? { lines: goodsOfRefund(order, refund) } : { amountMinor: refund.amountMinor };
}
