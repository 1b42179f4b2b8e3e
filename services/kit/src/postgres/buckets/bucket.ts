import { hash } from 'node:crypto';

/** Virtual shards. Their number is fixed for ever: it is in the ids. */
export const bucketCount = 4096;

/** The bucket of a key, such as a buyer's id: the first 12 bits of its SHA-256, 0…4095. */
export function bucketOf(key: string): number {
  return hash('sha256', key, 'buffer').readUInt16BE(0) >> 4;
}
