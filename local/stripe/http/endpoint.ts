import type { Account, Kind, StripeKinds } from '../account.ts';
import { refuse, type StripeError } from '../api/errors.ts';
import type { Form } from '../api/form.ts';
import type { RouteName } from '../../simulator/http/router.ts';
import type { Caller } from '../payments/confirm.ts';

export type StripeRequest = { account: Account; params: Record<string, string>; form: Form; caller: Caller };

/**
 * One route. It gives the object to show; a refusal that is returned keeps what was written, one that is thrown does not.
 */
export type Endpoint = {
  /** Browsers may call it too, with the publishable key. */
  isForBrowsers?: boolean;
  handle: (request: StripeRequest) => object;
};

export type Endpoints = Record<RouteName, Endpoint>;

/** An intent that the caller may see: a browser needs its client secret. */
export function getIntent<K extends 'payment_intent' | 'setup_intent'>(
  { account, params, form, caller }: StripeRequest,
  kind: K,
): StripeKinds[K] {
  const id = params['id'] ?? '';
  const stored = account.get(kind, id, 'intent');
  if (caller === 'publishable' && form['client_secret'] !== stored.shown.client_secret)
    throw refuse.missing(kind, id, 'client_secret');
  return stored;
}

/** The refusal, or the object as it is now. */
export const orShown = <K extends Kind>(
  { account, params }: StripeRequest,
  kind: K,
  refusal: StripeError | undefined,
  id: string = params['id'] ?? '',
): object => refusal ?? account.get(kind, id).shown;
