import { ms } from '@storefront/kit/time';
import type { Payment } from '@storefront/payment/contract';
import type { Shipment } from '@storefront/shipping/contract';
import type { Amendment } from './amendment.ts';
import { maxDeclines } from './checkout.ts';
import { newestAttempt, type Attempt, type Order, type Parcel, type Refund } from './order.ts';
import { foundRefund } from './refunds.ts';
import type { Outcome } from './saga.ts';
import { fulfilmentStatusOf } from './status.ts';

/** Whoever pays at once needs no mail about it. */
const actionMailAfterMs = ms('2m');

/** Takes over what the payment says of itself, unless something newer is known. */
export function learnPayment(amendment: Amendment, payment: Payment): void {
  const { order } = amendment;
  if (payment.version < order.payment.version) return;
  const { version, status, captureBefore } = payment;
  const attempt = newestAttempt(order);
  // What an older card led to is of no use any more.
  const isOfNewest = !attempt || attempt.attempt === payment.attempt;
  const { nextAction, decline } = isOfNewest ? payment : { nextAction: null, decline: null };
  amendment.set({
    payment: { version, status, nextAction, decline, captureBefore, declines: order.payment.declines },
    capturedMinor: payment.captured?.amountMinor ?? 0,
  });
  for (const refund of payment.refunds) {
    const { refunds } = amendment.order;
    const isKnown = refunds.some(({ refundId }) => refundId === refund.refundId);
    if (!isKnown) amendment.set({ refunds: [...refunds, foundRefund(amendment.order, payment, refund)] });
    learnRefund(amendment, refund.refundId, refund.status);
  }
  if (attempt && isOfNewest) learnAttempt(amendment, attempt, payment);
}

function learnAttempt(amendment: Amendment, attempt: Attempt, { status, decline }: Payment): void {
  const became = attemptStatusOf(status, decline !== null);
  if (became === undefined || became === attempt.status) return;
  const { order } = amendment;
  const attempts = order.attempts.map((one) => (one === attempt ? { ...one, status: became } : one));
  amendment.set({ attempts });
  if (became === 'authorized') return;
  if (isBeforePayment(order)) amendment.set({ state: 'awaiting-payment' });
  if (became === 'requires-action')
    amendment.note('action-needed').mail('action-needed', new Date(amendment.now.getTime() + actionMailAfterMs));
  if (became === 'declined')
    amendment.set({ payment: { ...order.payment, declines: order.payment.declines + 1 } }).note('payment-declined');
}

function attemptStatusOf(status: Payment['status'], isDeclined: boolean): Attempt['status'] | undefined {
  if (status === 'authorized' || status === 'captured') return 'authorized';
  if (status === 'requires-action') return 'requires-action';
  return status === 'requires-method' && isDeclined ? 'declined' : undefined;
}

const isBeforePayment = ({ state }: Order): boolean => ['placed', 'stock-reserved', 'awaiting-payment'].includes(state);

/** What a payment means for the step that reserves money. Asked once the order has learnt of it. */
export function authorization({ status, attempt }: Pick<Payment, 'status' | 'attempt'>, order: Order): Outcome {
  switch (status) {
    case 'authorized':
    case 'captured':
      return { kind: 'done' };
    case 'canceled':
      return { kind: 'refused', reason: 'payment-canceled' };
    case 'requires-action':
    case 'requires-method':
      if (attempt < (newestAttempt(order)?.attempt ?? 0)) return { kind: 'again', reason: 'another-card' };
      return status === 'requires-action' ? { kind: 'waiting', lookAfter: '15s' } : declined(order);
    default:
      return { kind: 'again', reason: status };
  }
}

function declined({ payment }: Order): Outcome {
  if (payment.declines >= maxDeclines) return { kind: 'refused', reason: 'payment-declined' };
  return { kind: 'waiting', lookAfter: '1h' };
}

/** A refund arrives or fails, and one that had arrived may still come back; never anything else. */
const rank = { pending: 0, succeeded: 1, failed: 2 } as const;

/** What became of one refund; an order learns it once. */
export function learnRefund(amendment: Amendment, refundId: string, became: Refund['status']): void {
  const { order } = amendment;
  const refund = order.refunds.find((one) => one.refundId === refundId);
  if (!refund || rank[became] <= rank[refund.status]) return;
  const refunds = order.refunds.map((one) => (one === refund ? { ...one, status: became } : one));
  const refundedMinor = refunds
    .filter(({ status }) => status === 'succeeded')
    .reduce((sum, one) => sum + one.amountMinor, 0);
  amendment.set({ refunds, refundedMinor });
  if (became === 'failed') amendment.note('refund-failed').report('refund-failed', { refundId });
  else amendment.note('refunded').announce('refunded').mail(`refunded ${refundId}`);
}

/** Takes over what is known of a parcel, unless something newer is known. */
export function learnParcel(amendment: Amendment, shipment: Shipment): void {
  const { order } = amendment;
  const known = order.parcels.find(({ parcel }) => parcel === shipment.parcel);
  if (known && known.version >= shipment.version) return;
  const others = order.parcels.filter((one) => one !== known);
  const parcels = [...others, parcelOf(shipment)].toSorted((a, b) => a.parcel - b.parcel);
  amendment.set({ parcels });
  if (known?.status === shipment.status) return;
  const { parcel, status } = shipment;
  if (isSeenByCarrier(shipment)) amendment.note(`parcel-${status}`);
  // What follows a person decides.
  if (status === 'returned' || status === 'failed') amendment.report(`parcel-${status}`, { parcel });
}

const isSeenByCarrier = ({ status }: Shipment): boolean =>
  ['in-transit', 'out-for-delivery', 'returned', 'failed'].includes(status);

function parcelOf(shipment: Shipment): Parcel {
  const { parcel, shipmentId, version, status, carrier, service, trackingCode, trackingUrl } = shipment;
  const at = (time: string | null) => (time === null ? null : new Date(time));
  const times = { handedOverAt: at(shipment.handedOverAt), deliveredAt: at(shipment.deliveredAt) };
  return { parcel, shipmentId, version, status, carrier, service, trackingCode, trackingUrl, ...times };
}

/** Whether all that was to be sent is where it was to go. */
export const isDelivered = ({ parcels }: Order): boolean =>
  ['delivered', 'returned'].includes(fulfilmentStatusOf(parcels));
