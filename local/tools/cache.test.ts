import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { abandoned, isComplete, isHalfMade, makeEntry, type CacheEntry } from './cache.ts';

let cache: string;
let entry: CacheEntry;

beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'storefront-cache-'));
  entry = { dir: join(cache, 'consul-1.22.7'), digest: 'of what it is made', parts: ['consul'] };
});

afterEach(() => rmSync(cache, { recursive: true }));

const build = async (aside: string) => {
  mkdirSync(aside);
  writeFileSync(join(aside, 'consul'), 'a program');
};

describe('the cache', () => {
  it('holds what was made whole', async () => {
    expect(isComplete(entry)).toBe(false);
    await makeEntry(entry, build);
    expect(isComplete(entry)).toBe(true);
    expect(readdirSync(cache).toSorted()).toEqual(['consul-1.22.7', 'consul-1.22.7.json']);
  });

  it('keeps nothing of what failed, and the old entry as it was', async () => {
    await makeEntry(entry, build);
    const failing = async (aside: string) => {
      await build(aside);
      throw new Error('disk full');
    };
    await expect(makeEntry({ ...entry, digest: 'of newer things' }, failing)).rejects.toThrow('disk full');
    expect(isComplete(entry)).toBe(true);
    expect(readdirSync(cache)).toHaveLength(2);
  });

  it('does not trust a folder that somebody else began', () => {
    mkdirSync(entry.dir);
    writeFileSync(join(entry.dir, 'consul'), 'half a prog');
    expect(isHalfMade(entry)).toBe(true);
  });

  it.each([
    ['cut off', () => truncateSync(join(entry.dir, 'consul'), 3)],
    ['gone', () => rmSync(join(entry.dir, 'consul'))],
  ])('does not trust an entry whose program is %s, and makes it again', async (_, damage) => {
    await makeEntry(entry, build);
    damage();
    expect(isHalfMade(entry)).toBe(true);
    await makeEntry(entry, build);
    expect(isComplete(entry)).toBe(true);
  });

  it('does not take an entry made of other things', async () => {
    await makeEntry(entry, build);
    expect(isComplete({ ...entry, digest: 'another pin' })).toBe(false);
    expect(isComplete({ ...entry, parts: ['consul', 'vault'] })).toBe(false);
  });

  it('finds what killed runs left aside', () => {
    const names = ['.making-12-consul-1.22.7', '.making-13-rootfs-base', 'consul-1.22.7', 'layers'];
    expect(abandoned(names, (pid) => pid === 13)).toEqual(['.making-12-consul-1.22.7']);
    expect(existsSync(entry.dir)).toBe(false);
  });
});
