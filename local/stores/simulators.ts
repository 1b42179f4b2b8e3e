/** Stripe and a carrier beside the stores: `local/stripe` and `local/carrier`, each with an account whose keys are made once. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { stripeEventTypes } from '@storefront/payment/contract';
import { leaveStripe } from '../edge/edge.ts';
import { digestFiles, listFiles } from '../image/tree.ts';
import { inside, requestInside } from '../network.ts';
import { addresses, hostPort, paths, ports, stripePort } from '../paths.ts';
import { storeServer, type Instance, type StoreServer } from './instance.ts';
import { ensureServer, stopServer } from './server.ts';
import { stripeKeys } from './stripe-itself.ts';

export const simulatorNames = ['stripe', 'carrier'] as const;
export type SimulatorName = (typeof simulatorNames)[number];

export const simulatorServer = (instance: Instance, name: SimulatorName): StoreServer =>
  storeServer(instance, name, 'node');

/** Of a vendor's account: `url` for services, `control` for tests and the auditor. */
type Vendor = { url: string; webhookSecret: string; control: { url: string; token: string } };
/** At Stripe itself there is nothing to control. */
export type StripeAccount = Omit<Vendor, 'control'> & {
  browserUrl: string;
  secretKey: string;
  publishableKey: string;
  control: Vendor['control'] | null;
};
export type CarrierAccount = Vendor & { apiKey: string };

/** Services find Stripe itself, too, at the simulator's address: the edge leads from there. */
export function stripeAccount(instance: Instance): StripeAccount {
  const keys = keysOf(instance);
  if (!keys) return simulatedStripe(instance);
  return { url: urlOf(instance, 'stripe'), browserUrl: 'https://js.stripe.com', ...keys, control: null };
}

const keysOf = ({ name }: Instance) => (name === 'shop' ? stripeKeys() : undefined);

function simulatedStripe(instance: Instance) {
  const vendor = vendorOf(instance, 'stripe', 'whsec_');
  return {
    ...vendor,
    browserUrl: instance.name === 'shop' ? `http://127.0.0.1:${stripePort(hostPort())}` : vendor.url,
    secretKey: `sk_test_${instance.secret('stripe-secret-key')}`,
    publishableKey: `pk_test_${instance.secret('stripe-publishable-key')}`,
  };
}

export function carrierAccount(instance: Instance): CarrierAccount {
  return { ...vendorOf(instance, 'carrier', ''), apiKey: `EZTK${instance.secret('carrier-api-key')}` };
}

function vendorOf(instance: Instance, name: SimulatorName, prefix: string): Vendor {
  const url = urlOf(instance, name);
  return {
    url,
    webhookSecret: `${prefix}${instance.secret(`${name}-webhook-secret`)}`,
    control: { url: `${url}/simulator`, token: instance.secret(`${name}-control-token`) },
  };
}

const urlOf = ({ address }: Instance, name: SimulatorName): string => `http://${address}:${ports[name]}`;

export async function startStripe(instance: Instance): Promise<'started' | 'running'> {
  if (keysOf(instance)) {
    await stopServer(simulatorServer(instance, 'stripe'));
    return 'running';
  }
  if (instance.name === 'shop') await leaveStripe();
  const account = simulatedStripe(instance);
  return startSimulator(instance, 'stripe', account, {
    SIMULATOR_PUBLIC_URL: account.browserUrl,
    STRIPE_SECRET_KEY: account.secretKey,
    STRIPE_PUBLISHABLE_KEY: account.publishableKey,
    STRIPE_WEBHOOK_URL: `${webhooksOf(instance)}/stripe`,
    STRIPE_WEBHOOK_SECRET: account.webhookSecret,
    STRIPE_WEBHOOK_EVENTS: stripeEventTypes.join(','),
  });
}

/** Simulated time between two scans of a parcel of the shop: one is delivered in a minute. Those of tests move when told. */
export const scanEveryMs = 15_000;

export function startCarrier(instance: Instance): Promise<'started' | 'running'> {
  const account = carrierAccount(instance);
  return startSimulator(instance, 'carrier', account, {
    CARRIER_API_KEY: account.apiKey,
    CARRIER_WEBHOOK_URL: `${webhooksOf(instance)}/carriers/easypost`,
    CARRIER_WEBHOOK_SECRET: account.webhookSecret,
    ...(instance.name === 'shop' ? { CARRIER_STEP_MS: String(scanEveryMs) } : {}),
  });
}

/**
 * Where webhooks go until the control API says otherwise (`webhookUrl` of the settings): to the shop's edge; those of the tests' instance
 * nowhere, since the shops that tests open have ports of their own.
 */
const webhooksOf = ({ name, address }: Instance): string =>
  name === 'shop' ? `http://${addresses.node}:${ports.edgeNodePort}/webhooks` : `http://${address}:9/webhooks`;

async function startSimulator(
  instance: Instance,
  name: SimulatorName,
  { control }: Vendor,
  account: Record<string, string>,
): Promise<'started' | 'running'> {
  const server = simulatorServer(instance, name);
  mkdirSync(server.dataDir, { recursive: true, mode: 0o700 });
  const node = [process.execPath, '--max-old-space-size=128', '--max-semi-space-size=2'];
  const main = join(paths.checkout, 'local', name, 'main.ts');
  return ensureServer(server, {
    command: inside(['env', `--chdir=${server.dataDir}`, ...node, main]),
    env: {
      NODE_NO_WARNINGS: '1',
      SIMULATOR_ADDRESS: instance.address,
      SIMULATOR_PORT: String(ports[name]),
      SIMULATOR_FOLDER: server.dataDir,
      SIMULATOR_CONTROL_TOKEN: control.token,
      ...account,
    },
    config: await codeOf(name),
    answers: async () => (await requestInside({ url: `${control.url}/health` })).status === 200,
    withinMs: 20_000,
  });
}

/** Changed code is another simulator; its state stays. */
async function codeOf(name: SimulatorName): Promise<string> {
  const folder = join(paths.checkout, 'local');
  const patterns = [name, 'simulator'].map((part) => `${part}/**/*.{ts,css}`);
  return digestFiles(folder, await listFiles(folder, patterns, ['**/tests', '**/testing', '**/*.test.ts']));
}
