import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { paths } from '../paths.ts';
import { execute, processStart } from '../process.ts';

/** A folder of the machine's cache: what it is made from decides the digest, `parts` are files that must be in it. */
export type CacheEntry = { dir: string; digest: string; parts: readonly string[] };

type Manifest = { digest: string; parts: Record<string, number> };

/**
 * Whether an entry can be used: its manifest, written last, names the same ingredients, and every part has its size.
 * A folder without one was cut short, by whatever wrote it.
 */
export function isComplete(entry: CacheEntry): boolean {
  const manifest = readManifest(entry);
  return (
    manifest?.digest === entry.digest &&
    entry.parts.every((part) => manifest.parts[part] !== undefined && manifest.parts[part] === sizeOf(entry, part))
  );
}

/** Whether something is there that cannot be trusted. */
export function isHalfMade(entry: CacheEntry): boolean {
  return existsSync(entry.dir) && !isComplete(entry);
}

/** Makes an entry aside and moves it to its place when it is whole. */
export async function makeEntry(entry: CacheEntry, make: (aside: string) => Promise<void>): Promise<void> {
  const aside = asideOf(entry);
  await removeTree(aside);
  mkdirSync(dirname(aside), { recursive: true });
  try {
    await make(aside);
    await execute(['sync', '--file-system', aside]); // a machine that dies now must not keep the name and lose the content
    rmSync(manifestFile(entry), { force: true });
    await removeTree(entry.dir);
    renameSync(aside, entry.dir);
    seal(entry);
  } finally {
    await removeTree(aside);
  }
}

/** Declares an entry whole. */
export function seal(entry: CacheEntry): void {
  const parts = Object.fromEntries(entry.parts.map((part) => [part, sizeOf(entry, part)]));
  const manifest = { digest: entry.digest, parts };
  writeFileSync(`${manifestFile(entry)}.new`, JSON.stringify(manifest, null, 2));
  renameSync(`${manifestFile(entry)}.new`, manifestFile(entry));
}

/** Removes what runs that were killed have left aside. */
export async function sweepCache(): Promise<void> {
  for (const name of abandoned(existsSync(paths.cache) ? readdirSync(paths.cache) : []))
    await removeTree(join(paths.cache, name));
}

/** Names of asides whose process has ended; `names` are those in the cache. */
export function abandoned(names: readonly string[], isAlive = (pid: number) => processStart(pid) !== undefined) {
  return names.filter((name) => {
    const [, pid] = /^\.making-(\d+)-/.exec(name) ?? [];
    return pid !== undefined && !isAlive(Number(pid));
  });
}

const asideOf = ({ dir }: CacheEntry) => join(dirname(dir), `.making-${process.pid}-${basename(dir)}`);
const manifestFile = ({ dir }: CacheEntry) => `${dir}.json`;

/** A root file system may have something mounted in it: never go there. */
async function removeTree(dir: string): Promise<void> {
  if (existsSync(dir)) await execute(['rm', '-rf', '--one-file-system', dir]);
}

function readManifest(entry: CacheEntry): Manifest | undefined {
  try {
    return JSON.parse(readFileSync(manifestFile(entry), 'utf8')) as Manifest;
  } catch {
    return undefined;
  }
}

function sizeOf(entry: CacheEntry, part: string): number | undefined {
  return statSync(join(entry.dir, part), { throwIfNoEntry: false })?.size;
}
