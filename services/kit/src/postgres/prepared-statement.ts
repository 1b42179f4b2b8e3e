import type { QueryConfig } from 'pg';

/** Each connection of a server keeps so many plans at the most. */
const maxStatements = 300;
const names = new Map<string, string>();

/**
 * A statement that each connection parses and plans once, which is a quarter of what the server does for it. Not one that asks for
 * all columns: after a migration that adds one it would fail ("cached plan must not change result type"). Its name is what
 * a trace shows of it: `insert notes 3`.
 */
export function preparedStatement(text: string, values: readonly unknown[]): QueryConfig {
  const statement = { text, values: [...values] };
  if (values.length === 0 || text.includes('*')) return statement;
  const name = names.get(text) ?? newName(text);
  return name === undefined ? statement : { ...statement, name };
}

function newName(text: string): string | undefined {
  if (names.size >= maxStatements) return undefined;
  const write = /\b(insert|update|delete)(?: into| from)? "(\w{1,40})"/;
  const own = text.slice(Math.max(0, text.indexOf('"wrote" as (')));
  const [, verb = 'query', table = ''] = write.exec(own) ?? /\b(select)\b.* from "?(\w{1,40})/s.exec(text) ?? [];
  const name = `${verb} ${table} ${names.size}`;
  names.set(text, name);
  return name;
}
