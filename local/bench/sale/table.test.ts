import { describe, expect, it } from 'vitest';
import { readBacklog } from './backlog.ts';
import { medianOf, type Bought, type Measured } from './measure.ts';
import { costOf, eachOf, partOfContainer, partOfStore, sumOf } from './parts.ts';
import { describeSale } from './table.ts';

const when = { date: '2026-11-28', machine: '2 cores' };
const times = { p50: 120.4, p95: 249.6, p99: 1_300 };
const bought: Measured<Bought> = {
  count: 300,
  seconds: 30,
  failed: {},
  ...times,
  captured: { count: 298, p50: 900, p95: 2_950, p99: 4_000 },
  drainedSeconds: 8,
  parts: { order: 20.04, payment: 12, mail: 0.01, consul: -0.3 },
  cpuMs: 31.75,
};
const figures = {
  carts: { ...bought, count: 750, seconds: 10, parts: { cart: 2.5 }, cpuMs: 2.5 },
  cartsCrowd: { ...bought, count: 4_000, seconds: 10, parts: { cart: 1.5 }, cpuMs: 1.5 },
  checkouts: bought,
  steady: { ...bought, count: 2_880, seconds: 180, cpuMs: 33 },
  crowd: { ...bought, failed: { '409 out-of-stock': 2, 'accepted, but not captured': 2 } },
  backlog: [{ what: 'outbox in PostgreSQL → broker', perSecond: 2_345 }],
};

describe('the table of the sale', () => {
  const text = describeSale(figures, when);

  it('has what was measured beside what is to be reached', () => {
    expect(text).toContain(
      '| New cart + first item, both requests | 2.5 | 75.0 | 120 / 250 / 1,300 | 0 | ≤ 4 CPU-ms |',
    );
    expect(text).toContain('| The same, 10 clients without a pause | 1.5 | 400.0 |');
    expect(text).toContain('| Complete checkout to CAPTURED | 31.8 | 10.0 |');
    expect(text).toContain('| Checkouts accepted, 16 a second, 3 minutes | 33.0 | 16.0 |');
    expect(text).toContain('| – of these, placed → captured | – | – | 900 / 2,950 / 4,000 | – | p95 ≤ 3,000 ms | – |');
    expect(text).toContain('| A backlog drains: outbox in PostgreSQL → broker | – | 2345 | – | – | ≥ 500/s | – |');
  });

  it('has as many cells in every row', () => {
    const rows = text.split('\n').filter((line) => line.startsWith('|'));
    expect(new Set(rows.map((line) => line.split('|').length))).toEqual(new Set([9]));
  });

  it('says what failed, and where the time goes', () => {
    expect(text).toContain('Failed: 2 × 409 out-of-stock; 2 × accepted, but not captured.');
    expect(text).toMatch(/without a pause, 3 minutes \| 31\.8 \| 10\.0 \| [^|]+ \| 4 \|/);
    expect(text).toContain('- A checkout, CPU-ms by what uses it: order 20.0, payment 12.0, consul -0.3.');
  });
});

describe('what a sale costs', () => {
  it('is what was used beyond what an idle shop uses, also by a part that came later', () => {
    const idle = { perSecond: { order: 10 }, seconds: 30 };
    const used = costOf({ order: 1_000 }, { order: 4_300, payment: 600 }, idle);
    expect(eachOf(used, 300)).toEqual({ order: 10, payment: 2 });
    expect(sumOf(used)).toBe(3_600);
  });

  it('is of the run in the middle, with what failed in any', () => {
    const runs = [30, 90, 40].map((cpuMs, at) => ({ ...bought, cpuMs, failed: { [`run ${at % 2}`]: 1 } }));
    expect(medianOf(runs)).toMatchObject({ cpuMs: 40, failed: { 'run 0': 2, 'run 1': 1 } });
  });

  it('is told by service, sidecars and kinds of stores', () => {
    const labels = { 'storefront.dev/storefront': 'acme', 'app.kubernetes.io/component': 'order' };
    const pod = { metadata: { name: 'acme-order-1', labels }, status: { phase: 'Running' } };
    expect(['app', 'consul', 'nginx'].map((name) => partOfContainer(pod, name))).toEqual([
      'order',
      'consul sidecars',
      'nginx sidecars',
    ]);
    expect(partOfContainer({ ...pod, metadata: { name: 'coredns' } }, 'coredns')).toBe('kubernetes');
    expect(['orders-2', 'orders-2-replica', 'broker'].map(partOfStore)).toEqual([
      'orders shards',
      'orders replicas',
      'broker',
    ]);
  });

  it('is, of a backlog, the speed of each way of messages', () => {
    const output =
      'to warm up   900/s, 1.000 CPU-ms each\noutbox in PostgreSQL → broker       2345/s, 0.1 CPU-ms each\n';
    expect(readBacklog(output)).toEqual([{ what: 'outbox in PostgreSQL → broker', perSecond: 2_345 }]);
  });
});
