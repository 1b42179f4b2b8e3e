import type Stripe from 'stripe';
import { z } from 'zod';
import { readVariables, simulatorVariables, toSimulatorConfig, type SimulatorConfig } from '../simulator/config.ts';

/** The one version it speaks: what the `stripe` package pins. */
export const apiVersion: typeof Stripe.API_VERSION = '2026-10-28.endive';

export type StripeConfig = SimulatorConfig & {
  secretKey: string;
  publishableKey: string;
  /** An endpoint that is there from the start, and the types of events that it is subscribed to; all of them unless it names some. */
  webhook: { url: string; secret: string; events?: readonly string[] } | null;
};

const Variables = z
  .object({
    ...simulatorVariables,
    STRIPE_SECRET_KEY: z.string().startsWith('sk_test_').min(24),
    STRIPE_PUBLISHABLE_KEY: z.string().startsWith('pk_test_').min(24),
    STRIPE_WEBHOOK_URL: z.url().exactOptional(),
    STRIPE_WEBHOOK_SECRET: z.string().startsWith('whsec_').exactOptional(),
    STRIPE_WEBHOOK_EVENTS: z.string().min(1).default('*'),
  })
  .refine(
    ({ STRIPE_WEBHOOK_URL: url, STRIPE_WEBHOOK_SECRET: secret }) => (url === undefined) === (secret === undefined),
    {
      path: ['STRIPE_WEBHOOK_SECRET'],
      message: 'the address and the secret of the webhook go together',
    },
  );

export function readConfig(env: NodeJS.ProcessEnv): StripeConfig {
  const variables = readVariables(Variables, env);
  const { STRIPE_WEBHOOK_URL: url, STRIPE_WEBHOOK_SECRET: secret, STRIPE_WEBHOOK_EVENTS: events } = variables;
  return {
    ...toSimulatorConfig(variables),
    secretKey: variables.STRIPE_SECRET_KEY,
    publishableKey: variables.STRIPE_PUBLISHABLE_KEY,
    webhook: url !== undefined && secret !== undefined ? { url, secret, events: events.split(',') } : null,
  };
}
