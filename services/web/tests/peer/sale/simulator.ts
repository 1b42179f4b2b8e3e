/** The simulator of Stripe in a process of its own, as `make up` has one. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export type Simulator = { url: string; secretKey: string; publishableKey: string; close(): Promise<void> };

export async function startSimulator(): Promise<Simulator> {
  const folder = mkdtempSync(join(tmpdir(), 'web-stripe-'));
  const secret = randomBytes(12).toString('hex');
  const [secretKey, publishableKey] = [`sk_test_${secret}`, `pk_test_${secret}`];
  const child = spawn(process.execPath, [join(import.meta.dirname, '../../../../../local/stripe/main.ts')], {
    env: {
      ...process.env,
      SIMULATOR_PORT: '0',
      SIMULATOR_FOLDER: folder,
      SIMULATOR_CONTROL_TOKEN: secret,
      SIMULATOR_LATENCY_MS: '0',
      STRIPE_SECRET_KEY: secretKey,
      STRIPE_PUBLISHABLE_KEY: publishableKey,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const url = await new Promise<string>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the simulator of Stripe ended with ${code}`)));
    createInterface(child.stdout).on('line', (line) => {
      const [, address] = /stripe simulator at (\S+)/.exec(line) ?? [];
      if (address) resolve(address);
    });
  });
  return {
    url,
    secretKey,
    publishableKey,
    async close() {
      child.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
