export { createIdempotencyTable, type IdempotencyTable } from './table.ts';
