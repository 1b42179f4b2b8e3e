import type { Order } from '@storefront/order/contract';

/** What a customer should know of an order first; each has a headline of its own. */
export type Headline =
  | 'cancelled'
  | 'cancelling'
  | 'reviewing'
  | 'bank'
  | 'declined'
  | 'unpaid'
  | 'checking'
  | 'refunded'
  | 'returned'
  | 'delivered'
  | 'shipped'
  | 'partly-shipped'
  | 'confirmed';

const byFulfilment: Record<Order['fulfilmentStatus'], Headline> = {
  none: 'confirmed',
  partial: 'partly-shipped',
  shipped: 'shipped',
  delivered: 'delivered',
  returned: 'returned',
};

export function headlineOf(order: Order): Headline {
  if (order.status === 'cancelled') return 'cancelled';
  if (order.state === 'needs-review') return 'reviewing';
  if (order.cancellation) return 'cancelling';
  if (isUnpaid(order)) return waitingFor(order);
  return order.paymentStatus === 'refunded' ? 'refunded' : byFulfilment[order.fulfilmentStatus];
}

function waitingFor({ payment }: Order): Headline {
  if (payment.nextAction) return 'bank';
  if (payment.decline) return 'declined';
  return payment.attempts === 0 ? 'unpaid' : 'checking';
}

const isUnpaid = ({ paymentStatus }: Order): boolean => paymentStatus === 'pending' || paymentStatus === 'failed';

/** A card may be given: none was yet, the last was declined, or the bank's question is still open. */
export function mayPay(order: Order, now: Date): boolean {
  const { payBefore } = order.payment;
  const isInTime = payBefore === null || new Date(payBefore) > now;
  return (
    order.status === 'open' && !order.cancellation && isAwaiting(order) && isInTime && waitingFor(order) !== 'checking'
  );
}

const isAwaiting = ({ state }: Order): boolean => state === 'awaiting-payment' || state === 'stock-reserved';

const beforeHandOver: ReadonlySet<Order['state']> = new Set([
  'placed',
  'stock-reserved',
  'awaiting-payment',
  'authorized',
  'confirmed',
  'labelled',
]);

/** A wish: the shop decides at the next step. What is paid for and packed is refunded by a person. */
export const mayCancel = (order: Order): boolean =>
  order.status === 'open' && !order.cancellation && beforeHandOver.has(order.state);

/** Nothing more will happen by itself, so nobody need listen. */
export const isFinal = (order: Order): boolean => order.status !== 'open';
