import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Storefront } from '@storefront/crds';
import { createKubectl } from '../../cluster/kubectl.ts';
import { executeInside } from '../../network.ts';
import { addresses, paths, ports } from '../../paths.ts';
import { Failure } from '../../steps.ts';
import { testPath } from '../../test-run/projects.ts';
import { findEdge } from '../edge.ts';
import { clientAddresses } from '../measure.ts';

/** Programs of `tests/sale`, which buy in the shop that is up; each prints its result as one line of JSON. */
export type SaleProgram = 'race' | 'chaos' | 'bench/task';

/** Runs one inside the namespace and shows what it says meanwhile. */
export async function runSale<Result>(program: 'race' | 'chaos', { minutes }: { minutes: number }): Promise<Result> {
  return runProgram(program, { ...(await describeShop(program)), minutes });
}

/** The same with all that it is told. */
export async function runProgram<Result>(program: SaleProgram, told: object): Promise<Result> {
  const output = await executeInside([process.execPath, join(paths.checkout, 'tests/sale', `${program}.ts`)], {
    input: JSON.stringify(told),
    env: { PATH: testPath(), STOREFRONT_TEST_KUBECONFIG: paths.kubeconfig },
    onLine: (line) => line.startsWith('{') || console.log(`  ${line}`),
  });
  return JSON.parse(output.trim().split('\n').at(-1) ?? '') as Result;
}

/** The shop that is up, as these programs want it described. */
export async function describeShop(program: SaleProgram): Promise<object> {
  const storefront = await findStorefront();
  const { name, namespace = '' } = storefront.metadata;
  const secret = await createKubectl().get<{ data: { token: string } }>([
    '-n',
    namespace,
    'secret',
    `${name}-merchant`,
  ]);
  if (!secret) throw new Failure(`Storefront ${namespace}/${name} has no merchant yet.`, 'See: make status');
  // A pod of the edge knows its clients apart; where pods are killed there is only the address that outlives them.
  const isKilling = program === 'chaos';
  return {
    url: isKilling ? `http://${addresses.node}:${ports.edgeNodePort}` : await findEdge(),
    sources: isKilling ? [] : clientAddresses,
    merchantToken: Buffer.from(secret.data.token, 'base64').toString(),
    namespace,
    stores: JSON.parse(await readFile(paths.storesFile('shop'), 'utf8')) as unknown,
    storefront,
  };
}

async function findStorefront(): Promise<Storefront> {
  const listed = await createKubectl().get<{ items: Storefront[] }>([
    'storefronts',
    '--all-namespaces',
    '-l',
    '!storefront.dev/operator',
  ]);
  const storefront = listed?.items.find(({ metadata }) => !metadata.namespace?.startsWith('test-'));
  if (!storefront) throw new Failure('There is no shop to buy in.', 'Run: make up');
  return storefront;
}
