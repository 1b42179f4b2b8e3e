import type { z } from 'zod';
import { ServiceError, unavailable, type FieldError, type Problem } from '../errors.ts';
import { STATUS_CODES } from '../node-http.ts';

export const problemType = 'application/problem+json';

/** What a client is told about an error. Nothing of an unexpected one but that it happened. */
export function problemOf(error: ServiceError, requestId: string): Problem {
  return {
    type: `/problems/${error.code}`,
    title: STATUS_CODES[error.status] ?? 'Error',
    status: error.status,
    detail: error.message,
    code: error.code,
    requestId,
    ...(error.details.fields ? { errors: error.details.fields } : {}),
  };
}

export function headersOf(error: ServiceError): Record<string, string> {
  const { retryAfter, headers } = error.details;
  return {
    ...headers,
    'cache-control': 'no-store',
    'content-type': problemType,
    ...(retryAfter === undefined ? {} : { 'retry-after': String(Math.ceil(retryAfter)) }),
  };
}

/** The error a client is told about: what was thrown, a lost store's as `unavailable`, anything else as a bug. */
export function serviceErrorOf(error: unknown): ServiceError | undefined {
  if (error instanceof ServiceError) return error;
  if (isOutage(error))
    return unavailable('store-unavailable', 'A store of this service is not available now.', { cause: error });
  return undefined;
}

/**
 * Drivers' words for "the server is away, too slow, or takes no writes now" (mongodb 7, ioredis 6), known by name so that no driver is
 * loaded. Redis begins an error with its code: full (OOM), without its disk (MISCONF), without enough replicas (NOREPLICAS).
 */
const outageNames = new Set([
  'MongoServerSelectionError',
  'MongoNetworkError',
  'MongoNetworkTimeoutError',
  'MongoPoolClearedError',
  'MongoPoolClosedError',
  'MongoWaitQueueTimeoutError',
  'MongoOperationTimeoutError',
  'MongoNotConnectedError',
  'MongoTopologyClosedError',
  'MaxRetriesPerRequestError',
]);
const outageMessages = [
  'Command timed out',
  "Stream isn't writeable and enableOfflineQueue options is false",
  'Connection is closed.',
  'LOADING ',
  'READONLY ',
  'OOM ',
  'MISCONF ',
  'NOREPLICAS ',
  'MASTERDOWN ',
  'Socket timeout.',
];

function isOutage(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return outageNames.has(error.name) || outageMessages.some((message) => error.message.startsWith(message));
}

/** zod's issues as fields a client can find: `variants[0].sku`; `whole` names what has no field of its own (`body`). */
export function fieldsOf(issues: readonly z.core.$ZodIssue[], whole: string): FieldError[] {
  return issues.flatMap((issue) => fieldsOfIssue(issue, [], whole));
}

function fieldsOfIssue(issue: z.core.$ZodIssue, parent: readonly PropertyKey[], whole: string): FieldError[] {
  const path = [...parent, ...issue.path];
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({ field: fieldName([...path, key], whole), message: 'is not a known field' }));
    case 'invalid_union': {
      const closest = issue.errors.toSorted((a, b) => depthOf(b) - depthOf(a) || a.length - b.length)[0];
      if (closest && closest.length > 0) return closest.flatMap((inner) => fieldsOfIssue(inner, path, whole));
      return [{ field: fieldName(path, whole), message: issue.message }];
    }
    case 'invalid_key':
      return [{ field: fieldName(path, whole), message: `is not a valid name: ${issue.issues[0]?.message ?? ''}` }];
    default:
      return [{ field: fieldName(path, whole), message: issue.message }];
  }
}

/** The branch of a union that was meant is the one whose trouble lies deepest. */
function depthOf(issues: readonly z.core.$ZodIssue[]): number {
  return Math.max(0, ...issues.map((issue) => issue.path.length));
}

function fieldName(path: readonly PropertyKey[], whole: string): string {
  const name = path
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index === 0 ? '' : '.'}${String(part)}`))
    .join('');
  // The empty name is a name too, in JSON and in a query; a client could not find it.
  return name.slice(0, 200) || whole;
}
