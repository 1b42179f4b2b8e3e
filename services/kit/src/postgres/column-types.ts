import type { ColumnType } from 'kysely';
import type * as Pg from 'pg';

/** A `jsonb` column that holds an object: the driver would send an array as one of PostgreSQL's. */
export type JsonObject<Value extends Readonly<Record<string, unknown>> = Readonly<Record<string, unknown>>> =
  ColumnType<Value>;

/** PostgreSQL's object ids of the types that the driver would read in another way. */
const int8 = 20;
const date = 1082;

/**
 * How columns are read: `int8` as a number (refused where it is not exact, beyond 2^53), `date` as `2026-11-28` and not as
 * midnight in the server's time zone; the rest as the driver does it: `timestamptz` as Date, `numeric` as text, `jsonb` parsed.
 */
export function columnTypes({ types }: typeof Pg): Pg.CustomTypesConfig {
  const getTypeParser = ((oid: number, format?: 'text' | 'binary') => {
    if (oid === int8) return readInteger;
    if (oid === date) return String;
    return types.getTypeParser(oid, format as 'text');
  }) as Pg.CustomTypesConfig['getTypeParser'];
  return { getTypeParser };
}

function readInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`${text} is too large to be read exactly`);
  return value;
}
