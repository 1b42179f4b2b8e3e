import { ServiceError, unavailable } from '../errors.ts';

/** The five characters (SQLSTATE) by which the server names an error, also of one that was translated since. */
export function sqlStateOf(error: unknown): string | undefined {
  for (let at: unknown = error; at instanceof Error; at = at.cause)
    if ('code' in at && typeof at.code === 'string' && /^[0-9A-Z]{5}$/.test(at.code)) return at.code;
  return undefined;
}

/** A row with this key is there already; with a name, that of this constraint. */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  if (sqlStateOf(error) !== '23505') return false;
  if (constraint === undefined) return true;
  for (let at: unknown = error; at instanceof Error; at = at.cause)
    if ('constraint' in at && at.constraint === constraint) return true;
  return false;
}

/** Serialization failure and deadlock: the same transaction may succeed when it is run again. */
export const isRepeatable = (error: unknown): boolean => ['40001', '40P01'].includes(sqlStateOf(error) ?? '');

/** A lock that was not given in time (`lock_timeout`). */
export const isLocked = (error: unknown): boolean => sqlStateOf(error) === '55P03';

/**
 * What the driver (pg 8.23) throws when it is not the statement's fault, as `unavailable`: the server is away, full, going
 * down or a read-only replica by now, or it does not answer. Anything else as it is.
 */
export function outageOf(error: unknown): unknown {
  if (!isOutage(error)) return error;
  return unavailable('store-unavailable', 'A store of this service is not available now.', { cause: error });
}

/** Like outageOf, and also what other transactions are to blame for: `store-busy`. */
export function failureOf(error: unknown): unknown {
  if (error instanceof ServiceError) return error;
  const isBusy = isRepeatable(error) || isLocked(error) || sqlStateOf(error) === '57014';
  if (!isBusy) return outageOf(error);
  return unavailable('store-busy', 'A store of this service is too busy now.', { cause: error });
}

const networkCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);
/** 08 connection, 53 resources, 57P shutdown, 25006 read-only, 25P03 idle for too long within a transaction. */
const outageStates = /^(08...|53...|57P..|25006|25P03)$/;
const outageMessages =
  /^(Connection (terminated|ended)|timeout e|Query read timeout|Client (was closed|has encountered)|Cannot use a pool after|Postgres connection has been discarded)/;

function isOutage(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return networkCodes.has(code) || outageStates.test(code) || outageMessages.test(error.message);
}

/** After these the connection is of no use any more: nothing came back, or it leads to a server that may not write. */
export function endsConnection(error: unknown): boolean {
  return error instanceof Error && (error.message === 'Query read timeout' || sqlStateOf(error) === '25006');
}

/** Whether it is one of those that outageOf and failureOf make. */
export function isStoreFailure(error: unknown): boolean {
  return error instanceof ServiceError && error.kind === 'unavailable' && error.code.startsWith('store-');
}
