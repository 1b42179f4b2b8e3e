import { execute } from '../../process.ts';
import { Failure, type Say } from '../../steps.ts';
import { asFailure } from '../failures.ts';
import type { HostProgram } from '../pins.ts';
import { versionText, which } from '../programs.ts';
import { findVersion, isInRange } from '../versions.ts';

/** The packages whose programs this machine lacks, whoever installed the others. Throws when one is there but too old. */
export function missingPackages(programs: readonly HostProgram[]): string[] {
  return programs.filter((wanted) => stateOf(wanted) === 'missing').map((wanted) => wanted.package);
}

/** What is there outside the range that works: 'buildah 1.20.0 (needed: >=1.28)'. */
export function unfitPrograms(programs: readonly HostProgram[]): string[] {
  return programs.map(stateOf).filter((state) => state !== 'missing' && state !== 'fits');
}

function stateOf({ package: name, versionCommand, range }: HostProgram): string {
  const [program, ...args] = versionCommand as [string, ...string[]];
  const file = which(program);
  if (!file) return 'missing';
  if (!range) return 'fits';
  const text = versionText([file, ...args]) ?? '';
  const version = findVersion(text)?.join('.') ?? 'of an unknown version';
  return isInRange(text, range) ? 'fits' : `${name} ${version} (needed: ${range})`;
}

/** Installs packages by apt, which checks their signatures. Asks for fresh lists only when the ones here do not serve. */
export async function installPackages(names: readonly string[], say: Say): Promise<void> {
  if (names.length === 0) return;
  say(`apt-get install ${names.join(' ')}`);
  const install = () =>
    execute(['apt-get', 'install', '--yes', '--quiet', '--no-install-recommends', ...names], {
      env: { DEBIAN_FRONTEND: 'noninteractive' },
    });
  const retry = async () => {
    await execute(['apt-get', 'update', '--quiet']);
    return install();
  };
  await install().catch(retry).catch(explain(names));
}

function explain(names: readonly string[]) {
  return (error: unknown): never => {
    throw asFailure(`apt-get could not install ${names.join(' ')}`, error);
  };
}

export function refuseUnfit(programs: readonly HostProgram[]): void {
  const unfit = unfitPrograms(programs);
  if (unfit.length === 0) return;
  throw new Failure(
    `Too old or too new on this machine: ${unfit.join(', ')}.`,
    'Install a fitting version (Debian 12 or newer has it).',
  );
}

/** Package → version out of a dpkg status file. */
export function readInstalled(status: string): Map<string, string> {
  const field = (paragraph: string, name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(paragraph)?.[1];
  return new Map(
    status
      .split('\n\n')
      .filter((paragraph) => field(paragraph, 'Status')?.endsWith(' installed'))
      .map((paragraph) => [field(paragraph, 'Package') ?? '', field(paragraph, 'Version') ?? '']),
  );
}
