import { availableParallelism } from 'node:os';

import { defineConfig } from 'vitest/config';

/**
 * unit: no server. service: real stores. shop: shops in the machine's cluster, by HTTP, kubectl and Chromium. fault: what
 * all of them stand on is killed or fails, so nothing else may run. platform: the Pulumi program, which has packages of its
 * own and is run as a whole before its tests look at it.
 */
const kinds: Record<string, { include: string[]; testTimeout?: number; hookTimeout?: number }> = {
  unit: {
    include: [
      'crds/**/*.test.ts',
      'local/!(cluster)/**/*.test.ts',
      'local/*.test.ts',
      'operator/src/**/*.test.ts',
      'services/*/src/**/*.test.{ts,tsx}',
      'tests/architecture.test.ts',
      'tests/{auditor/audit,auditor/readers/ledgers,sale/phases}.test.ts',
    ],
  },
  service: {
    include: ['services/*/tests/**/*.test.{ts,tsx}', 'operator/tests/**/*.test.ts', 'tests/auditor/readers.test.ts'],
  },
  shop: { include: ['tests/{cluster,browser}/**/*.test.ts'] },
  platform: { include: ['pulumi/**/*.test.ts'], testTimeout: 120_000, hookTimeout: 300_000 },
  fault: { include: ['local/cluster/**/*.test.ts', 'tests/faults/**/*.test.ts'] },
  /** Sales while everything fails, ten minutes on a machine that does nothing else: not part of `make test`. */
  endurance: { include: ['tests/sale/troubled-sale.test.ts'] },
};

if (Number(process.versions.node.split('.')[0]) < 24)
  throw new Error(
    `Tests need Node 24; this is ${process.version}. Run them with: npx vitest (after npm ci) or make test`,
  );

export default defineConfig({
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  test: {
    // One more than the cores of a small machine: tests of servers wait more than they compute.
    maxWorkers: Math.max(3, availableParallelism()),
    // A deadline is for what never comes, not for a machine that does something else just then.
    expect: { poll: { timeout: 10_000 } },
    projects: Object.entries(kinds).map(([name, { include, testTimeout = 30_000, hookTimeout = 60_000 }]) => ({
      extends: true,
      test: {
        name,
        include,
        exclude: ['**/node_modules/**', '**/dist/**', '.local/**'],
        testTimeout,
        hookTimeout,
      },
    })),
  },
});
