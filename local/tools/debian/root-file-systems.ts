import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { paths } from '../../paths.ts';
import { execute } from '../../process.ts';
import { Failure, withHeartbeat } from '../../steps.ts';
import { makeEntry, isComplete, type CacheEntry } from '../cache.ts';
import { readInstalled } from './packages.ts';
import { asFailure } from '../failures.ts';
import type { Making } from '../making.ts';
import { debianRanges, rootFileSystems, rootFileSystemKey, type RootFileSystem } from '../pins.ts';
import { isInRange } from '../versions.ts';

export const rootFileSystemNames = Object.keys(rootFileSystems) as RootFileSystem[];

export function rootEntry(name: RootFileSystem): CacheEntry {
  const key = rootFileSystemKey(name);
  return { dir: paths.cached(key), digest: key, parts: ['var/lib/dpkg/status', 'etc/passwd'] };
}

export function missingRootFileSystems(names: readonly RootFileSystem[] = rootFileSystemNames): RootFileSystem[] {
  return names.filter((name) => !isComplete(rootEntry(name)));
}

type Bootstrap = { folder: string; mirror: string; signal: AbortSignal };

/** Makes a Debian root file system in the cache, out of the mirror this machine's own apt uses; apt checks the signatures. */
export async function makeRootFileSystem(name: RootFileSystem, { say, signal }: Making): Promise<void> {
  const { suite, packages } = rootFileSystems[name];
  const mirror = await findMirror();
  say(`root file system "${name}": Debian ${suite} with ${packages.join(', ')}; about 40 s`);
  await makeEntry(rootEntry(name), (aside) =>
    withHeartbeat(`root file system "${name}"`, say, () => bootstrap(name, { folder: aside, mirror, signal })),
  );
}

async function bootstrap(name: RootFileSystem, { folder, mirror, signal }: Bootstrap): Promise<void> {
  await execute(bootstrapCommand(name, folder, mirror), { signal }).catch((error: unknown) => {
    throw asFailure(`The root file system "${name}" could not be made`, error);
  });
  checkVersions(readFileSync(join(folder, 'var/lib/dpkg/status'), 'utf8'), rootFileSystems[name].packages);
}

/** The suite is in development and its index may be past its date; its signature is checked all the same. */
export function bootstrapCommand(name: RootFileSystem, folder: string, mirror: string): string[] {
  const { suite, packages } = rootFileSystems[name];
  const unused = ['doc', 'man', 'locale', 'info'].map((kind) => `--dpkgopt=path-exclude=/usr/share/${kind}/*`);
  return [
    'mmdebstrap',
    '--mode=root',
    '--variant=minbase',
    '--components=main',
    `--keyring=${keyring}`,
    '--aptopt=Acquire::Check-Valid-Until "false"',
    '--aptopt=APT::Install-Recommends "false"',
    ...unused,
    `--include=${packages.join(',')}`,
    suite,
    folder,
    mirror,
  ];
}

/** Throws when a package is outside the range that has been tried. */
export function checkVersions(dpkgStatus: string, packages: readonly string[]): void {
  const installed = readInstalled(dpkgStatus);
  for (const name of packages) {
    const range = debianRanges[name];
    const version = installed.get(name);
    if (version === undefined || (range && !isInRange(version, range)))
      throw new Failure(
        `Debian has ${name} ${version ?? '(none)'}; what works here is ${range ?? 'any version'}.`,
        'Use an older state of the mirror, or try the new version: its range is in local/tools/pins.ts.',
      );
  }
}

const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';

async function findMirror(): Promise<string> {
  const listing = await execute(['apt-get', 'indextargets', '--format', '$(CREATED_BY) $(REPO_URI)']);
  const mirror = chooseMirror(listing);
  if (mirror && existsSync(keyring)) return mirror;
  throw new Failure(
    "This machine's apt knows no Debian mirror with Debian's keyring.",
    'Add a Debian source to apt and install debian-archive-keyring, then run: apt-get update',
  );
}

/** The first main archive in apt's list of indexes; the security archive has no root file system in it. */
export function chooseMirror(indexTargets: string): string | undefined {
  return indexTargets
    .split('\n')
    .map((line) => line.split(' '))
    .find(([createdBy, uri]) => createdBy === 'Packages' && /\/debian\/?$/.test(uri ?? ''))?.[1];
}
