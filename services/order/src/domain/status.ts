import type { z } from 'zod';
import type { FulfilmentStatus, OrderPaymentStatus, OrderStatus } from '../contract.ts';
import { totalOf, type Order, type Parcel } from './order.ts';

export type Statuses = {
  status: z.infer<typeof OrderStatus>;
  paymentStatus: z.infer<typeof OrderPaymentStatus>;
  fulfilmentStatus: z.infer<typeof FulfilmentStatus>;
};

/** What a customer reads of an order, derived from what is known of it. */
export function statusesOf(order: Order): Statuses {
  return {
    status: statusOf(order),
    paymentStatus: paymentStatusOf(order),
    fulfilmentStatus: fulfilmentStatusOf(order.parcels),
  };
}

function statusOf({ state }: Order): Statuses['status'] {
  if (state === 'cancelled') return 'cancelled';
  return state === 'delivered' ? 'completed' : 'open';
}

function paymentStatusOf(order: Order): Statuses['paymentStatus'] {
  const { capturedMinor, refundedMinor, payment, state } = order;
  if (capturedMinor > 0) {
    if (refundedMinor >= capturedMinor) return 'refunded';
    return refundedMinor > 0 ? 'partly-refunded' : 'paid';
  }
  // What costs nothing is paid for by being ordered.
  if (state === 'cancelled' || payment.status === 'canceled') return 'failed';
  return payment.status === 'authorized' && totalOf(order) > 0 ? 'authorized' : 'pending';
}

const onTheWay = new Set<Parcel['status']>(['in-transit', 'out-for-delivery', 'delivered', 'failed']);

/** By the parcels that were not voided: all on their way is shipped, some of them partial. */
export function fulfilmentStatusOf(parcels: readonly Parcel[]): Statuses['fulfilmentStatus'] {
  const counted = parcels.filter(({ status }) => status !== 'voided' && status !== 'refused');
  if (counted.length === 0) return 'none';
  if (counted.every(({ status }) => status === 'returned')) return 'returned';
  if (counted.every(({ status }) => status === 'delivered')) return 'delivered';
  const left = counted.filter((parcel) => hasLeft(parcel));
  if (left.length === 0) return 'none';
  return left.length === counted.length ? 'shipped' : 'partial';
}

/** Whether the parcel has left the house: scanned by its carrier, or the merchant says so. */
export function hasLeft({
  status,
  handedOverAt,
}: {
  status: Parcel['status'];
  handedOverAt: Date | string | null;
}): boolean {
  return handedOverAt !== null || onTheWay.has(status) || status === 'returned';
}

/** Whether the parcel's way has ended. */
export const hasArrived = ({ status }: Pick<Parcel, 'status'>): boolean =>
  status === 'delivered' || status === 'returned' || status === 'failed';
