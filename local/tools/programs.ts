import { createHash } from 'node:crypto';
import { accessSync, constants, readdirSync, readFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { paths } from '../paths.ts';
import { isComplete, type CacheEntry } from './cache.ts';
import { goToolNames, goTools, type GoProgram, type GoToolName } from './pins.ts';
import { isInRange } from './versions.ts';

/** Where a tool's programs are: built into the cache, or all of them on PATH at a fitting version. */
export type Located = { source: 'cache' | 'PATH'; file: (program: string) => string };

const located = new Map<GoToolName, Located>();

/** The path of a program that Debian lacks, `program('consul')`; where it is not yet there, the path it will have. */
export function program(name: string): string {
  const tool = goToolNames.find((candidate) => name in goTools[candidate].programs);
  if (!tool) throw new Error(`${name} is in no tool of pins.ts`);
  return locate(tool)?.file(name) ?? join(goEntry(tool).dir, name);
}

/** Finds a tool; undefined when it has to be built. */
export function locate(tool: GoToolName): Located | undefined {
  const known = located.get(tool) ?? find(tool);
  if (known) located.set(tool, known);
  return known;
}

function find(tool: GoToolName): Located | undefined {
  const entry = goEntry(tool);
  if (isComplete(entry)) return { source: 'cache', file: (name) => join(entry.dir, name) };
  const files = Object.entries(goTools[tool].programs).map(([name, pin]) => [name, findOnPath(name, pin)] as const);
  if (files.some(([, file]) => file === undefined)) return undefined;
  const found = Object.fromEntries(files) as Record<string, string>;
  return { source: 'PATH', file: (name) => found[name] as string };
}

/** A tool's cache entry: another pin, source, lock or flag is another digest. */
export function goEntry(tool: GoToolName): CacheEntry {
  const { version, programs, tags, stamps } = goTools[tool];
  const packages = Object.entries(programs).map(([name, pin]) => [name, pin.package]);
  const folder = join(paths.goModules, tool);
  const hash = createHash('sha256').update(JSON.stringify([version, packages, tags, stamps]));
  for (const file of readdirSync(folder).toSorted()) hash.update(file).update(readFileSync(join(folder, file)));
  return { dir: paths.cached(`${tool}-${version}`), digest: hash.digest('hex'), parts: Object.keys(programs) };
}

function findOnPath(name: string, { onPath }: GoProgram): string | undefined {
  const file = onPath && which(name);
  if (!file) return undefined;
  const text = versionText([file, ...onPath.versionArgs]);
  return text !== undefined && isInRange(text, onPath.range) ? file : undefined;
}

/** The file that PATH means by a name, or the file itself where a path is given. */
export function which(name: string): string | undefined {
  // Some systems leave the administrator's programs out of a person's PATH.
  const path = `${process.env['PATH'] ?? ''}${delimiter}/usr/sbin${delimiter}/sbin`;
  const folders = name.includes('/') ? [''] : path.split(delimiter);
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

/** What a program says of its version, on whichever stream; undefined when it cannot be run. */
export function versionText(command: readonly string[]): string | undefined {
  const key = command.join(' ');
  if (!versionTexts.has(key)) versionTexts.set(key, askVersion(command));
  return versionTexts.get(key);
}

const versionTexts = new Map<string, string | undefined>();

function askVersion([file, ...args]: readonly string[]): string | undefined {
  const { error, stdout, stderr } = spawnSync(file as string, args, { encoding: 'utf8', timeout: 10_000, input: '' });
  return error ? undefined : `${stdout}\n${stderr}`;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
