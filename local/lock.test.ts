import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readHolder, withLock } from './lock.ts';

let dir: string;
let file: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'storefront-lock-'));
  file = join(dir, 'run', 'make.lock');
});

afterEach(() => rmSync(dir, { recursive: true }));

describe('one make at a time', () => {
  it('refuses a second one and names the first', async () => {
    await withLock(
      'up',
      async () => {
        await expect(withLock('down', async () => undefined, file)).rejects.toThrow(
          `\`make up\` (pid ${process.pid}) is at work`,
        );
        expect(readHolder(file)?.command).toBe('up');
      },
      file,
    );
    expect(existsSync(file)).toBe(false);
  });

  it('is free again after a failure', async () => {
    await expect(withLock('up', () => Promise.reject(new Error('broken')), file)).rejects.toThrow('broken');
    expect(await withLock('up', async () => 'ran', file)).toBe('ran');
  });

  it.each([
    ['that was killed', { pid: 2 ** 22 + 1, start: 'boot/1' }],
    ['whose pid another process has', { pid: process.pid, start: 'another-boot/1' }],
  ])('takes over from a run %s', async (_, holder) => {
    await withLock('up', async () => undefined, file); // makes the folder
    writeFileSync(file, JSON.stringify({ ...holder, command: 'up', checkout: '/somewhere' }));
    expect(await withLock('down', async () => 'ran', file)).toBe('ran');
  });
});
