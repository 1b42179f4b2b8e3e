import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { tmpdir } from 'node:os';
import { inside } from '../network.ts';
import { paths } from '../paths.ts';
import { program } from '../tools/programs.ts';
import { type Counts, countReport, type VitestReport } from './counts.ts';
import type { Interruption } from './interruption.ts';

/** How many files of each run at once; without a number, as many as the machine bears. */
const filesAtOnce = { unit: undefined, platform: 2, service: undefined, shop: 2, fault: 1 } as const;
export type Project = keyof typeof filesAtOnce;

/** Node 24 first, then what the tests run by name: kubectl, kubeconform, vegeta, consul, stripe-mock, fake-gcs-server. */
export function testPath(): string {
  const programs = ['kubectl', 'kubeconform', 'kube-score', 'consul', 'stripe-mock', 'fake-gcs-server'].map((name) =>
    dirname(program(name)),
  );
  const bin = join(paths.checkout, 'node_modules/.bin');
  return [dirname(process.execPath), bin, ...programs, process.env['PATH']].join(delimiter);
}

/** What a run adds to the person's environment. */
export function variablesOf(project: Project, { image, folder }: { image: string; folder: string }) {
  return {
    PATH: testPath(),
    STOREFRONT_TEST_STORES: paths.storesFile('test'),
    STOREFRONT_TEST_KUBECONFIG: paths.kubeconfig,
    STOREFRONT_TEST_IMAGE: image,
    // A person's own, for `make up`: at Stripe itself nothing can be broken, and most tests of payments would be skipped.
    STRIPE_SECRET_KEY: '',
    // A worker of vitest hears of no exit, so what its tests keep until then goes with this folder. Not where servers are started that
    // outlive the run.
    // Each of its files has a process of its own, and so has each service that is killed: they load the same packages.
    ...(project === 'unit' || project === 'service'
      ? { TMPDIR: folder, NODE_COMPILE_CACHE: join(folder, 'compile-cache') }
      : {}),
  };
}

/** Runs a project's tests inside the namespace. */
export async function runProject(project: Project, image: string, interruption: Interruption): Promise<Counts> {
  const folder = await mkdtemp(join(tmpdir(), 'storefront-tests-'));
  const file = join(folder, 'report.json');
  const vitest = [process.execPath, join(paths.checkout, 'node_modules/vitest/vitest.mjs'), 'run'];
  const reports = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const atOnce = filesAtOnce[project];
  const workers = atOnce === undefined ? [] : [`--maxWorkers=${atOnce}`];
  const env = variablesOf(project, { image, folder });
  try {
    const command = inside([...vitest, '--project', project, ...reports, ...workers]);
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
