import type { z } from 'zod';
import type { Order as OrderView, OrderSummary } from '../contract.ts';
import type { Order } from '../domain/order.ts';
import { refundedUnitsOf } from '../domain/refunds.ts';
import { moneyOf } from '../domain/requests.ts';
import { statusesOf } from '../domain/status.ts';
import type { ListedOrder } from '../store/orders.ts';

/** The order as its customer and its merchant see it. */
export function viewOf(order: Order): OrderView {
  const { orderId, number, buyerId, cartId, version, state, currency, totals, email, address, cancellation } = order;
  return {
    orderId,
    number,
    buyerId,
    cartId,
    version,
    state,
    ...statusesOf(order),
    currency,
    lines: order.lines.map((line) => ({ ...line, refundedUnits: refundedUnitsOf(order, line.line) })),
    shipping: { name: order.shipping.name, totals: order.shipping.totals },
    totals,
    email,
    address,
    payment: paymentOf(order),
    cancellation,
    refunds: order.refunds.map(({ refundId, amountMinor, status, lines, madeAt }) => ({
      refundId,
      amount: moneyOf(order, amountMinor),
      status,
      lines: [...lines],
      at: madeAt.toISOString(),
    })),
    history: order.history.map(({ sequence, what, at }) => ({ sequence, what, at: at.toISOString() })),
    placedAt: order.placedAt.toISOString(),
    updatedAt: order.updatedAt.toISOString(),
  };
}

function paymentOf({ payment, attempts, runs, state }: Order): OrderView['payment'] {
  const isAwaited = ['placed', 'stock-reserved', 'awaiting-payment'].includes(state);
  const deadline = runs.find(({ step }) => step === 'authorize')?.deadlineAt ?? null;
  return {
    nextAction: isAwaited ? payment.nextAction : null,
    decline: isAwaited || state === 'cancelled' ? payment.decline : null,
    attempts: attempts.length,
    payBefore: isAwaited ? (deadline?.toISOString() ?? null) : null,
  };
}

export const summaryOf = (row: ListedOrder): z.infer<typeof OrderSummary> => ({
  orderId: row.order_id,
  number: row.number,
  status: row.status as OrderView['status'],
  paymentStatus: row.payment_status as OrderView['paymentStatus'],
  fulfilmentStatus: row.fulfilment_status as OrderView['fulfilmentStatus'],
  totals: row.totals,
  placedAt: row.placed_at.toISOString(),
});
