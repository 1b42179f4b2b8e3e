import { sql, type Expression, type ExpressionBuilder, type Kysely, type QueryCreator, type SqlBool } from 'kysely';
import { conflict, ServiceError } from '../errors.ts';
import type { FrozenAnswer } from '../http/frozen.ts';
import type { Part } from '../postgres/parts.ts';
import { isLocked, isUniqueViolation } from '../postgres/sql-errors.ts';
import type { BucketTransaction } from '../postgres/transact.ts';
import type { IdempotencyTable } from './table.ts';

/** What one answer is kept under. `scope` is buyer and route: nobody reads what another was answered. */
export type KeyName = { readonly bucket: number; readonly scope: string; readonly key: string };

/** What a request finds: the key is its own now, after somebody who left it half done or after nobody; or the answer is there. */
export type Claim = { state: 'claimed'; isResumed: boolean } | { state: 'done'; answer: FrozenAnswer };

type Keys = { idempotency: IdempotencyTable };

/** How long a request that has its key may take before another may take it over. */
export const leaseMs = 30_000;
const lease = sql<Date>`now() + interval ${sql.lit(`${leaseMs} milliseconds`)}`;
/** Answers are given again for so long; after that the key is remembered for a month, so that nothing is done twice. */
const answerAge = sql`interval '48 hours'`;

/** Takes a key that nobody has had, as part of another statement: where somebody has, that fails (`isTaken`). */
export const claimingKey =
  <Tables>(name: KeyName, requestHash: Buffer): Part<Tables> =>
  (db) =>
    claiming(keysOf(db), name, requestHash);

const claiming = (keys: QueryCreator<Keys>, name: KeyName, requestHash: Buffer) =>
  keys.insertInto('idempotency').values({ ...name, request_hash: requestHash, status: 'running', locked_until: lease });

export const isTaken = (error: unknown): boolean => isUniqueViolation(error, 'idempotency_pkey');

/**
 * Takes the key within the transaction of what is to be done once. Where another transaction has just taken it, this waits for
 * that one to end, for `lock_timeout` (2 s) at the most. Throws `request-in-progress`, `idempotency-key-reused`, `key-expired`.
 */
export async function claimKey<Tables>(
  tx: BucketTransaction<Tables>,
  name: KeyName,
  requestHash: Buffer,
): Promise<Claim> {
  const keys = keysOf(tx);
  const insert = claiming(keys, name, requestHash).onConflict((taken) => taken.doNothing());
  const { numInsertedOrUpdatedRows } = await insert.executeTakeFirstOrThrow().catch(refuseLocked);
  if (numInsertedOrUpdatedRows === 1n) return { state: 'claimed', isResumed: false };
  const found = await keys
    .selectFrom('idempotency')
    .select(['request_hash', 'status', 'response_status', 'response_headers', 'response_body'])
    .select(sql<boolean>`created_at < now() - ${answerAge}`.as('is_old'))
    .select(sql<boolean>`locked_until < now()`.as('is_free'))
    .where(named(name))
    .forUpdate()
    .executeTakeFirstOrThrow()
    .catch(refuseLocked);
  if (found.status === 'expired' || found.is_old) throw expired();
  if (!found.request_hash.equals(requestHash)) throw reused();
  if (found.status === 'done') return { state: 'done', answer: answerOf(found) };
  if (!found.is_free) throw inProgress();
  await keys.updateTable('idempotency').set({ locked_until: lease }).where(named(name)).execute();
  return { state: 'claimed', isResumed: true };
}

/** Keeps the answer; gives back the one that is kept already, if somebody was faster. */
export async function keepAnswer<Tables>(
  tx: BucketTransaction<Tables>,
  name: KeyName,
  answer: FrozenAnswer,
): Promise<FrozenAnswer> {
  const { numUpdatedRows } = await keeping(keysOf(tx), name, answer).executeTakeFirstOrThrow();
  if (numUpdatedRows === 1n) return answer;
  return answerOf(await keysOf(tx).selectFrom('idempotency').selectAll().where(named(name)).executeTakeFirstOrThrow());
}

/** The same as part of another statement; it returns a row unless somebody was faster. */
export const keepingAnswer =
  <Tables>(name: KeyName, answer: FrozenAnswer): Part<Tables> =>
  (db) =>
    keeping(keysOf(db), name, answer).returning('key');

function keeping(keys: QueryCreator<Keys>, name: KeyName, { status, headers, text }: FrozenAnswer) {
  const response = { response_status: status, response_headers: headers, response_body: text };
  return keys
    .updateTable('idempotency')
    .set({ status: 'done', locked_until: null, ...response })
    .where(named(name))
    .where('status', '=', 'running');
}

/** Lets the next request with the key go on at once. */
export async function releaseKey<Tables>(tx: BucketTransaction<Tables>, name: KeyName): Promise<void> {
  const running = keysOf(tx).updateTable('idempotency').where(named(name)).where('status', '=', 'running');
  await running.set({ locked_until: sql<Date>`now()` }).execute();
}

/** Whether somebody has the key and is not done with it. */
export async function isRunning<Tables>(db: Kysely<Tables>, name: KeyName): Promise<boolean> {
  const running = keysOf(db).selectFrom('idempotency').select('key').where(named(name)).where('status', '=', 'running');
  return (await running.where('locked_until', '>=', sql<Date>`now()`).executeTakeFirst()) !== undefined;
}

/** Whatever other tables there are. */
function keysOf<Tables>(db: Kysely<Tables> | QueryCreator<Tables>): QueryCreator<Keys> {
  return db as unknown as QueryCreator<Keys>;
}

function named({ bucket, scope, key }: KeyName) {
  return (eb: ExpressionBuilder<Keys, 'idempotency'>): Expression<SqlBool> => eb.and({ bucket, scope, key });
}

function answerOf(
  row: Pick<IdempotencyTable, 'response_status' | 'response_body'> & {
    response_headers: FrozenAnswer['headers'] | null;
  },
): FrozenAnswer {
  return { status: row.response_status ?? 0, headers: row.response_headers ?? {}, text: row.response_body ?? '' };
}

export function refuseLocked(error: unknown): never {
  throw isLocked(error) ? inProgress() : error;
}

export function inProgress(): ServiceError {
  const message = 'A request with this Idempotency-Key is being answered: repeat it in a moment.';
  return new ServiceError('conflict', 'request-in-progress', message, { retryAfter: 1 });
}

function reused(): ServiceError {
  const message = 'This Idempotency-Key belongs to another request: choose a new one for a new request.';
  return new ServiceError('conflict', 'idempotency-key-reused', message, { status: 422 });
}

function expired(): ServiceError {
  return conflict('key-expired', 'This Idempotency-Key is too old: what it stood for was answered long ago.');
}
