import type { Address } from '@storefront/commerce/address';
import type { OrderId, OrderNumber } from '@storefront/commerce/order-ids';
import type { LineTotals, Totals } from '@storefront/commerce/totals';
import type { Decline, NextAction, PaymentStatus } from '@storefront/payment/contract';
import type { ShipmentStatus } from '@storefront/shipping/contract';
import type { z } from 'zod';
import type { Order as OrderView, OrderState } from '../contract.ts';
import type { Run } from './saga.ts';

/** Of the view, what is stored as it is shown, but for what was refunded of it. */
export type Line = Omit<OrderView['lines'][number], 'refundedUnits'>;
export type Shipping = { name: string; carrier: string; service: string; totals: LineTotals };

/** What is known of the money. */
export type Money = {
  /** Of the payment: what is older is not believed any more. */
  readonly version: number;
  readonly status: PaymentStatus;
  readonly nextAction: NextAction | null;
  readonly decline: z.infer<typeof Decline> | null;
  readonly declines: number;
  readonly captureBefore: string | null;
};

/** One card. `superseded`: another one came while the bank of this one was being waited for. */
export type Attempt = {
  readonly attempt: number;
  readonly method: string;
  readonly status: 'pending' | 'requires-action' | 'declined' | 'authorized' | 'superseded';
  readonly madeAt: Date;
};

export type Parcel = {
  readonly parcel: number;
  readonly shipmentId: string;
  readonly version: number;
  readonly status: ShipmentStatus;
  readonly carrier: string;
  readonly service: string;
  readonly trackingCode: string | null;
  readonly trackingUrl: string | null;
  readonly handedOverAt: Date | null;
  readonly deliveredAt: Date | null;
};

export type Refund = {
  readonly refundId: string;
  readonly amountMinor: number;
  readonly status: 'pending' | 'succeeded' | 'failed';
  readonly lines: readonly { line: number; units: number }[];
  /** What was paid for shipping goes back with it. */
  readonly includesShipping: boolean;
  readonly restock: boolean;
  readonly reason: string;
  readonly madeAt: Date;
};

export type Entry = { readonly sequence: number; readonly what: string; readonly at: Date };

/** An order with all that belongs to it. Changed only into another one, by the rules beside this file. */
export type Order = {
  readonly orderId: OrderId;
  readonly bucket: number;
  readonly number: OrderNumber;
  readonly buyerId: string;
  readonly cartId: string;
  readonly version: number;
  readonly state: OrderState;
  readonly currency: string;
  readonly email: string;
  readonly address: Address;
  readonly lines: readonly Line[];
  readonly shipping: Shipping;
  readonly totals: Totals;
  readonly weightGrams: number;
  readonly payment: Money;
  readonly capturedMinor: number;
  readonly refundedMinor: number;
  readonly attempts: readonly Attempt[];
  readonly parcels: readonly Parcel[];
  readonly refunds: readonly Refund[];
  readonly cancellation: { readonly reason: string; readonly wantedAt: string } | null;
  /** What is going on: the order's own saga, and one for each refund under way. */
  readonly runs: readonly Run[];
  readonly history: readonly Entry[];
  /** Of the newest entry of its history, which is not always read along. */
  readonly sequence: number;
  readonly placedAt: Date;
  readonly updatedAt: Date;
};

/** The name of the order's own saga. */
export const orderSaga = 'order';
export const refundSaga = (refundId: string): string => `refund ${refundId}`;

export const runOf = (order: Order, saga: string = orderSaga): Run | undefined =>
  order.runs.find((run) => run.saga === saga);

/** In the smallest unit. */
export const totalOf = ({ totals }: Pick<Order, 'totals'>): number => totals.total.amountMinor;

/** An order that ended. */
export const isFinal = ({ state }: Pick<Order, 'state'>): boolean => state === 'cancelled' || state === 'delivered';

/** An order whose goods have left the house, and the stock. */
export const hasShipped = ({ state }: Pick<Order, 'state'>): boolean =>
  state === 'handed-over' || state === 'delivered';

/** An order that ended, or is ending, before its goods were reserved: whoever placed it never got one. */
export function isUnplaced({ state, history }: Pick<Order, 'state' | 'history'>): boolean {
  const reserved: OrderState = 'stock-reserved';
  return state !== 'placed' && history.every(({ what }) => what !== reserved);
}

/** The goods by SKU, merged and in their order: so two orders never wait for each other's goods. */
export function goodsOf({ lines }: Pick<Order, 'lines'>): { sku: string; units: number }[] {
  const units = new Map<string, number>();
  for (const line of lines) units.set(line.sku, (units.get(line.sku) ?? 0) + line.units);
  return Array.from(units, ([sku, count]) => ({ sku, units: count })).toSorted((a, b) => (a.sku < b.sku ? -1 : 1));
}

/** The card that is tried, or was tried last. */
export const newestAttempt = ({ attempts }: Pick<Order, 'attempts'>): Attempt | undefined => attempts.at(-1);

/** Whether a customer who waits for the outcome of a payment would learn something soon. */
export function isPaymentPending(order: Order): boolean {
  const isBefore = ['placed', 'stock-reserved', 'awaiting-payment'].includes(order.state);
  return isBefore && newestAttempt(order)?.status === 'pending';
}
