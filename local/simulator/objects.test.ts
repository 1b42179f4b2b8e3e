import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openDatabase, type Database } from './database.ts';
import { createObjects, type Stored } from './objects.ts';

type Parcel = Stored<{ id: string; isSeen: boolean }, null>;

let folder: string;
let database: Database;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'objects-'));
  database = openDatabase(folder);
});
afterEach(() => {
  database.close();
  rmSync(folder, { recursive: true });
});

it.each([0, 1, 100, 250])(
  'all %i objects of a kind come one by one, the newest first, each once, changed or not',
  (count) => {
    const objects = createObjects<{ parcel: Parcel; other: Parcel }>(database);
    const ids = Array.from({ length: count }, (_, index) => `p${index}`);
    for (const id of ids) {
      objects.put('parcel', { shown: { id, isSeen: false }, hidden: null });
      objects.put('other', { shown: { id, isSeen: false }, hidden: null });
    }
    const seen: string[] = [];
    for (const { shown } of objects.each('parcel')) {
      seen.push(shown.id);
      objects.put('parcel', { shown: { ...shown, isSeen: true }, hidden: null });
    }
    expect(seen).toEqual(ids.toReversed());
    expect(objects.all('parcel').every(({ shown }) => shown.isSeen)).toBe(true);
  },
);
