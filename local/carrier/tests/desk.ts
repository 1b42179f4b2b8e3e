import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import easypost from '@easypost/api';
import { controlToken, createControlClient, type ControlClient } from '../../simulator/testing/control.ts';
import { startProcess, type SimulatorProcess } from '../../simulator/testing/process.ts';
import { startCarrier } from '../carrier.ts';
import type { CarrierConfig } from '../config.ts';
import type { LabelReport } from '../control.ts';

/** The package's types tell of its CommonJS form; as a module, its default is the client itself. */
const EasyPostClient = easypost as unknown as typeof easypost.default;
export type EasyPost = InstanceType<typeof EasyPostClient>;

export const apiKey = 'EZTKsimulator0123456789';
export const webhookSecret = 'webhook-secret-ünï';

/** A carrier of its own with nothing in it, spoken to by EasyPost's package. */
export type TestDesk = {
  easypost: EasyPost;
  url: string;
  control: ControlClient;
  labels: () => Promise<LabelReport[]>;
  close: () => Promise<void>;
};

export async function openTestDesk(change: Partial<CarrierConfig> = {}): Promise<TestDesk> {
  const folder = mkdtempSync(join(tmpdir(), 'carrier-'));
  const simulator = await startCarrier({ ...configOf(folder), ...change });
  const control = createControlClient(simulator.url);
  return {
    easypost: connect(simulator.url),
    url: simulator.url,
    control,
    labels: async () => (await control.get<{ labels: LabelReport[] }>('ledger')).labels,
    async close() {
      await simulator.stop();
      rmSync(folder, { recursive: true });
    },
  };
}

export const configOf = (folder: string): CarrierConfig => ({
  address: '127.0.0.1',
  port: 0,
  folder,
  controlToken,
  latencyMs: 0,
  apiKey,
  webhook: null,
  stepMs: null,
});

export const connect = (url: string, options: { key?: string; timeout?: number } = {}): EasyPost =>
  new EasyPostClient(options.key ?? apiKey, {
    baseUrl: `${url}/v2/`,
    ...(options.timeout === undefined ? {} : { timeout: options.timeout }),
  });

export function startCarrierProcess(folder: string): Promise<SimulatorProcess> {
  return startProcess(join(import.meta.dirname, '../main.ts'), {
    SIMULATOR_PORT: '0',
    SIMULATOR_FOLDER: folder,
    SIMULATOR_CONTROL_TOKEN: controlToken,
    SIMULATOR_LATENCY_MS: '0',
    CARRIER_API_KEY: apiKey,
  });
}

export const addresses = {
  shop: { company: 'Shop', street1: '1 Main St', city: 'Springfield', state: 'IL', zip: '62701', country: 'US' },
  home: { name: 'A. Buyer', street1: '5 Elm St', city: 'Portland', state: 'OR', zip: '97201', country: 'US' },
  nowhere: {
    name: 'N. Body',
    street1: '1 Undeliverable Rd',
    city: 'Nowhere',
    state: 'OR',
    zip: '97201',
    country: 'US',
  },
};

export const shipmentTo = (to: keyof typeof addresses, reference: string) => ({
  reference,
  to_address: addresses[to],
  from_address: addresses.shop,
  parcel: { length: 10, width: 8, height: 4, weight: 12 },
});
