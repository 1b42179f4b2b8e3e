import type { QueryResult } from 'pg';

/** A query of one connection. */
export type Query = (text: string, values?: readonly unknown[]) => Promise<QueryResult>;

const nothing = (command: string): QueryResult => ({ command, rowCount: null, oid: 0, fields: [], rows: [] });

/**
 * Holds a BEGIN back until the first statement of its transaction and sends both at once, for a connection that is pipelined: one round
 * trip less for every transaction, and none for one that asks nothing. Where a BEGIN fails, nobody knows what the statement behind it
 * has done: `end` ends the connection.
 */
export function withHeldBegin(query: Query, end: () => void): Query {
  let isHeld = false;

  async function begin(): Promise<void> {
    try {
      await query('begin');
    } catch (error) {
      end();
      throw error;
    }
  }

  return async (text, values) => {
    if (text === 'begin') {
      isHeld = true;
      return nothing('BEGIN');
    }
    if (!isHeld) return query(text, values);
    isHeld = false;
    if (text === 'commit' || text === 'rollback') return nothing(text.toUpperCase());
    const [, result] = await Promise.all([begin(), query(text, values)]);
    return result;
  };
}
