import { defineConfig } from 'vitest/config';

/** unit: no server. service: real stores. cluster: the machine's cluster. browser: the running shop in Chromium. */
const kinds = {
  unit: {
    include: [
      'crds/**/*.test.ts',
      'local/!(cluster)/**/*.test.ts',
      'local/*.test.ts',
      'operator/src/**/*.test.ts',
      'services/*/src/**/*.test.{ts,tsx}',
      'tests/architecture.test.ts',
    ],
  },
  service: { include: ['services/*/tests/**/*.test.{ts,tsx}', 'operator/tests/**/*.test.ts'] },
  cluster: { include: ['{local,tests}/cluster/**/*.test.ts'] },
  browser: { include: ['tests/browser/**/*.test.ts'] },
};

if (Number(process.versions.node.split('.')[0]) < 24)
  throw new Error(
    `Tests need Node 24; this is ${process.version}. Run them with: npx vitest (after npm ci) or make test`,
  );

export default defineConfig({
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  test: {
    projects: Object.entries(kinds).map(([name, { include }]) => ({
      extends: true,
      test: {
        name,
        include,
        exclude: ['**/node_modules/**', '**/dist/**', '.local/**'],
        testTimeout: 30_000,
        hookTimeout: 60_000,
      },
    })),
  },
});
