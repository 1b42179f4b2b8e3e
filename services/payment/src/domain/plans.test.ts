import { describe, expect, it } from 'vitest';
import { mayBeForgotten, nextCall } from './calls.ts';
import type { PaymentRecord, PaymentState } from './payment.ts';
import { authorizing, canceling, capturing, refunding, type Change, type Plan } from './plans.ts';
import type { IntentSnapshot } from './provider.ts';
import { settling, type Settlement } from './settlement.ts';

const now = new Date('2026-11-28T12:00:00Z');
const occasion = { scope: 'acme-1a2b3c', now };
const orderId = '019a2b4c-7d10-8f3a-9c1e-5b2f7a6d8e90';
const eur = (amountMinor: number) => ({ amountMinor, currency: 'EUR' });
const fresh: PaymentRecord = {
  orderId,
  version: 1,
  status: 'new',
  isInDoubt: false,
  amount: eur(2500),
  description: 'Order',
  attempt: 0,
  method: null,
  returnUrl: null,
  intentId: null,
  nextAction: null,
  decline: null,
  captureBefore: null,
  captured: null,
  isCancelWanted: false,
};
const intent = (status: IntentSnapshot['status'], more: Partial<IntentSnapshot> = {}): IntentSnapshot => ({
  id: 'pi_1',
  orderId,
  scope: 'acme-1a2b3c',
  status,
  captured: null,
  captureBefore: null,
  nextAction: null,
  decline: null,
  ...more,
});
const card = (attempt: number, method = 'pm_1') =>
  authorizing(
    { amount: eur(2500), attempt, method, returnUrl: 'https://shop.example', description: 'Order' },
    occasion,
  );

/** The state after a change, as the store writes it. */
const after = (state: PaymentState, change: Change | 'wait' | undefined): PaymentState => {
  if (change === undefined || change === 'wait') throw new Error(`nothing to do: ${String(change)}`);
  const settled = new Set(change.settle?.map(({ key }) => key));
  const open = state.calls.filter(({ key }) => !settled.has(key));
  return {
    payment: change.payment ?? state.payment,
    refunds: change.refunds ?? state.refunds,
    calls: change.begin ? [...open, change.begin] : open,
  };
};
const plan = (state: PaymentState, wanted: Plan) => after(state, wanted(state));
const settle = (state: PaymentState, settlement: Omit<Settlement, 'call'>) =>
  after(state, settling({ call: nextCall(state.calls)!, ...settlement }, occasion)(state));
const start: PaymentState = { payment: fresh, refunds: [], calls: [] };
const keysOf = (state: PaymentState) => state.calls.map(({ key }) => key.replace(`acme-1a2b3c:${orderId}`, '…'));

const created = settle(plan(start, card(1)), { outcome: 'done', truth: { intent: intent('requires-method') } });
const authorized = settle(created, { outcome: 'done', truth: { intent: intent('authorized') } });

describe('keys', () => {
  it('follow from the order and the decision', () => {
    expect(keysOf(plan(start, card(1)))).toEqual(['pi:…']);
    expect(keysOf(created)).toEqual(['confirm:…:1']);
    expect(keysOf(plan(authorized, capturing(eur(2500), occasion)))).toEqual(['capture:…']);
    expect(keysOf(plan(authorized, canceling(occasion)))).toEqual(['cancel:…']);
  });

  it('rise with another card only, also where Stripe would not make an intent', () => {
    const declined = settle(created, { outcome: 'refused', truth: { intent: intent('requires-method') } });
    expect(keysOf(plan(declined, card(2)))).toEqual(['confirm:…:2']);
    const refusal = { code: 'amount_too_small', message: 'no' };
    const never = settle(plan(start, card(1)), { outcome: 'refused', truth: {}, refusal });
    expect(never.payment).toMatchObject({ status: 'requires-method', decline: refusal, isInDoubt: false });
    expect(keysOf(plan(never, card(2)))).toEqual(['pi:…:2']);
  });

  it('may be forgotten by Stripe after most of a day', () => {
    const [call] = created.calls;
    expect(mayBeForgotten(call!, new Date(now.getTime() + 19 * 3_600_000))).toBe(false);
    expect(mayBeForgotten(call!, new Date(now.getTime() + 21 * 3_600_000))).toBe(true);
  });
});

describe('an authorization', () => {
  it('waits for what became of the card before', () => {
    expect(card(2)(created)).toBe('wait');
    expect(card(1)(created)).toBeUndefined();
  });

  it('takes another card when Stripe failed at one and left nothing behind', () => {
    const ended = settle(created, { outcome: 'ended', truth: { intent: intent('requires-method') } });
    expect(ended.payment).toMatchObject({ status: 'requires-method', decline: { code: 'processing_error' } });
    expect(keysOf(plan(ended, card(2)))).toEqual(['confirm:…:2']);
  });

  it('is what Stripe shows by now, where a refusal is old', () => {
    const state = settle(created, { outcome: 'refused', truth: { intent: intent('authorized') } });
    expect(state.payment).toMatchObject({ status: 'authorized', decline: null });
  });
});

describe('a cancellation', () => {
  it('while the intent is being made: it is found, and canceled instead of confirmed', () => {
    const wanted = plan(plan(start, card(1)), canceling(occasion));
    const found = settle(wanted, { outcome: 'done', truth: { intent: intent('requires-method') } });
    expect(keysOf(found)).toEqual(['cancel:…']);
  });

  it('while the intent is being made, and Stripe refuses to make it: there is nothing to give back', () => {
    const wanted = plan(plan(start, card(1)), canceling(occasion));
    expect(settle(wanted, { outcome: 'refused', truth: {} }).payment.status).toBe('canceled');
  });

  it('of a card that is being tried goes first, and makes it pointless', () => {
    const both = plan(created, canceling(occasion));
    expect(keysOf(both)).toEqual(['confirm:…:1', 'cancel:…']);
    const over = settle(both, { outcome: 'done', truth: { intent: intent('canceled') } });
    expect(over).toMatchObject({ calls: [], payment: { status: 'canceled', isInDoubt: false } });
  });

  it('waits for a capture, and comes too late when that was done', () => {
    const capture = plan(authorized, capturing(eur(2500), occasion));
    expect(canceling(occasion)(capture)).toBe('wait');
    const taken = intent('captured', { captured: eur(2500) });
    const captured = settle(capture, { outcome: 'done', truth: { intent: taken } });
    expect(() => canceling(occasion)(captured)).toThrow(/captured/);
  });
});

describe('a refund', () => {
  const taken = intent('captured', { captured: eur(2000) });
  const captured = settle(plan(authorized, capturing(eur(2000), occasion)), {
    outcome: 'done',
    truth: { intent: taken },
  });
  const give = (refundId: string, amountMinor: number) =>
    refunding({ refundId, amount: eur(amountMinor), reason: 'damaged' }, occasion);

  it('that Stripe refuses has failed, and counts no more', () => {
    const refusal = { code: 'charge_disputed', message: 'no' };
    const failed = settle(plan(captured, give('r-1', 2000)), { outcome: 'refused', truth: {}, refusal });
    expect(failed.refunds).toMatchObject([{ status: 'failed', failure: 'charge_disputed' }]);
    expect(keysOf(plan(failed, give('r-2', 2000)))).toEqual(['refund:…:r-2']);
  });

  it('on its way counts', () => {
    expect(() => give('r-2', 1)(plan(captured, give('r-1', 2000)))).toThrow(/more than what is captured/);
  });
});
