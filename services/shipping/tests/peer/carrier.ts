import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** The carrier of the machine, as a process: what it does is in its own README. */
const main = join(import.meta.dirname, '../../../../local/carrier/main.ts');
const controlToken = 'control-token-of-a-test';
export const apiKey = 'EZTKsimulator0123456789';
export const webhookSecret = 'webhook-secret-ünï';

export type Fault = { match: Record<string, unknown>; fault: Record<string, unknown> };
export type Label = {
  shipment: string;
  reference: string;
  trackingCode: string | null;
  service: string;
  amount: number;
  currency: string;
  voidAskedAt: number | null;
};

export type CarrierPeer = {
  url: string;
  faults(...rules: Fault[]): Promise<void>;
  knobs(change: Record<string, unknown>): Promise<void>;
  advance(ms: number): Promise<void>;
  /** Every label that was ever paid for, of one shipment of ours if asked. */
  labels(reference?: string): Promise<Label[]>;
  /** By its code; one scan on unless a status is named. */
  move(trackingCode: string, to?: string): Promise<void>;
  /** Webhooks that were tried, with the last answer to each. */
  deliveries(): Promise<{ state: string; forgery: string | null; status: number | null }[]>;
  /** How often the first of the faults struck since they were set. */
  struck(): Promise<number>;
  /** How many were answered. */
  requests(route: string): Promise<number>;
  /** Sends webhooks there from now on. */
  tell(url: string): Promise<void>;
  close(): Promise<void>;
};

function startProcess(folder: string): ChildProcess {
  return spawn(process.execPath, [main], {
    env: {
      PATH: process.env['PATH'],
      NODE_NO_WARNINGS: '1',
      SIMULATOR_PORT: '0',
      SIMULATOR_FOLDER: folder,
      SIMULATOR_CONTROL_TOKEN: controlToken,
      SIMULATOR_LATENCY_MS: '0',
      CARRIER_API_KEY: apiKey,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

export async function startCarrier(): Promise<CarrierPeer> {
  const folder = mkdtempSync(join(tmpdir(), 'carrier-'));
  const child = startProcess(folder);
  const url = await firstUrl(child);
  const control = async <Result>(method: string, path: string, body?: unknown): Promise<Result> =>
    call<Result>(`${url}/simulator/${path}`, { method, authorization: `Bearer ${controlToken}`, body });

  return {
    url,
    faults: (...rules) => control('PUT', 'faults', rules),
    async struck() {
      const [first] = await control<{ progress: { hits: number } }[]>('GET', 'faults');
      return first?.progress.hits ?? 0;
    },
    knobs: (change) => control('PUT', 'carrier', change),
    advance: (advanceMs) => control('PUT', 'clock', { advanceMs }),
    async labels(reference) {
      const { labels } = await control<{ labels: Label[] }>('GET', 'ledger');
      return reference === undefined ? labels : labels.filter((label) => label.reference === reference);
    },
    move: (code, to) => control('POST', `trackers/${code}/move`, to === undefined ? {} : { to }),
    deliveries: () => control('GET', 'deliveries'),
    async requests(route) {
      const path = `requests?limit=10000&route=${encodeURIComponent(route)}`;
      return (await control<unknown[]>('GET', path)).length;
    },
    async tell(target) {
      const webhook = { url: `${target}/webhooks/carriers/easypost`, webhook_secret: webhookSecret };
      const authorization = `Basic ${Buffer.from(`${apiKey}:`).toString('base64')}`;
      await call(`${url}/v2/webhooks`, { method: 'POST', authorization, body: { webhook } });
    },
    async close() {
      if (child.exitCode === null) {
        child.kill('SIGTERM');
        await once(child, 'exit');
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function call<Result>(
  url: string,
  { method, authorization, body }: { method: string; authorization: string; body?: unknown },
): Promise<Result> {
  const response = await fetch(url, {
    method,
    headers: { authorization, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${url}: ${response.status} ${text}`);
  return JSON.parse(text) as Result;
}

async function firstUrl({ stdout }: ChildProcess): Promise<string> {
  for await (const line of createInterface({ input: stdout as NodeJS.ReadableStream })) {
    const url = /http:\S+/.exec(line)?.[0];
    if (url) return url;
  }
  throw new Error('the carrier ended before it listened');
}
