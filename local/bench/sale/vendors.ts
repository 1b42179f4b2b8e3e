import { readFile } from 'node:fs/promises';
import { requestInside } from '../../network.ts';
import { paths } from '../../paths.ts';
import { scanEveryMs } from '../../stores/simulators.ts';
import type { StoresFile } from '../../stores/stores-file.ts';
import { Failure } from '../../steps.ts';

/** What Stripe and the carrier take for an answer. */
const latencyMs = 50;
/** Longer than all measurements: what is measured ends with the capture. Whatever happens, parcels arrive after it. */
const heldMs = 60 * 60_000;

type Control = { url: string; token: string };

/** Simulators as slow as companies are, and parcels that wait, while `work` runs. */
export async function withSteadyVendors<Result>(work: () => Promise<Result>): Promise<Result> {
  const { stripe, carrier } = JSON.parse(await readFile(paths.storesFile('shop'), 'utf8')) as StoresFile;
  const { control } = stripe;
  if (!control)
    throw new Failure(
      'The shop uses Stripe itself, which nobody may measure.',
      'Run: make up, without STRIPE_SECRET_KEY.',
    );
  for (const vendor of [control, carrier.control]) await set(vendor, 'settings', { latencyMs });
  await set(carrier.control, 'carrier', { stepMs: heldMs });
  try {
    return await work();
  } finally {
    await set(carrier.control, 'carrier', { stepMs: scanEveryMs });
  }
}

async function set({ url, token }: Control, what: string, body: object): Promise<void> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const answer = await requestInside({ url: `${url}/${what}`, method: 'PUT', headers, body });
  if (answer.status !== 200) throw new Failure(`${url}/${what}: ${answer.status} ${answer.body}`, 'See: make status');
}
