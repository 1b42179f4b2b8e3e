import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { tmpdir } from 'node:os';
import { inside } from '../network.ts';
import { paths } from '../paths.ts';
import { program } from '../tools/programs.ts';
import { type Counts, countReport, type VitestReport } from './counts.ts';
import type { Interruption } from './interruption.ts';

/** One after the other: tests that measure time or load must not meet others. */
export const projects = ['unit', 'service', 'cluster', 'browser'] as const;
export type Project = (typeof projects)[number];

/** These share one cluster, so their files take turns as well. */
const takesTurns: readonly Project[] = ['cluster', 'browser'];

/** Node 24 first, then what the tests run by name: kubectl, kubeconform, vegeta, consul. */
export function testPath(): string {
  const programs = ['kubectl', 'kubeconform', 'kube-score', 'consul'].map((name) => dirname(program(name)));
  const bin = join(paths.checkout, 'node_modules/.bin');
  return [dirname(process.execPath), bin, ...programs, process.env['PATH']].join(delimiter);
}

/** Runs a project's tests inside the namespace. */
export async function runProject(project: Project, image: string, interruption: Interruption): Promise<Counts> {
  const folder = await mkdtemp(join(tmpdir(), 'storefront-tests-'));
  const file = join(folder, 'report.json');
  const vitest = [process.execPath, join(paths.checkout, 'node_modules/vitest/vitest.mjs'), 'run'];
  const reports = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const order = takesTurns.includes(project) ? ['--no-file-parallelism'] : [];
  const env = {
    PATH: testPath(),
    STOREFRONT_TEST_STORES: paths.storesFile('test'),
    STOREFRONT_TEST_KUBECONFIG: paths.kubeconfig,
    STOREFRONT_TEST_IMAGE: image,
  };
  try {
    const command = inside([...vitest, '--project', project, ...reports, ...order]);
    const exitCode = await interruption.run(command, { cwd: paths.checkout, env });
    return countReport(project, await readReport(file), exitCode);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function readReport(file: string): Promise<VitestReport | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as VitestReport);
}
