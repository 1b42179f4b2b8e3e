import { describe, expect, it } from 'vitest';
import { preparedStatement } from './prepared-statement.ts';

const nameOf = (text: string, values: unknown[] = [1]) => preparedStatement(text, values).name;

describe('a prepared statement', () => {
  it.each([
    [
      'with "fence" as (select bucket from routing.bucket_owner) insert into "notes" ("id") values ($1)',
      /^insert notes \d+$/,
    ],
    [
      'with "key" as (insert into "keys" ("id") values ($1)), "wrote" as (update "notes" set "text" = $2 returning 1) select 1',
      /^update notes \d+$/,
    ],
    ['update "notes" set "text" = $1', /^update notes \d+$/],
    ['delete from "notes" where "id" = $1', /^delete notes \d+$/],
    ['select "id" from "notes" where "id" = $1', /^select notes \d+$/],
    ['select pg_sleep($1)', /^query {2}\d+$/],
  ])('is called by what it does: %s', (text, name) => {
    expect(nameOf(text)).toMatch(name);
    expect(nameOf(text)).toBe(nameOf(text, [2]));
  });

  it('is not made of one without values, nor of one whose columns may change', () => {
    expect(nameOf('select "id" from "notes"', [])).toBeUndefined();
    expect(nameOf('select * from "notes" where "id" = $1')).toBeUndefined();
  });

  it('is made for as many texts as a server can bear, and the others work too', () => {
    const texts = Array.from({ length: 1_000 }, (_, i) => `select "a${i}" from "notes" where "id" = $1`);
    const names = texts.map((text) => nameOf(text)).filter((name) => name !== undefined);
    expect(new Set(names).size).toBe(names.length);
    expect(names.length).toBeLessThanOrEqual(300);
    expect(preparedStatement(texts[999] ?? '', [1])).toEqual({ text: texts[999], values: [1] });
  });
});
