import { z } from 'zod';

/** What a caller can do about an error; each kind has one HTTP status. */
export type ErrorKind =
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'not-found'
  | 'conflict'
  | 'unavailable'
  | 'too-many';

/** One offending part of a request: `variants[0].sku`, `limit`, `If-Match`. */
export type FieldError = { field: string; message: string };

export type ErrorDetails = {
  fields?: FieldError[];
  /** Seconds after which trying again makes sense; sent as `Retry-After`. */
  retryAfter?: number;
  /** Where one kind has several statuses (405, 412, 413, 415, 428). */
  status?: number;
  headers?: Record<string, string>;
};

const statuses: Record<ErrorKind, number> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  'not-found': 404,
  conflict: 409,
  unavailable: 503,
  'too-many': 429,
};

/** An outcome a client is told about. Anything else that is thrown is a bug and answered as 500 without its message. */
export class ServiceError extends Error {
  readonly kind: ErrorKind;
  /** Kebab-case slug for the client's code: `order-already-paid`. */
  readonly code: string;
  readonly details: ErrorDetails;

  constructor(
    kind: ErrorKind,
    code: string,
    message: string,
    { cause, ...details }: ErrorDetails & { cause?: unknown } = {},
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'ServiceError';
    this.kind = kind;
    this.code = code;
    this.details = details;
  }

  get status(): number {
    return this.details.status ?? statuses[this.kind];
  }
}

export function invalid(code: string, message: string, fields?: FieldError[]): ServiceError {
  return new ServiceError('invalid', code, message, fields ? { fields } : {});
}

export function unauthenticated(message: string, code = 'unauthenticated'): ServiceError {
  return new ServiceError('unauthenticated', code, message, { headers: { 'www-authenticate': 'Bearer' } });
}

export function forbidden(message: string, code = 'forbidden'): ServiceError {
  return new ServiceError('forbidden', code, message);
}

/** `notFound('product', id)` reads "There is no product …". */
export function notFound(what: string, id: string): ServiceError {
  return new ServiceError('not-found', `${what}-not-found`, `There is no ${what} "${id.slice(0, 200)}".`);
}

export function conflict(code: string, message: string, fields?: FieldError[]): ServiceError {
  return new ServiceError('conflict', code, message, fields ? { fields } : {});
}

/** 412: somebody else changed it since the client read the version it names in `If-Match`. */
export function versionMismatch(what: string, current: number | string): ServiceError {
  return new ServiceError('conflict', 'version-mismatch', `This ${what} has changed: read it again and repeat.`, {
    status: 412,
    headers: { etag: `"${current}"` },
  });
}

/** `retryAfter` in seconds; one unless given. */
export function unavailable(
  code: string,
  message: string,
  { retryAfter = 1, cause }: { retryAfter?: number; cause?: unknown } = {},
): ServiceError {
  return new ServiceError('unavailable', code, message, { retryAfter, cause });
}

export function tooMany(message: string, { retryAfter = 1 }: { retryAfter?: number } = {}): ServiceError {
  return new ServiceError('too-many', 'too-many-requests', message, { retryAfter });
}

/** RFC 9457, sent as `application/problem+json`. `type` is `/problems/<code>`. */
export const Problem = z
  .strictObject({
    type: z.string().meta({ example: '/problems/product-not-found' }),
    title: z.string().meta({ example: 'Not Found' }),
    status: z.int().min(400).max(599).meta({ example: 404 }),
    detail: z.string().meta({ description: 'One sentence for a person' }),
    code: z.string().meta({ description: 'Kebab-case slug for programs', example: 'product-not-found' }),
    requestId: z.string().meta({ description: 'Quote it when asking for help; logs carry it' }),
    errors: z
      .array(z.strictObject({ field: z.string().meta({ example: 'variants[0].sku' }), message: z.string() }))
      .exactOptional()
      .meta({ description: 'The parts of the request that are wrong' }),
  })
  .meta({ id: 'Problem', description: 'What went wrong (RFC 9457)' });
export type Problem = z.infer<typeof Problem>;
