import { ServiceError } from '@storefront/kit/errors';
import {
  MongoBulkWriteError,
  MongoDriverError,
  MongoError,
  MongoNetworkError,
  MongoServerError,
  MongoServerSelectionError,
} from 'mongodb';
import { storeUnavailable } from '../domain/errors.ts';

/** Codes of a server that is going, coming or not the primary. */
const away = new Set<unknown>([6, 7, 89, 91, 189, 9001, 10107, 11600, 11602, 13435, 13436]);
/** How FerretDB reports, as an internal error, that its PostgreSQL is not there. */
const behindIsAway =
  /failed to connect|connection refused|shutting down|starting up|57P0[123]|unexpected EOF|conn closed/i;

/** Two who wrote many documents met; PostgreSQL gave up one of them, and nothing of it was done. */
const gaveWay = /deadlock detected|could not serialize access/i;

/** The store, with 503 from every method while its server is away; all other errors pass. */
export function guarded<Store extends object>(store: Store): Store {
  return new Proxy(store, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      return typeof member === 'function' ? guardedMethod(member.bind(target)) : member;
    },
  });
}

/** The error as a client may see it. */
export function asServiceError(error: unknown): unknown {
  if (error instanceof ServiceError || !(error instanceof Error)) return error;
  return isAway(error) ? storeUnavailable(error) : error;
}

/** For an insert that may find its id taken: false then, and any other error is thrown. */
export function falseIfDuplicate(error: unknown): false {
  if (error instanceof MongoServerError && error.code === 11000) return false;
  throw error;
}

/** Places in the batch of what had its key taken; any other failure of the batch is thrown. */
export function duplicates(error: unknown): number[] {
  if (!(error instanceof MongoBulkWriteError)) throw error;
  const errors = [error.writeErrors].flat();
  if (errors.length === 0 || errors.some(({ code }) => code !== 11000)) throw error;
  return errors.map(({ index }) => index);
}

function guardedMethod(work: (...args: unknown[]) => unknown) {
  return (...args: unknown[]): unknown => {
    const result = work(...args);
    if (!(result instanceof Promise)) return result;
    return result.catch((error: unknown) => {
      throw asServiceError(error);
    });
  };
}

/** The driver lets errors of a socket that breaks while it writes through as they are. */
const broken = new Set<unknown>(['EPIPE', 'ECONNRESET', 'ECONNREFUSED', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH']);

function isAway(error: Error): boolean {
  if (!(error instanceof MongoError)) return 'code' in error && broken.has(error.code);
  if (error instanceof MongoNetworkError || error instanceof MongoServerSelectionError) return true;
  if (error instanceof MongoServerError)
    return away.has(error.code) || behindIsAway.test(error.message) || gaveWay.test(error.message);
  return error instanceof MongoDriverError && /Timeout|PoolClear|TopologyClosed|NotConnected/.test(error.name);
}
