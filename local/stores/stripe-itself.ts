/** Test keys of a Stripe account in the environment: the shop then pays there, not at the simulator. */
import { Failure } from '../steps.ts';

export type StripeKeys = { secretKey: string; publishableKey: string; webhookSecret: string };

const forms = {
  STRIPE_SECRET_KEY: /^(sk|rk)_test_\w+$/,
  STRIPE_PUBLISHABLE_KEY: /^pk_test_\w+$/,
  STRIPE_WEBHOOK_SECRET: /^whsec_\w+$/,
} as const;

/** Undefined without STRIPE_SECRET_KEY. Throws what is missing, and at keys of an account with real money. */
export function stripeKeys(env: NodeJS.ProcessEnv = process.env): StripeKeys | undefined {
  if (!env['STRIPE_SECRET_KEY']) return undefined;
  const wrong = Object.entries(forms).filter(([name, form]) => !form.test(env[name] ?? ''));
  if (wrong.length > 0)
    throw new Failure(
      `${wrong.map(([name]) => name).join(', ')}: not what Stripe gives for an account in test mode.`,
      'Set sk_test_…, pk_test_… and the whsec_… that "stripe listen --forward-to 127.0.0.1:8080/webhooks/stripe" prints; or unset STRIPE_SECRET_KEY.',
    );
  return {
    secretKey: String(env['STRIPE_SECRET_KEY']),
    publishableKey: String(env['STRIPE_PUBLISHABLE_KEY']),
    webhookSecret: String(env['STRIPE_WEBHOOK_SECRET']),
  };
}
