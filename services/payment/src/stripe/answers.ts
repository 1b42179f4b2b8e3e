import type { Log } from '@storefront/kit/log';
import Stripe from 'stripe';
import type { Answer } from '../domain/provider.ts';
import { refusalOf, toIntent } from './shapes.ts';

type ApiError = InstanceType<typeof Stripe.errors.StripeError>;

export function isApiError(error: unknown): error is ApiError {
  return error instanceof Stripe.errors.StripeError;
}

export function isReplay(headers: Readonly<Record<string, string>> | undefined): boolean {
  return headers?.['idempotent-replayed'] === 'true';
}

/** What an error says of what was done; anything but an error of Stripe's is thrown on. */
export function answerOf(error: unknown): Exclude<Answer, { kind: 'done' }> {
  if (!isApiError(error)) throw error;
  const { statusCode: status, headers } = error;
  if (status === undefined) return { kind: 'unknown' };
  if (status >= 500) return { kind: 'failed', isReplay: isReplay(headers) };
  if (isBadMoment(error, status)) return { kind: 'again' };
  const intent = error.payment_intent && toIntent(error.payment_intent);
  return {
    kind: 'refused',
    refusal: refusalOf(shown(error)),
    truth: intent ? { intent } : {},
    isReplay: isReplay(headers),
  };
}

/** 409: the key is in use. 429: too many, or the object is locked. 401 and 403: our own key is wrong, which a person mends. */
function isBadMoment(error: ApiError, status: number): boolean {
  if ([401, 403, 409, 429].includes(status)) return true;
  return error.rawType === 'idempotency_error' || error.code === 'lock_timeout';
}

function shown({ rawType, code, decline_code: decline, message }: ApiError) {
  return {
    ...(rawType ? { type: rawType } : {}),
    ...(code ? { code } : {}),
    ...(decline ? { decline_code: decline } : {}),
    message,
  };
}

/** Its headers and raw text hold more than a log may: only these. */
export function logged(error: unknown): Record<string, unknown> {
  if (!isApiError(error)) return { error };
  const { type, code, statusCode, requestId } = error;
  return { stripe: { type, code, status: statusCode, requestId } };
}

/** A card that is declined is business as usual. */
export function logFailure(log: Log, operation: string, error: unknown): void {
  if (isApiError(error) && error.statusCode === 402) return;
  log.warn({ ...logged(error), operation }, 'Stripe did not do as asked');
}
