export { bucketCount, bucketOf } from './buckets/bucket.ts';
export type { JsonObject } from './column-types.ts';
export { withParts, type Part } from './parts.ts';
export { readPosition, signPosition, type Position } from './replicas/position.ts';
export type { ReadOptions } from './read.ts';
export { connectShards, type Shard, type Shards, type ShardSettings, type ShardsOptions } from './shards.ts';
export { isLocked, isUniqueViolation, sqlStateOf } from './sql-errors.ts';
export type { BucketTransaction, OwnTransaction } from './transact.ts';
