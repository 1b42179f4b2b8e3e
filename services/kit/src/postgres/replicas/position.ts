import { z } from 'zod';
import { readCursor, signCursor } from '../../cursor.ts';

/** How far a shard's write-ahead log had come: a replica that has replayed it has seen all that was committed before. */
export type Position = { readonly shard: string; readonly lsn: string };

const Position = z.strictObject({ shard: z.string(), lsn: z.string().regex(/^[0-9A-F]{1,8}\/[0-9A-F]{1,8}$/) });
const scope = 'position';

/** A position as text for a client to bring back (`/cursor`'s signature: without one, anybody could make replicas wait). */
export function signPosition(key: Buffer, position: Position): string {
  return signCursor(key, position, scope);
}

/** The position in a text of signPosition; undefined for any other: whoever brings none reads what a replica has. */
export function readPosition(key: Buffer, text: string): Position | undefined {
  try {
    return readCursor(key, text, scope, Position);
  } catch {
    return undefined;
  }
}

/** `16/B374D848` as a number to compare by. */
export function lsnOf(text: string): bigint {
  const [high = '', low = ''] = text.split('/');
  return (BigInt(`0x${high}`) << 32n) | BigInt(`0x${low}`);
}
