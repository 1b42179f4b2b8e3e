import type { QueryResult } from 'pg';

/** A query of one connection. */
export type Query = (text: string, values?: readonly unknown[]) => Promise<QueryResult>;

/** At the end of a statement: with it its transaction is committed. */
export const committing = '-- commits';

const nothing = (command: string): QueryResult => ({ command, rowCount: null, oid: 0, fields: [], rows: [] });

/**
 * Saves the round trips that a transaction's BEGIN and COMMIT would be, for a connection that is pipelined. A BEGIN is held back until the
 * first statement and sent together with it. A statement that ends by `committing` is sent together with its COMMIT, which a server
 * that refuses the statement makes a ROLLBACK; one that is the first as well commits by itself. After one that failed a BEGIN is held again.
 * Values must be such that the driver can send them: of a statement that never left, the COMMIT would go alone.
 * Where a BEGIN fails, nobody knows what the statement behind it has done: `end` ends the connection.
 */
export function withHeldBegin(query: Query, end: () => void): Query {
  let at: 'none' | 'held' | 'begun' | 'committed' = 'none';

  async function begin(): Promise<void> {
    try {
      await query('begin');
    } catch (error) {
      end();
      throw error;
    }
  }

  async function commitWith(sending: Promise<QueryResult>[]): Promise<QueryResult> {
    try {
      const [result] = await Promise.all(sending);
      at = 'committed';
      return result as QueryResult;
    } catch (error) {
      at = 'held';
      throw error;
    }
  }

  return async (text, values) => {
    if (text === 'begin') {
      at = 'held';
      return nothing('BEGIN');
    }
    if (text === 'commit' || text === 'rollback') {
      const isAsked = at !== 'held' && at !== 'committed';
      at = 'none';
      return isAsked ? query(text) : nothing(text.toUpperCase());
    }
    if (at === 'committed') throw new Error('a statement comes after the one that committed its transaction');
    if (text.endsWith(committing))
      return commitWith(at === 'held' ? [query(text, values)] : [query(text, values), query('commit')]);
    if (at !== 'held') return query(text, values);
    at = 'begun';
    const [, result] = await Promise.all([begin(), query(text, values)]);
    return result;
  };
}
