import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { secretOnce } from './secrets.ts';
import { processesIn } from './server.ts';

let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'storefront-secrets-'));
});

afterEach(() => rmSync(dir, { recursive: true }));

describe('a secret', () => {
  it('is made once, and only its owner may read it', () => {
    const file = join(dir, 'secrets', 'password');
    const first = secretOnce(file);
    expect(first).toMatch(/^[0-9a-f]{48}$/);
    expect(secretOnce(file)).toBe(first);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(join(dir, 'secrets')).mode & 0o777).toBe(0o700);
  });

  it('is another one for another name', () => {
    expect(secretOnce(join(dir, 'a'))).not.toBe(secretOnce(join(dir, 'b')));
  });
});

describe('left-over processes', () => {
  it('are those of the program that works in the folder, and no others', () => {
    expect(processesIn(process.cwd(), 'node')).toContain(process.pid);
    expect(processesIn(process.cwd(), 'postgres')).toEqual([]);
    expect(processesIn(dir, 'node')).toEqual([]);
    expect(processesIn(join(dir, 'absent'), 'node')).toEqual([]);
  });
});
