import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSettings, openDatabase, type Database, type Settings } from './database.ts';

let folder: string;
let database: Database;
let settings: Settings;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'database-'));
  database = openDatabase(folder);
  settings = createSettings(database);
});

afterEach(() => {
  database.close();
  rmSync(folder, { recursive: true });
});

const failing = (name: string) => () =>
  database.transaction(() => {
    settings.write(name, 1);
    throw new Error('refused');
  });
/** What the file holds, read by another who knows nothing of what was read before. */
const kept = () => ['before', 'part', 'after'].filter((name) => createSettings(database).read(name) !== undefined);

describe('a part of a transaction that fails', () => {
  it.each([
    ['first', []],
    ['after something was written', ['before']],
  ])('is undone alone: %s', (_, before) => {
    database.transaction(() => {
      for (const name of before) settings.write(name, 1);
      expect(failing('part')).toThrow('refused');
      settings.write('after', 1);
    });
    expect(kept()).toEqual([...before, 'after']);
  });

  it('is undone with what came after it where all of it fails', () => {
    const whole = () =>
      database.transaction(() => {
        expect(failing('part')).toThrow('refused');
        failing('after')();
      });
    expect(whole).toThrow('refused');
    expect(kept()).toEqual([]);
    database.transaction(() => settings.write('before', 1));
    expect(kept()).toEqual(['before']);
  });

  it('leaves no setting that was read while it lasted', () => {
    const part = () =>
      database.transaction(() => {
        settings.write('part', 1);
        expect(settings.read('part')).toBe(1);
        throw new Error('refused');
      });
    expect(part).toThrow('refused');
    expect(settings.read('part')).toBeUndefined();
  });
});
