import type { InsertType, Kysely, SelectType } from 'kysely';

/** PostgreSQL's names of the types that a value of this type may be read from. */
type SqlTypeOf<Value> = Value extends number
  ? 'int2' | 'int4' | 'int8' | 'float8'
  : Value extends string
    ? 'text' | 'uuid' | 'date' | 'numeric'
    : Value extends boolean
      ? 'bool'
      : Value extends Date
        ? 'timestamptz'
        : Value extends Uint8Array
          ? 'bytea'
          : 'jsonb';

/** `generated`: may be left out of an insert, as there is a default. */
type Generated<Column> = [InsertType<Column>] extends [never]
  ? ' generated'
  : undefined extends InsertType<Column>
    ? ' generated'
    : '';
type Null<Column> = null extends SelectType<Column> ? ' null' : '';

/** The columns of some tables as text that must fit their row types: `'int4'`, `'timestamptz null'`, `'int8 generated'`. */
export type ColumnsOf<Tables> = {
  [Table in keyof Tables]: {
    [Column in keyof Tables[Table]]: `${SqlTypeOf<NonNullable<SelectType<Tables[Table][Column]>>>}${Generated<
      Tables[Table][Column]
    >}${Null<Tables[Table][Column]>}`;
  };
};

/** How the migrated columns of a schema differ from those that the row types say; empty when they agree. */
export async function columnProblems<Tables>(
  db: Kysely<unknown>,
  schema: string,
  expected: ColumnsOf<Tables>,
): Promise<string[]> {
  const { sql } = await import('kysely');
  const { rows } = await sql<{ table: string; column: string; type: string }>`
    select table_name as table, column_name as column, udt_name
      || case when column_default is not null or is_identity = 'YES' then ' generated' else '' end
      || case when is_nullable = 'YES' then ' null' else '' end as type
    from information_schema.columns where table_schema = ${schema}
    order by table_name, ordinal_position`.execute(db);
  return Object.entries<Record<string, string>>(expected).flatMap(([table, columns]) => {
    const actual = new Map(rows.filter((row) => row.table === table).map(({ column, type }) => [column, type]));
    const names = new Set([...Object.keys(columns), ...actual.keys()]);
    return Array.from(names)
      .filter((name) => columns[name] !== actual.get(name))
      .map((name) => `${table}.${name} is ${actual.get(name) ?? 'missing'}, not ${columns[name] ?? 'missing'}`);
  });
}
