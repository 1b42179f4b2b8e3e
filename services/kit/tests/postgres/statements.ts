import { createRequire } from 'node:module';
import type * as Pg from 'pg';
import { vi, type Mock } from 'vitest';

const pg = createRequire(import.meta.url)('pg') as typeof Pg;

const sent = vi.spyOn(pg.Client.prototype, 'query') as unknown as Mock<(statement: { text: string }) => void>;
/** The statements that are sent from now on; each is a round trip. */
export function recordStatements(): () => string[] {
  const before = sent.mock.calls.length;
  return () => sent.mock.calls.slice(before).map(([{ text }]) => text);
}
