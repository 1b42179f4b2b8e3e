/** Stripe and a carrier of a shop's own, each a process beside the stores: what they are asked, tell and were paid is this shop's alone. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { stripeEventTypes } from '@storefront/payment/contract';

import type { Stores } from './surroundings.ts';

/** Accounts as `stores.json` describes those of the instance. */
export type Vendors = Pick<Stores, 'stripe' | 'carrier'>;
type Process = { url: string; close: () => Promise<void> };

const local = join(import.meta.dirname, '../../local');
const startsWithinMs = 30_000;

/** They listen at the address of the instance's own, which pods reach, and send webhooks nowhere until they are told where to. */
export async function startVendors({ stripe }: Vendors): Promise<Vendors & { close: () => Promise<void> }> {
  const { hostname: address } = new URL(stripe.url);
  const secret = randomBytes(12).toString('hex');
  const nowhere = `http://${address}:9/webhooks`;
  const keys = {
    secretKey: `sk_test_${secret}`,
    publishableKey: `pk_test_${secret}`,
    apiKey: `EZTK${secret}`,
    stripeSecret: `whsec_${secret}`,
  };
  const started = await Promise.allSettled([
    startVendor('stripe', {
      SIMULATOR_ADDRESS: address,
      SIMULATOR_CONTROL_TOKEN: secret,
      STRIPE_SECRET_KEY: keys.secretKey,
      STRIPE_PUBLISHABLE_KEY: keys.publishableKey,
      STRIPE_WEBHOOK_URL: `${nowhere}/stripe`,
      STRIPE_WEBHOOK_SECRET: keys.stripeSecret,
      STRIPE_WEBHOOK_EVENTS: stripeEventTypes.join(','),
    }),
    startVendor('carrier', {
      SIMULATOR_ADDRESS: address,
      SIMULATOR_CONTROL_TOKEN: secret,
      CARRIER_API_KEY: keys.apiKey,
      CARRIER_WEBHOOK_URL: `${nowhere}/carriers/easypost`,
      CARRIER_WEBHOOK_SECRET: secret,
    }),
  ]);
  const running = started.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const close = async () => void (await Promise.all(running.map((one) => one.close())));
  const [payments, parcels] = running.map(({ url }) => url);
  if (payments === undefined || parcels === undefined) {
    await close();
    const reasons = started.flatMap((one) => (one.status === 'rejected' ? [one.reason as Error] : []));
    throw new AggregateError(reasons, 'Stripe or the carrier did not start');
  }
  const controlOf = (url: string) => ({ url: `${url}/simulator`, token: secret });
  return {
    stripe: {
      url: payments,
      secretKey: keys.secretKey,
      publishableKey: keys.publishableKey,
      webhookSecret: keys.stripeSecret,
      control: controlOf(payments),
    },
    carrier: { url: parcels, apiKey: keys.apiKey, webhookSecret: secret, control: controlOf(parcels) },
    close,
  };
}

async function startVendor(name: 'stripe' | 'carrier', account: Record<string, string>): Promise<Process> {
  const folder = await mkdtemp(join(tmpdir(), `storefront-${name}-`));
  const main = join(local, name, 'main.ts');
  const child = spawn(process.execPath, ['--max-old-space-size=128', '--max-semi-space-size=2', main], {
    env: { ...process.env, NODE_NO_WARNINGS: '1', SIMULATOR_PORT: '0', SIMULATOR_FOLDER: folder, ...account },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close');
  const close = async () => {
    child.kill('SIGTERM');
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  try {
    return { url: await addressOf(name, child.stdout, ended), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** What it says once it listens. */
async function addressOf(name: string, output: NodeJS.ReadableStream, ended: Promise<unknown>): Promise<string> {
  const said = new Promise<string>((resolve) => {
    createInterface(output).on('line', (line) => {
      const [, url] = / simulator at (\S+)/.exec(line) ?? [];
      if (url !== undefined) resolve(url);
    });
  });
  const late = AbortSignal.timeout(startsWithinMs);
  const gone = Promise.race([ended, once(late, 'abort')]).then(() => undefined);
  const url = await Promise.race([said, gone]);
  if (url === undefined) throw new Error(`${name} ended, or does not listen after ${startsWithinMs} ms`);
  return url;
}
