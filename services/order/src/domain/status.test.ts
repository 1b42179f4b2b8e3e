import { describe, expect, it } from 'vitest';
import { amend, anOrder, aPayment, aShipment } from '../../tests/an-order.ts';
import { learnParcel, learnPayment } from './learning.ts';
import type { Order } from './order.ts';
import { statusesOf } from './status.ts';

const paid = (order: Order): Order => {
  const amendment = amend(order);
  learnPayment(amendment, aPayment(order, { status: 'captured', captured: order.totals.total }));
  return amendment.order;
};
const sent = (order: Order, ...statuses: Parameters<typeof aShipment>[1][]): Order => {
  const amendment = amend(order);
  for (const [index, changes] of statuses.entries())
    learnParcel(amendment, aShipment(order, { parcel: index + 1, ...changes }));
  return amendment.order;
};

describe('what a customer reads of an order', () => {
  it('that was just placed', () => {
    expect(statusesOf(anOrder())).toEqual({ status: 'open', paymentStatus: 'pending', fulfilmentStatus: 'none' });
  });

  it('of its money', () => {
    const order = anOrder();
    const authorized = { ...order, payment: { ...order.payment, status: 'authorized' as const } };
    const all = paid(order);
    expect(statusesOf(authorized).paymentStatus).toBe('authorized');
    expect(statusesOf(all).paymentStatus).toBe('paid');
    expect(statusesOf({ ...all, refundedMinor: 1 }).paymentStatus).toBe('partly-refunded');
    expect(statusesOf({ ...all, refundedMinor: all.capturedMinor }).paymentStatus).toBe('refunded');
    expect(statusesOf({ ...order, state: 'cancelled' })).toMatchObject({
      status: 'cancelled',
      paymentStatus: 'failed',
    });
    expect(statusesOf({ ...all, state: 'cancelled', refundedMinor: all.capturedMinor }).paymentStatus).toBe('refunded');
  });

  it.each([
    ['none', [{ status: 'labelled' }]],
    ['none', [{ status: 'voided' }]],
    ['shipped', [{ status: 'labelled', handedOverAt: '2026-01-01T00:00:00Z' }]],
    ['shipped', [{ status: 'in-transit' }, { status: 'delivered' }]],
    ['shipped', [{ status: 'in-transit' }, { status: 'voided' }]],
    ['partial', [{ status: 'in-transit' }, { status: 'labelled' }]],
    ['delivered', [{ status: 'delivered' }, { status: 'delivered' }]],
    ['returned', [{ status: 'returned' }]],
  ] as const)('of its parcels: %s of %j', (status, parcels) => {
    expect(statusesOf(sent(anOrder(), ...parcels)).fulfilmentStatus).toBe(status);
  });

  it('never goes back to what a parcel was before', () => {
    const order = sent(anOrder(), { status: 'in-transit', version: 3 });
    expect(sent(order, { status: 'labelled', version: 2 }).parcels[0]?.status).toBe('in-transit');
  });
});
