import { cpus } from 'node:os';
import { join } from 'node:path';
import { paths } from '../paths.ts';
import { execute } from '../process.ts';
import { formatSeconds, withHeartbeat } from '../steps.ts';
import { makeEntry } from './cache.ts';
import { asFailure } from './failures.ts';
import type { Making } from './making.ts';
import { goEntry, locate, versionText } from './programs.ts';
import { goRange, goTools, type GoToolName } from './pins.ts';
import { isInRange } from './versions.ts';

/** The tools that are neither in the cache nor on PATH. */
export function missingGoTools(names: readonly GoToolName[]): GoToolName[] {
  return names.filter((name) => locate(name) === undefined);
}

/** Whether this machine can build them. */
export function hasGo(): boolean {
  const text = versionText(['go', 'version']);
  return text !== undefined && isInRange(text, goRange);
}

/** Builds a tool into the cache. */
export async function buildGoTool(name: GoToolName, { say, signal }: Making): Promise<void> {
  const { version, buildSeconds } = goTools[name];
  say(`building ${name} ${version}: about ${formatSeconds(buildSeconds)} where nothing else is built`);
  await makeEntry(goEntry(name), (aside) =>
    withHeartbeat(`${name} ${version}`, say, () => build(name, aside, { say, signal })),
  );
}

async function build(name: GoToolName, folder: string, { say, signal }: Making): Promise<void> {
  const programs = Object.keys(goTools[name].programs);
  for (const [index, program] of programs.entries()) {
    if (programs.length > 1) say(`${name}: ${program} (${index + 1} of ${programs.length})`);
    await execute(buildCommand(name, program, join(folder, program)), {
      cwd: join(paths.goModules, name),
      env: { CGO_ENABLED: '0', GOFLAGS: '', GOWORK: 'off' },
      signal,
    }).catch((error: unknown) => {
      throw asFailure(`${program} could not be built`, error);
    });
  }
}

/**
 * `-mod=readonly`: go.sum is the lock; nothing is built from what it does not name. What the linker would throw away (`-s -w`) is not
 * made in the first place (`-dwarf=false`): a twelfth of the time.
 */
export function buildCommand(tool: GoToolName, program: string, output: string): string[] {
  const { programs, tags, stamps = {} } = goTools[tool];
  const link = ['-s', '-w', ...Object.entries(stamps).map(([variable, value]) => `-X ${variable}=${value}`)].join(' ');
  const flags = [
    '-p',
    String(cpus().length),
    '-trimpath',
    '-mod=readonly',
    '-gcflags=all=-dwarf=false',
    ...(tags ? ['-tags', tags] : []),
  ];
  return ['go', 'build', ...flags, '-ldflags', link, '-o', output, (programs[program] as { package: string }).package];
}
