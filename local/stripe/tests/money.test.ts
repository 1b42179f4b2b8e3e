import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import type Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RequestFault } from '../../simulator/faults/rules.ts';
import type { Simulator } from '../../simulator/simulator.ts';
import { createControlClient } from '../../simulator/testing/control.ts';
import type { PaymentReport, reportLedger } from '../control.ts';
import { startStripe } from '../stripe.ts';
import { configOf, connect, startStripeProcess } from './account.ts';

type Report = ReturnType<typeof reportLedger>;
const dayMs = 24 * 3600 * 1000;

/** What an auditor asks of the ledger, and of the API beside it. */
function breaches({ balances, payments }: Report, intents: readonly Stripe.PaymentIntent[]): string[] {
  const found: string[] = [];
  for (const [currency, accounts] of Object.entries(balances)) {
    const sum = Object.values(accounts).reduce((total, amount) => total + amount, 0);
    if (sum !== 0) found.push(`${currency} is off by ${sum}`);
  }
  return [...found, ...payments.flatMap((payment) => ofPayment(payment, intents))];
}

function ofPayment(payment: PaymentReport, intents: readonly Stripe.PaymentIntent[]): string[] {
  const { paymentIntent: id, amount, authorized, captured, captures, authorizations, refunded } = payment;
  const shown = intents.find((intent) => intent.id === id) as Stripe.PaymentIntent;
  const rules: [boolean, string][] = [
    [authorized >= 0 && captured >= 0 && refunded >= 0, 'has less than nothing'],
    [authorized + captured <= amount, `took more than ${amount}`],
    [captures <= 1, `was captured ${captures} times`],
    [authorizations <= 1, `was authorised ${authorizations} times`],
    [refunded <= captured, 'gave back more than it took'],
    [shown.status === payment.status, `is ${shown.status} and ${payment.status}`],
    [shown.amount_received === captured, `received ${shown.amount_received}, not ${captured}`],
    [shown.amount_capturable === authorized, `can capture ${shown.amount_capturable}, not ${authorized}`],
    [(shown.status === 'requires_capture') === authorized > 0, `holds ${authorized} as ${shown.status}`],
  ];
  return rules.flatMap(([holds, what]) => (holds ? [] : [`${id} ${what}`]));
}

async function allIntents(stripe: Stripe): Promise<Stripe.PaymentIntent[]> {
  const intents: Stripe.PaymentIntent[] = [];
  for await (const intent of stripe.paymentIntents.list({ limit: 100 })) intents.push(intent);
  return intents;
}

const cards = [
  'pm_card_visa',
  'pm_card_chargeDeclined',
  'pm_card_threeDSecure2Required',
  'pm_card_threeDSecureRequiredChargeDeclined',
  'pm_card_pendingRefund',
  'pm_card_refundFail',
];
const faults: RequestFault['kind'][] = [
  'lost-response',
  'error-after-commit',
  'error-before-commit',
  'conflict',
  'rate-limit',
];

type Step =
  | { do: 'confirm'; card: string }
  | { do: 'capture' | 'refund'; part: number }
  | { do: 'cancel' | 'approve' | 'deny' | 'restart' }
  | { do: 'wait'; days: number }
  | { do: 'fault'; kind: RequestFault['kind'] };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('confirm' as const), card: fc.constantFrom(...cards) }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constantFrom('capture' as const, 'refund' as const),
      part: fc.integer({ min: 1, max: 100 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('cancel' as const, 'approve' as const, 'deny' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('wait' as const), days: fc.integer({ min: 1, max: 8 }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('fault' as const), kind: fc.constantFrom(...faults) }) },
  { weight: 1, arbitrary: fc.constant({ do: 'restart' as const }) },
);

let folder: string;
let simulator: Simulator;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'stripe-money-'));
  simulator = await startStripe(configOf(folder));
});
afterAll(async () => {
  await simulator.stop();
  rmSync(folder, { recursive: true });
});

let calls = 0;
/** As a careful shop does it: the same key again until the outcome is known; a refusal is an outcome. */
async function insist(call: (options: Stripe.RequestOptions) => Promise<unknown>): Promise<void> {
  const idempotencyKey = `call-${(calls += 1)}`;
  for (let tries = 0; tries < 5; tries += 1) {
    const error = await call({ idempotencyKey }).then(
      () => undefined,
      (thrown: Stripe.errors.StripeError) => thrown,
    );
    const isKnown = !error || (error.statusCode !== undefined && error.statusCode < 409);
    if (isKnown) return;
  }
}

async function take(id: string, amount: number, next: Step): Promise<void> {
  const stripe = connect(simulator.url);
  const control = createControlClient(simulator.url);
  const part = (percent: number) => Math.max(1, Math.round((amount * percent) / 100));
  switch (next.do) {
    case 'confirm':
      return insist((options) =>
        stripe.paymentIntents.confirm(id, { payment_method: next.card, return_url: 'https://shop.example' }, options),
      );
    case 'capture':
      return insist((options) => stripe.paymentIntents.capture(id, { amount_to_capture: part(next.part) }, options));
    case 'refund':
      return insist((options) => stripe.refunds.create({ payment_intent: id, amount: part(next.part) }, options));
    case 'cancel':
      return insist((options) => stripe.paymentIntents.cancel(id, {}, options));
    case 'approve':
    case 'deny':
      // Refused where the bank does not ask.
      return control.post(`intents/${id}/challenge`, { outcome: next.do }).then(
        () => undefined,
        () => undefined,
      );
    case 'wait':
      return control.put('clock', { advanceMs: next.days * dayMs });
    case 'fault':
      return control.put('faults', [{ match: { route: 'POST *', times: 1 }, fault: { kind: next.kind } }]);
    case 'restart':
      await simulator.stop();
      simulator = await startStripe(configOf(folder));
  }
}

describe('money', { timeout: 120_000 }, () => {
  it('adds up after any sequence of steps, faults and restarts', async () => {
    const run = fc.asyncProperty(
      fc.integer({ min: 100, max: 9999 }),
      fc.array(step, { maxLength: 14 }),
      async (amount, steps) => {
        const created = await connect(simulator.url).paymentIntents.create({
          amount,
          currency: 'eur',
          capture_method: 'manual',
        });
        for (const next of steps) await take(created.id, amount, next);
        await createControlClient(simulator.url).put('faults', []);

        const report = await createControlClient(simulator.url).get<Report>(`ledger?payment_intent=${created.id}`);
        const shown = await connect(simulator.url).paymentIntents.retrieve(created.id);
        expect(breaches(report, [shown])).toEqual([]);
      },
    );
    await fc.assert(run, { numRuns: 40 });
    const report = await createControlClient(simulator.url).get<Report>('ledger');
    expect(breaches(report, await allIntents(connect(simulator.url)))).toEqual([]);
  });
});

describe('a folder', () => {
  it('belongs to one process: a second would answer from another truth', async () => {
    await expect(startStripe(configOf(folder))).rejects.toThrow('database is locked');
  });
});

describe('a process that is killed', { timeout: 120_000 }, () => {
  it('keeps all that it answered and nothing by half', async () => {
    const home = mkdtempSync(join(tmpdir(), 'stripe-killed-'));
    const answered = new Set<string>();
    for (let round = 0; round < 3; round += 1) {
      const running = await startStripeProcess(home);
      const stripe = connect(running.url);
      const buy = async (number: number) => {
        const { id } = await stripe.paymentIntents.create(
          {
            amount: 2500,
            currency: 'eur',
            capture_method: 'manual',
            confirm: true,
            payment_method: 'pm_card_visa',
            return_url: 'https://shop.example',
            metadata: { buy: `${round}-${number}` },
          },
          { idempotencyKey: `buy-${round}-${number}` },
        );
        await stripe.paymentIntents.capture(id, {}, { idempotencyKey: `capture-${round}-${number}` });
        answered.add(`${round}-${number}`);
      };
      const buys = Array.from({ length: 40 }, (_, number) => buy(number));
      const settled = Promise.allSettled(buys);
      await Promise.any(buys.slice(8 * round, 8 * round + 4));
      await running.kill();
      await settled;
    }
    const running = await startStripeProcess(home);
    const report = await createControlClient(running.url).get<Report>('ledger');
    expect(breaches(report, await allIntents(connect(running.url)))).toEqual([]);
    const captured = report.payments
      .filter((payment) => payment.captured === 2500)
      .map(({ metadata }) => metadata['buy']);
    expect([...answered].filter((each) => !captured.includes(each))).toEqual([]);
    expect(answered.size).toBeGreaterThan(3);

    const again = connect(running.url).paymentIntents.create(
      {
        amount: 2500,
        currency: 'eur',
        capture_method: 'manual',
        confirm: true,
        payment_method: 'pm_card_visa',
        return_url: 'https://shop.example',
        metadata: { buy: [...answered][0] ?? '' },
      },
      { idempotencyKey: `buy-${[...answered][0]}` },
    );
    expect((await again).lastResponse.headers).toMatchObject({ 'idempotent-replayed': 'true' });
    await running.stop();
    rmSync(home, { recursive: true });
  });
});
