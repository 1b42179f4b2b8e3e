import { readCredential, type Call } from '../../simulator/http/call.ts';
import { apiVersion, type StripeConfig } from '../config.ts';
import type { Caller } from '../payments/confirm.ts';
import { refuse } from './errors.ts';
import { MalformedForm, readForm, type Form, type FormValue } from './form.ts';

/** Who calls, by the key; throws where it is none of this account's. */
export function authenticate(call: Call, { secretKey, publishableKey }: StripeConfig): Caller {
  const key = readCredential(call) ?? call.query.get('key') ?? undefined;
  if (key === secretKey) return 'secret';
  if (key === publishableKey) return 'publishable';
  throw refuse.noKey();
}

export function checkVersion({ headers }: Call): void {
  const version = headers['stripe-version'];
  if (typeof version === 'string' && version !== apiVersion) throw refuse.wrongVersion(version, apiVersion);
}

/** Of one request: it is carried out by them and noted. */
const read = new WeakMap<Call, Form>();

export function readInput(call: Call): Form {
  const known = read.get(call);
  if (known) return known;
  const fields = call.method === 'POST' ? new URLSearchParams(call.body) : call.query;
  try {
    const form = readForm(fields);
    read.set(call, form);
    return form;
  } catch (error) {
    if (error instanceof MalformedForm) throw refuse.malformed(error.message);
    throw error;
  }
}

/** Only what creates or changes something takes a key. */
export function readKey(call: Call): string | undefined {
  const key = call.headers['idempotency-key'];
  return call.method === 'POST' && typeof key === 'string' && key !== '' ? key.slice(0, 255) : undefined;
}

/** Parameters without what must never be written down: of a card's number its end stays, of its code nothing. */
export function withoutSecrets(value: FormValue): FormValue {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(withoutSecrets);
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      typeof inner === 'string' ? hide(name, inner) : withoutSecrets(inner),
    ]),
  );
}

function hide(name: string, value: string): string {
  if (name === 'number') return `…${value.slice(-4)}`;
  if (name === 'cvc') return '…';
  // A number in a field where none belongs.
  return /(?:\d[ -]?){13,19}/.test(value) ? '…' : value;
}
