import { describe, expect, it } from 'vitest';

import { lateWebhooks, lostWebhooks, requestFaults } from './faults.ts';
import { formatByPhase, type Phase } from './phases.ts';

const at = (seconds: number) => new Date(1_790_000_000_000 + seconds * 1_000);
const idAt = (when: Date) => {
  const time = when.getTime().toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-8001-9c1e-5b2f7a6d8e09`;
};
const phases: Phase[] = [
  { name: 'Stripe fails', from: at(0), to: at(10) },
  { name: 'MongoDB is killed', from: at(20), to: at(30) },
];

describe('breaches of a sale in trouble', () => {
  it('are told under the phase in which the order was placed', () => {
    const breach = (ids: Record<string, string>) => ({ invariant: 'orders-end', ids, message: 'an order rests' });
    const [early, late] = [idAt(at(5)), idAt(at(25))];
    const found = [breach({ orderId: late }), breach({ orderId: early }), breach({ sku: 'mug' })];
    const lines = formatByPhase(found, phases).split('\n');
    const under = (id: string) => lines[lines.findIndex((line) => line.includes(id)) - 1];
    expect([under(early), under(late), under('mug')]).toEqual([
      'Stripe fails: 1 breaches',
      'MongoDB is killed: 1 breaches',
      'of no phase: 1 breaches',
    ]);
    expect(formatByPhase([], phases)).toBe('');
  });
});

describe('the faults of a vendor', () => {
  it.each([
    ['requests', requestFaults],
    ['webhooks', [...lateWebhooks, ...lostWebhooks]],
  ])('of %s never hide each other', (_, rules) => {
    const numbers = rules.flatMap(({ match }) => match.nth ?? []);
    expect(new Set(numbers).size).toBe(numbers.length);
  });
});
