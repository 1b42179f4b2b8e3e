import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CacheEntry } from '../tools/cache.ts';

let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'storefront-doctor-'));
  // Modules remember what they have found, and where the cache is.
  vi.resetModules();
  vi.stubEnv('XDG_CACHE_HOME', dir);
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(dir, { recursive: true });
});

/** The checks on a machine that has these programs, each saying its version, and these entries in its cache. */
async function checksOf(programs: Record<string, string>, cached: readonly CacheEntry[] = []) {
  const { makeEntry } = await import('../tools/cache.ts');
  for (const entry of cached) await makeEntry(entry, async (aside) => writeParts(entry, aside));
  const bin = join(dir, 'bin');
  mkdirSync(bin);
  for (const [name, says] of Object.entries(programs)) {
    writeFileSync(join(bin, name), `#!/bin/sh\necho '${says}'\n`);
    chmodSync(join(bin, name), 0o755);
  }
  vi.stubEnv('PATH', bin);
  return import('./programs.ts');
}

function writeParts({ parts }: CacheEntry, folder: string): void {
  for (const part of parts) {
    mkdirSync(dirname(join(folder, part)), { recursive: true });
    writeFileSync(join(folder, part), 'a program');
  }
}

const apt = { 'apt-get': 'apt 3.0.3' };
const wanted = (...goTools: ('consul' | 'mailpit')[]) => ({
  goTools,
  packages: [{ package: 'weaver', versionCommand: ['weave', '--version'], range: '>=2' } as const],
});

describe('the check of Debian programs', () => {
  it.each<[string, Record<string, string>, object]>([
    ['that fit', { weave: 'weave 2.1.0' }, { state: 'ok', what: '1 Debian programs' }],
    ['that are too old', { weave: 'weave 1.9.0' }, problem('weaver 1.9.0 (needed: >=2)', 'Debian 12 or newer')],
    ['that apt brings', apt, { state: 'note', what: 'weaver: make up installs them by apt-get' }],
    ['that nobody brings', {}, problem('missing: weaver', 'package manager')],
  ])('finds those %s', async (_, programs, finding) => {
    const { checkPackages } = await checksOf(programs);
    expect(checkPackages(wanted())).toEqual(finding);
  });
});

describe('the check of programs that Go builds', () => {
  it.each<[string, Record<string, string>, object]>([
    ['on PATH', { consul: 'Consul v1.22.7', mailpit: 'mailpit v1.33.1' }, { state: 'ok', what: 'consul, mailpit' }],
    [
      'to be built, with the time it takes',
      { go: 'go version go1.26.1 linux/amd64', consul: 'Consul v1.21.0' },
      { state: 'note', what: 'consul, mailpit: make up builds them, about 5 min on two cores' },
    ],
    ['without Go', { consul: 'Consul v1.22.7' }, problem('neither there nor in the cache: mailpit', 'Install Go')],
    ['with an old Go', { go: 'go version go1.24.0 linux/amd64' }, problem('consul, mailpit', 'Install Go')],
  ])('finds those %s', async (_, programs, finding) => {
    const { checkGoTools } = await checksOf(programs);
    expect(checkGoTools(wanted('consul', 'mailpit'))).toEqual(finding);
  });

  it('finds those in the cache, without Go', async () => {
    const { goEntry } = await import('../tools/programs.ts');
    const { checkGoTools } = await checksOf({}, [goEntry('mailpit')]);
    expect(checkGoTools(wanted('mailpit'))).toEqual({ state: 'ok', what: 'mailpit' });
  });
});

describe('the check of root file systems', () => {
  it('finds those that are there', async () => {
    const { rootEntry } = await import('../tools/debian/root-file-systems.ts');
    const { checkRootFileSystems } = await checksOf({}, [rootEntry('servers'), rootEntry('base')]);
    expect(checkRootFileSystems()).toEqual({ state: 'ok', what: 'root file systems servers, base' });
  });

  it('names those that are missing, which only apt can make', async () => {
    const { rootEntry } = await import('../tools/debian/root-file-systems.ts');
    const { checkRootFileSystems } = await checksOf(apt, [rootEntry('servers')]);
    const what = 'root file systems base: make up makes them, about 40 s each';
    expect(checkRootFileSystems()).toEqual({ state: 'note', what });
    vi.stubEnv('PATH', '');
    expect(checkRootFileSystems()).toEqual(problem('no apt-get', 'Use Debian'));
  });
});

describe('the check of the cache', () => {
  it('names what runs that were cut short have left, and nothing of those that go on', async () => {
    const { goEntry } = await import('../tools/programs.ts');
    const { checkCache } = await checksOf({}, [goEntry('mailpit')]);
    const cache = dirname(goEntry('consul').dir);
    expect(checkCache(wanted('consul', 'mailpit'))).toEqual({ state: 'ok', what: `cache ${cache}` });
    mkdirSync(goEntry('consul').dir);
    for (const pid of [process.pid, 999_999_999]) mkdirSync(join(cache, `.making-${pid}-rootfs-base`));
    expect(checkCache(wanted('consul', 'mailpit'))).toEqual({
      state: 'note',
      what: `cache ${cache}: ${goEntry('consul').dir}, .making-999999999-rootfs-base half made; make up makes it again`,
    });
  });
});

function problem(what: string, remedy: string): object {
  const containing = (text: string): unknown => expect.stringContaining(text);
  return { state: 'problem', what: containing(what), remedy: containing(remedy) };
}
