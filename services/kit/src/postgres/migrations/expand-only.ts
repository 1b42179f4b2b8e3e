import { DummyDriver, Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from 'kysely';
import { readMigrations } from './migrate.ts';

/**
 * For a test: the statements of a folder's migrations after which a release that still runs would fail: whatever drops, renames or
 * retypes something, or demands a value that the older release does not write. No server is needed.
 */
export async function contractionsIn(folder: string): Promise<string[]> {
  const contractions: string[] = [];
  const db = new Kysely<unknown>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (own) => new PostgresIntrospector(own),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
    log: ({ query: { sql } }) => {
      if (isContraction(sql)) contractions.push(sql);
    },
  });
  for (const [name, migration] of Object.entries(await readMigrations(folder))) {
    const before = contractions.length;
    await migration.up(db);
    contractions.push(...contractions.splice(before).map((sql) => `${name}: ${sql}`));
  }
  return contractions;
}

/** Exported for its test. */
export function isContraction(statement: string): boolean {
  const sql = withoutTexts(statement).toLowerCase();
  if (/\b(drop(?!\s+not\s+null)|rename|truncate|delete\s+from)\b/.test(sql)) return true;
  if (/\balter\s+(column\s+)?\S+\s+(set\s+data\s+)?type\b|\bset\s+not\s+null\b|\bset\s+schema\b/.test(sql)) return true;
  // What a table gets when it is made binds nobody yet.
  if (!/^\s*alter\s+table\b/.test(sql)) return false;
  const additions = sql.split(/\badd\b/).slice(1);
  return additions.some((text) => isDemand(text));
}

function isDemand(addition: string): boolean {
  if (/^\s*(constraint\s+\S+\s+)?(check|unique|primary|foreign|exclude)\b/.test(addition)) return true;
  return /\bnot\s+null\b/.test(addition) && !/\b(default|generated)\b/.test(addition);
}

/** Without comments, quoted texts and the quotes of names. */
function withoutTexts(sql: string): string {
  return sql.replace(/'(?:[^']|'')*'|--.*$|\/\*[\s\S]*?\*\//gm, ' ').replaceAll('"', '');
}
