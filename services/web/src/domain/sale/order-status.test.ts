import type { Order } from '@storefront/order/contract';
import { describe, expect, it } from 'vitest';
import { headlineOf, mayCancel, mayPay } from './order-status.ts';

const now = new Date('2026-11-28T12:00:00Z');
const decline = { code: 'card_declined', message: 'No.' };
const nextAction = { type: 'redirect', url: 'https://bank.example/' } as const;
const waiting = { nextAction: null, decline: null, attempts: 0, payBefore: '2026-11-28T12:30:00.000Z' };

const orderOf = (changes: Partial<Order>, payment: Partial<Order['payment']> = {}): Order =>
  ({
    state: 'awaiting-payment',
    status: 'open',
    paymentStatus: 'pending',
    fulfilmentStatus: 'none',
    cancellation: null,
    ...changes,
    payment: { ...waiting, ...payment },
  }) as Order;

describe('an order that is not paid', () => {
  it.each([
    ['unpaid', {}, true],
    ['declined', { attempts: 1, decline }, true],
    ['bank', { attempts: 1, nextAction }, true],
    ['checking', { attempts: 1 }, false],
  ] as const)('is %s', (headline, payment, takesCard) => {
    const order = orderOf({}, payment);
    expect(headlineOf(order)).toBe(headline);
    expect(mayPay(order, now)).toBe(takesCard);
  });

  it('takes no card after its time, while it is cancelled, or before its stock is reserved', () => {
    expect(mayPay(orderOf({}, { payBefore: '2026-11-28T11:59:59.000Z' }), now)).toBe(false);
    expect(mayPay(orderOf({ cancellation: { reason: 'x', wantedAt: now.toISOString() } }), now)).toBe(false);
    expect(mayPay(orderOf({ state: 'placed' }), now)).toBe(false);
    expect(mayPay(orderOf({ status: 'cancelled', state: 'cancelled', paymentStatus: 'failed' }), now)).toBe(false);
  });
});

it('can be cancelled until its parcel is paid for', () => {
  expect(mayCancel(orderOf({ state: 'labelled', paymentStatus: 'authorized' }))).toBe(true);
  expect(mayCancel(orderOf({ state: 'captured', paymentStatus: 'paid' }))).toBe(false);
  expect(mayCancel(orderOf({ state: 'confirmed', cancellation: { reason: 'x', wantedAt: now.toISOString() } }))).toBe(
    false,
  );
});
