import { describe, expect, it } from 'vitest';
import { stripeKeys } from './stripe-itself.ts';

const keys = {
  STRIPE_SECRET_KEY: 'sk_test_1',
  STRIPE_PUBLISHABLE_KEY: 'pk_test_1',
  STRIPE_WEBHOOK_SECRET: 'whsec_1',
};

describe('an account at Stripe itself', () => {
  it('is used only where its keys are in the environment', () => {
    expect(stripeKeys({})).toBeUndefined();
    expect(stripeKeys(keys)).toEqual({ secretKey: 'sk_test_1', publishableKey: 'pk_test_1', webhookSecret: 'whsec_1' });
  });

  it.each([
    ['with real money', { ...keys, STRIPE_SECRET_KEY: 'sk_live_1' }, 'STRIPE_SECRET_KEY: not'],
    ['without the secret of its webhooks', { ...keys, STRIPE_WEBHOOK_SECRET: '' }, 'STRIPE_WEBHOOK_SECRET: not'],
  ])('%s is refused', (_, env, message) => expect(() => stripeKeys(env)).toThrow(message));
});
