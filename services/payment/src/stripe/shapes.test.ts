import { describe, expect, it } from 'vitest';
import { refusalOf } from './shapes.ts';

describe('why a card was refused', () => {
  it('is told in the words of Stripe where they are meant for customers', () => {
    const message = 'Your card has insufficient funds.';
    const error = { type: 'card_error', code: 'card_declined', decline_code: 'insufficient_funds', message };
    expect(refusalOf(error)).toEqual({ code: 'insufficient_funds', message });
  });

  it.each(['card_error', 'invalid_request_error'])(
    'is told in our own words when the bank did not believe its customer, as a %s too',
    (type) => {
      const code = 'payment_intent_authentication_failure';
      const message = 'The provided PaymentMethod has failed authentication. You can provide payment_method_data or …';
      expect(refusalOf({ type, code, message })).toEqual({
        code,
        message: 'Your bank did not confirm this payment. Try again, or use another card.',
      });
    },
  );

  it('is not told where it would warn a thief, or was meant for programmers', () => {
    const stolen = { type: 'card_error', code: 'card_declined', decline_code: 'stolen_card', message: 'Declined.' };
    expect(refusalOf(stolen).code).toBe('generic_decline');
    const ours = { type: 'invalid_request_error', code: 'parameter_unknown', message: 'Received unknown parameter' };
    expect(refusalOf(ours).message).toBe('This payment method cannot be used. Please try another one.');
  });
});
