export { createIdempotency, type Idempotency, type Keep, type Phases, type Requester } from './idempotency.ts';
export { pruneKeys, type PruneOptions } from './prune.ts';
export { createIdempotencyTable, type IdempotencyTable } from './table.ts';
