import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Stripe from 'stripe';
import { controlToken, createControlClient, type ControlClient } from '../../simulator/testing/control.ts';
import { startProcess, type SimulatorProcess } from '../../simulator/testing/process.ts';
import { apiVersion, type StripeConfig } from '../config.ts';
import { startStripe } from '../stripe.ts';

export const secretKey = 'sk_test_simulator0123456789';
export const publishableKey = 'pk_test_simulator0123456789';
export const webhookSecret = 'whsec_simulator0123456789';

/** An account of its own with nothing in it, spoken to by the `stripe` package. */
export type TestAccount = {
  stripe: Stripe;
  url: string;
  control: ControlClient;
  close: () => Promise<void>;
};

export async function openTestAccount(change: Partial<StripeConfig> = {}): Promise<TestAccount> {
  const folder = mkdtempSync(join(tmpdir(), 'stripe-'));
  const simulator = await startStripe({ ...configOf(folder), ...change });
  return {
    stripe: connect(simulator.url),
    url: simulator.url,
    control: createControlClient(simulator.url),
    async close() {
      await simulator.stop();
      rmSync(folder, { recursive: true });
    },
  };
}

export const configOf = (folder: string): StripeConfig => ({
  address: '127.0.0.1',
  port: 0,
  folder,
  controlToken,
  latencyMs: 0,
  secretKey,
  publishableKey,
  webhook: null,
});

/** No retries of its own: a test sees each answer. */
export function connect(url: string, options: { key?: string; timeout?: number } = {}): Stripe {
  const { hostname, port } = new URL(url);
  return new Stripe(options.key ?? secretKey, {
    host: hostname,
    port,
    protocol: 'http',
    apiVersion,
    maxNetworkRetries: 0,
    telemetry: false,
    ...(options.timeout === undefined ? {} : { timeout: options.timeout }),
  });
}

export function startStripeProcess(folder: string): Promise<SimulatorProcess> {
  return startProcess(join(import.meta.dirname, '../main.ts'), {
    SIMULATOR_PORT: '0',
    SIMULATOR_FOLDER: folder,
    SIMULATOR_CONTROL_TOKEN: controlToken,
    SIMULATOR_LATENCY_MS: '0',
    STRIPE_SECRET_KEY: secretKey,
    STRIPE_PUBLISHABLE_KEY: publishableKey,
  });
}
