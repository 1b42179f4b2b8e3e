import { describe, expect, it } from 'vitest';
import { amend, anOrder, aPayment, aShipment } from '../../tests/an-order.ts';
import { authorization, learnParcel, learnPayment } from './learning.ts';
import type { Order } from './order.ts';

const declined = { status: 'requires-method', decline: { code: 'card_declined', message: 'No.' } } as const;
const asked = { status: 'requires-action', nextAction: { type: 'redirect', url: 'https://bank.example' } } as const;

function learned(order: Order, ...payments: Parameters<typeof aPayment>[1][]) {
  const amendment = amend(order);
  for (const changes of payments) learnPayment(amendment, aPayment(amendment.order, changes));
  return amendment;
}

describe('what an order learns of its payment', () => {
  it('is a decline, counted once however often it is told', () => {
    const { order, entries } = learned(anOrder(), declined, declined, declined);
    expect(order.payment).toMatchObject({ declines: 1, decline: { code: 'card_declined' } });
    expect(order).toMatchObject({ state: 'awaiting-payment', attempts: [{ status: 'declined' }] });
    expect(entries.map(({ what }) => what)).toEqual(['payment-declined']);
  });

  it('is not what was true before', () => {
    const { order } = learned(anOrder(), { ...asked, version: 7 }, { status: 'authorized', version: 6 });
    expect(order.payment).toMatchObject({ version: 7, status: 'requires-action' });
  });

  it('is a mail for whoever does not come back, some minutes later', () => {
    const { mails, now } = learned(anOrder(), asked);
    expect(mails).toEqual([{ kind: 'action-needed', dueAt: new Date(now.getTime() + 120_000) }]);
  });

  it('is not what an older card has led to', () => {
    const order = anOrder();
    const [first] = order.attempts;
    const newer = {
      ...order,
      attempts: [
        { ...first!, status: 'superseded' as const },
        { ...first!, attempt: 2 },
      ],
    };
    const after = learned(newer, { ...asked, attempt: 1 }).order;
    expect(after.payment.nextAction).toBeNull();
    expect(after.attempts[1]?.status).toBe('pending');
    expect(authorization({ status: 'requires-action', attempt: 1 }, after)).toEqual({
      kind: 'again',
      reason: 'another-card',
    });
  });
});

describe('what a payment means', () => {
  const order = anOrder();
  it.each([
    ['authorized', 'done'],
    ['captured', 'done'],
    ['canceled', 'refused'],
    ['requires-action', 'waiting'],
    ['requires-method', 'waiting'],
    ['processing', 'again'],
    ['new', 'again'],
  ] as const)('%s: %s', (status, kind) => expect(authorization({ status, attempt: 1 }, order).kind).toBe(kind));

  it('is the end after five declines', () => {
    const tried = { ...order, payment: { ...order.payment, declines: 5 } };
    expect(authorization({ status: 'requires-method', attempt: 1 }, tried)).toMatchObject({ kind: 'refused' });
  });
});

describe('what an order learns of its parcel', () => {
  it('is told to a person when the carrier brings it back', () => {
    const order = anOrder();
    const amendment = amend(order);
    for (const version of [2, 2, 3]) learnParcel(amendment, aShipment(order, { status: 'returned', version }));
    expect(amendment.anomalies).toEqual([{ what: 'parcel-returned', details: { parcel: 1 } }]);
  });
});
