import { readCredential } from '@storefront/kit/config';
import { z } from 'zod';

/** What the fleet's entry grants of Stripe; STRIPE_URL only where the Storefront names an endpoint of its own. */
export const stripeVariables = {
  stripeUrl: z.url().exactOptional(),
  stripeScriptUrl: z.url().exactOptional(),
  stripePublishableKey: z.string().regex(/^pk_/, 'must be a publishable key, pk_…'),
  stripeDir: z.string().min(1).default('/etc/storefront/stripe'),
};

export type StripeVariables = {
  stripeUrl?: string;
  stripeScriptUrl?: string;
  stripePublishableKey: string;
  stripeDir: string;
};

/** The files `secret-key` and `webhook-secret`. */
export function readStripeSecrets({ stripeDir }: Pick<StripeVariables, 'stripeDir'>): {
  secretKey: string;
  webhookSecret: string;
} {
  return {
    secretKey: readCredential(stripeDir, 'secret-key'),
    webhookSecret: readCredential(stripeDir, 'webhook-secret'),
  };
}

/** Stripe.js of the release that the API's version is of, as `loadStripe` of @stripe/stripe-js names it. */
const scriptOfStripe = 'https://js.stripe.com/endive/stripe.js';

export function scriptUrlOf({
  stripeUrl,
  stripeScriptUrl,
}: Pick<StripeVariables, 'stripeUrl' | 'stripeScriptUrl'>): string {
  if (stripeScriptUrl !== undefined) return stripeScriptUrl;
  return stripeUrl === undefined ? scriptOfStripe : new URL('/v3/', stripeUrl).href;
}
