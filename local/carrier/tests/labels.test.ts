import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RequestFault } from '../../simulator/faults/rules.ts';
import type { Balances } from '../../simulator/ledger.ts';
import type { Simulator } from '../../simulator/simulator.ts';
import { createControlClient } from '../../simulator/testing/control.ts';
import { startCarrier } from '../carrier.ts';
import type { LabelReport } from '../control.ts';
import { configOf, connect, shipmentTo, startCarrierProcess } from './desk.ts';

type Report = { balances: Balances; labels: LabelReport[] };
const hourMs = 3600 * 1000;

let folder: string;
let simulator: Simulator;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'carrier-labels-'));
  simulator = await startCarrier(configOf(folder));
});
afterAll(async () => {
  await simulator.stop();
  rmSync(folder, { recursive: true });
});

type Step =
  | { do: 'buy' | 'void' | 'scan' | 'restart' }
  | { do: 'wait'; hours: number }
  | { do: 'fault'; kind: RequestFault['kind'] };
const faults: RequestFault['kind'][] = [
  'lost-response',
  'error-after-commit',
  'error-before-commit',
  'conflict',
  'down',
];
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constantFrom('buy' as const, 'buy' as const, 'void' as const, 'scan' as const) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('fault' as const), kind: fc.constantFrom(...faults) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('wait' as const), hours: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 1, arbitrary: fc.constant({ do: 'restart' as const }) },
);

const done = (call: Promise<unknown>): Promise<void> =>
  call.then(
    () => undefined,
    () => undefined,
  );

async function take(reference: string, next: Step): Promise<void> {
  const easypost = connect(simulator.url);
  const control = createControlClient(simulator.url);
  const found = await easypost.Shipment.retrieve(reference);
  switch (next.do) {
    case 'buy':
      return done(easypost.Shipment.buy(found.id, found.lowestRate()));
    case 'void':
      return done(easypost.Shipment.refund(found.id));
    case 'scan':
      // Refused where there is no label yet, or a void one.
      return done(control.post(`trackers/${found.tracking_code}/move`));
    case 'wait':
      return control.put('clock', { advanceMs: next.hours * hourMs });
    case 'fault':
      return control.put('faults', [{ match: { route: 'POST *', times: 1 }, fault: { kind: next.kind } }]);
    case 'restart':
      await simulator.stop();
      simulator = await startCarrier(configOf(folder));
  }
}

/** Labels that are paid for are what the carrier earned; each shipment has at most one, ever. */
function check({ balances, labels }: Report): void {
  const earned = labels.filter(({ voidedAt }) => voidedAt === null).reduce((sum, { amount }) => sum + amount, 0);
  expect(balances['USD']?.['carrier'] ?? 0).toBe(earned);
  expect(balances['USD']?.['shop'] ?? 0).toBe(earned === 0 ? 0 : -earned);
  expect(new Set(labels.map(({ shipment }) => shipment)).size).toBe(labels.length);
}

describe('labels', { timeout: 120_000 }, () => {
  it('are one for each parcel after any sequence of steps, faults and restarts', async () => {
    let parcels = 0;
    const run = fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
      const reference = `parcel-${(parcels += 1)}`;
      await createControlClient(simulator.url).put('faults', []);
      await connect(simulator.url).Shipment.create(shipmentTo('home', reference));
      for (const next of steps) await take(reference, next);

      const report = await createControlClient(simulator.url).get<Report>('ledger');
      check(report);
      const own = report.labels.filter((label) => label.reference === reference);
      expect(own.length).toBeLessThanOrEqual(1);
      // A label that a scanner saw is never void.
      expect(own.filter(({ status, voidAskedAt }) => voidAskedAt !== null && status === 'in_transit')).toEqual([]);
    });
    await fc.assert(run, { numRuns: 40 });
  });
});

describe('a carrier that is killed', { timeout: 120_000 }, () => {
  it('keeps every label that it sold', async () => {
    const home = mkdtempSync(join(tmpdir(), 'carrier-killed-'));
    const sold = new Set<string>();
    for (let round = 0; round < 2; round += 1) {
      const running = await startCarrierProcess(home);
      const easypost = connect(running.url);
      const buy = async (number: number) => {
        const shipment = await easypost.Shipment.create(shipmentTo('home', `${round}-${number}`));
        const bought = await easypost.Shipment.buy(shipment.id, shipment.lowestRate());
        sold.add(bought.tracking_code);
      };
      const buys = Array.from({ length: 30 }, (_, number) => buy(number));
      const settled = Promise.allSettled(buys);
      await Promise.any(buys.slice(8 * round, 8 * round + 4));
      await running.kill();
      await settled;
    }
    const running = await startCarrierProcess(home);
    const report = await createControlClient(running.url).get<Report>('ledger');
    check(report);
    const codes = report.labels.map(({ trackingCode }) => trackingCode);
    expect([...sold].filter((code) => !codes.includes(code))).toEqual([]);
    expect(sold.size).toBeGreaterThan(2);
    await running.stop();
    rmSync(home, { recursive: true });
  });
});
