import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { paths } from '../../paths.ts';
import { withPart } from '../page-part.ts';
import { chaosFailures, describeChaos, describeRace, type ChaosResult } from './figures.ts';

const when = { date: '2026-11-28', machine: '2 cores' };
const race = { runs: 2, buyers: 500, units: 5, sold: [5, 6], seconds: [3, 9], breaches: '' };
const chaos: ChaosResult = {
  minutes: 10,
  kills: { order: 20, cart: 1 },
  started: 3_000,
  accepted: 2_998,
  failed: { '409 out-of-stock': 2 },
  p50: 120.4,
  p95: 2_100,
  settledSeconds: 62.2,
  breaches: 'captured-once: money was taken 2 times {}',
};

describe('the figures of sales', () => {
  it('say in how many runs exactly what there was has been sold', () => {
    expect(describeRace(race, when)).toContain('exactly 5 orders in 1 of them');
    expect(describeRace(race, when)).toMatch(/3\.0 s \(median\)|9\.0 s \(median\)/);
  });

  it('hide no breach and no failure', () => {
    const text = describeChaos(chaos, when);
    expect(text).toContain('(order 20, cart 1)');
    expect(text).toContain('not accepted: 2 × 409 out-of-stock');
    expect(text).toContain('    captured-once: money was taken 2 times');
  });

  it('say when orders have not ended', () => {
    expect(describeChaos(chaos, when)).toContain('all orders had ended 62 s after the last kill');
    expect(describeChaos({ ...chaos, settledSeconds: null }, when)).not.toContain('had ended');
  });

  it.each<[string, Partial<ChaosResult>, string[]]>([
    ['sound, whatever checkouts failed while pods died', {}, []],
    ['a failure at a breach', { breaches: 'captured-once: twice' }, ['the auditor found breaches']],
    [
      'a failure where orders do not end',
      { breaches: 'orders-end: an order rests as placed', settledSeconds: null },
      ['the auditor found breaches', 'not all orders have ended'],
    ],
    ['a failure where nobody could order', { accepted: 0, failed: { '503 x': 3_000 } }, ['no order was accepted']],
    ['a failure where nothing was killed', { kills: {} }, ['no pod was killed']],
  ])('are those of a run that is %s', (_, changed, failures) => {
    expect(chaosFailures({ ...chaos, breaches: '', ...changed })).toEqual(failures);
  });

  it('have their places on the page of benchmarks', () => {
    const page = readFileSync(join(paths.checkout, 'docs/benchmarks.md'), 'utf8');
    for (const [part, command] of [
      ['sale', 'bench'],
      ['race', 'race'],
      ['chaos', 'chaos'],
    ] as const) {
      const written = withPart(page, part, 'Figures.');
      expect(written).toContain(`(written by make ${command}) -->\nFigures.\n<!-- ${part}:end -->`);
      expect(withPart(written, part, 'Figures.')).toBe(written);
    }
  });
});
