import { describe, expect, it } from 'vitest';
import { isDecidedBy, mayBeForgotten, nextCall } from './calls.ts';
import { viewOf, type PaymentRecord, type PaymentState } from './payment.ts';
import { authorizing, canceling, capturing, refunding, type Change, type Plan } from './plans.ts';
import type { Call, IntentSnapshot } from './provider.ts';
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

const begun = plan(start, card(1));
const no = { code: 'card_declined', message: 'no' };
const declined = settle(begun, { outcome: 'refused', truth: { intent: intent('requires-method') }, refusal: no });
const second = plan(declined, card(2));
const authorized = settle(begun, { outcome: 'done', truth: { intent: intent('authorized') } });

describe('keys', () => {
  it('follow from the order and the decision', () => {
    expect(keysOf(begun)).toEqual(['pi:…']);
    expect(keysOf(second)).toEqual(['confirm:…:2']);
    expect(keysOf(plan(authorized, capturing(eur(2500), occasion)))).toEqual(['capture:…']);
    expect(keysOf(plan(authorized, canceling(occasion)))).toEqual(['cancel:…']);
  });

  it('rise with another card only, also where Stripe would not make an intent', () => {
    const again = settle(second, { outcome: 'refused', truth: { intent: intent('requires-method') } });
    expect(keysOf(plan(again, card(3)))).toEqual(['confirm:…:3']);
    const refusal = { code: 'amount_too_small', message: 'no' };
    const never = settle(begun, { outcome: 'refused', truth: {}, refusal });
    expect(never.payment).toMatchObject({ status: 'requires-method', decline: refusal, isInDoubt: false });
    expect(keysOf(plan(never, card(2)))).toEqual(['pi:…:2']);
  });

  it('may be forgotten by Stripe after most of a day', () => {
    const [call] = begun.calls;
    expect(mayBeForgotten(call!, new Date(now.getTime() + 19 * 3_600_000))).toBe(false);
    expect(mayBeForgotten(call!, new Date(now.getTime() + 21 * 3_600_000))).toBe(true);
  });
});

describe('an authorization', () => {
  it('makes the intent and tries the card in one call', () => {
    expect(begun.calls).toMatchObject([
      {
        operation: 'create',
        parameters: {
          amount: 2500,
          currency: 'eur',
          capture_method: 'manual',
          metadata: { order_id: orderId, scope: 'acme-1a2b3c' },
          confirm: true,
          payment_method: 'pm_1',
          return_url: 'https://shop.example',
          use_stripe_sdk: false,
          expand: ['latest_charge'],
        },
      },
    ]);
    const [call] = plan(start, card(1, 'ctoken_1')).calls;
    expect(call?.parameters).toMatchObject({ confirm: true, confirmation_token: 'ctoken_1' });
    expect(call?.parameters).not.toHaveProperty('payment_method');
  });

  it('is over with that call, and keeps no link that opens the order', () => {
    const over = { calls: [], payment: { intentId: 'pi_1', isInDoubt: false, returnUrl: null } };
    expect(authorized).toMatchObject({ ...over, payment: { ...over.payment, status: 'authorized' } });
    expect(declined).toMatchObject({ ...over, payment: { ...over.payment, status: 'requires-method', decline: no } });
    const asked = settle(begun, { outcome: 'done', truth: { intent: intent('requires-action') } });
    expect(asked).toMatchObject({ ...over, payment: { ...over.payment, status: 'requires-action' } });
  });

  it('waits for what became of the card before', () => {
    for (const state of [begun, second]) {
      const { attempt } = state.payment;
      expect(card(attempt + 1)(state)).toBe('wait');
      expect(card(attempt)(state)).toBeUndefined();
    }
  });

  it('takes another card when Stripe failed at one, of the intent if that was left behind', () => {
    const left = settle(begun, { outcome: 'ended', truth: { intent: intent('requires-method') } });
    const nothing = settle(begun, { outcome: 'ended', truth: {} });
    for (const { payment } of [left, nothing])
      expect(payment).toMatchObject({ status: 'requires-method', decline: { code: 'processing_error' } });
    expect(keysOf(plan(left, card(2)))).toEqual(['confirm:…:2']);
    expect(keysOf(plan(nothing, card(2)))).toEqual(['pi:…:2']);
  });

  it('is what Stripe shows by now, where a refusal is old', () => {
    const state = settle(begun, { outcome: 'refused', truth: { intent: intent('authorized') }, refusal: no });
    expect(state.payment).toMatchObject({ status: 'authorized', decline: null });
    expect(state.calls).toEqual([]);
  });
});

describe('an intent that is found while nobody has heard what became of its first card', () => {
  const [call] = begun.calls;
  const { confirm: _, payment_method: _method, return_url: _url, use_stripe_sdk: _sdk, ...plain } = call!.parameters;
  const kept: Call = { ...call!, parameters: plain };

  it.each([
    ['authorized', null, true],
    ['requires-action', null, true],
    ['processing', null, true],
    ['canceled', null, true],
    ['requires-method', no, true],
    // Not tried, or not yet.
    ['requires-method', null, false],
  ] as const)('%s with decline %j says so: %s', (status, decline, says) => {
    expect(isDecidedBy(call!, { intent: intent(status, { decline }) })).toBe(says);
    expect(isDecidedBy(call!, {})).toBe(false);
    expect(isDecidedBy(kept, { intent: intent(status, { decline }) })).toBe(true);
  });

  it('and was made without a card, by a call of the release before, is confirmed by the next', () => {
    const state = { ...begun, calls: [kept] };
    const made = settle(state, { outcome: 'done', truth: { intent: intent('requires-method') } });
    expect(keysOf(made)).toEqual(['confirm:…:1']);
    expect(made).toMatchObject({ payment: { isInDoubt: true, returnUrl: 'https://shop.example' } });
    const found = settle(made, { outcome: 'done', truth: { intent: intent('authorized') } });
    expect(found).toMatchObject({ calls: [], payment: { status: 'authorized', returnUrl: null } });
  });
});

describe('a cancellation', () => {
  it.each(['requires-method', 'requires-action', 'processing', 'authorized'] as const)(
    'while the first card is being tried: the intent is found (%s), and canceled',
    (status) => {
      const wanted = plan(begun, canceling(occasion));
      expect(keysOf(wanted)).toEqual(['pi:…']);
      const found = settle(wanted, { outcome: 'done', truth: { intent: intent(status) } });
      expect(keysOf(found)).toEqual(['cancel:…']);
      expect(viewOf(found).status).toBe('processing');
      const over = settle(found, { outcome: 'done', truth: { intent: intent('canceled') } });
      expect(over).toMatchObject({ calls: [], payment: { status: 'canceled', isInDoubt: false } });
    },
  );

  it('while the first card is being tried, and is declined: the intent is canceled all the same', () => {
    const wanted = plan(begun, canceling(occasion));
    const refused = settle(wanted, { outcome: 'refused', truth: { intent: intent('requires-method') }, refusal: no });
    expect(keysOf(refused)).toEqual(['cancel:…']);
  });

  it.each(['refused', 'ended'] as const)(
    'while the first card is being tried, and no intent was made (%s): there is nothing to give back',
    (outcome) => {
      const wanted = plan(begun, canceling(occasion));
      expect(settle(wanted, { outcome, truth: {} }).payment.status).toBe('canceled');
    },
  );

  it('of another card that is being tried goes first, and makes it pointless', () => {
    const both = plan(second, canceling(occasion));
    expect(keysOf(both)).toEqual(['confirm:…:2', 'cancel:…']);
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
