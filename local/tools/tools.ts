import { Failure, type Say } from '../steps.ts';
import { sweepCache } from './cache.ts';
import { installPackages, missingPackages, refuseUnfit } from './debian/packages.ts';
import { buildGoTool, hasGo, missingGoTools } from './go-tools.ts';
import { makeAll, type Work } from './making.ts';
import { goRange, goToolNames, hostPrograms, type GoToolName, type HostProgram, type RootFileSystem } from './pins.ts';
import { makeRootFileSystem, missingRootFileSystems } from './debian/root-file-systems.ts';

/** What only the tests and the benchmark use. */
const testTools: readonly GoToolName[] = ['checks', 'fake-gcs-server', 'kube-score', 'stripe-mock'];
export const fleetTools = goToolNames.filter((name) => !testTools.includes(name));

export type Wanted = {
  goTools: readonly GoToolName[];
  packages: readonly HostProgram[];
  /** Absent: all of them. */
  rootFileSystems?: readonly RootFileSystem[];
};

/** What `make up` needs. `make test` adds all of `goToolNames` and the browser. */
export const toRun: Wanted = { goTools: fleetTools, packages: hostPrograms };

/** What the stores need. */
export const toStore: Wanted = {
  goTools: ['consul', 'ferretdb', 'mailpit'],
  packages: hostPrograms.filter(({ package: name }) => ['iproute2', 'curl', 'mmdebstrap'].includes(name)),
  rootFileSystems: ['servers'],
};

/** Brings what is missing: Debian programs of the host, programs built from Go modules, root file systems. */
export async function ensureTools(say: Say, wanted: Wanted = toRun): Promise<string> {
  await sweepCache();
  const programs = missingGoTools(wanted.goTools);
  if (programs.length > 0 && !hasGo()) throw noGo(programs);
  const packages = missingPackages(wanted.packages);
  await installPackages(packages, say);
  refuseUnfit(wanted.packages);
  const roots = missingRootFileSystems(wanted.rootFileSystems);
  await makeAll(
    [
      ...programs.map(
        (name): Work =>
          (making) =>
            buildGoTool(name, making),
      ),
      ...roots.map(
        (name): Work =>
          (making) =>
            makeRootFileSystem(name, making),
      ),
    ],
    say,
  );

  const made = [...packages, ...programs, ...roots];
  return made.length === 0 ? 'unchanged' : `new: ${made.join(', ')}`;
}

export function noGo(programs: readonly string[]): Failure {
  return new Failure(
    `Go ${goRange.replace('>=', '')} or newer is not on PATH, and these are neither there nor in the cache: ${programs.join(', ')}.`,
    'Install Go and put it on PATH, or copy ~/.cache/storefront from a machine that has built them.',
  );
}
