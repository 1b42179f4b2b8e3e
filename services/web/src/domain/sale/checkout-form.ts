import { Address } from '@storefront/commerce/address';
import { z } from 'zod';

export const addressFields = [
  'name',
  'company',
  'line1',
  'line2',
  'postcode',
  'city',
  'region',
  'country',
  'phone',
] as const;
export const checkoutFields = ['email', ...addressFields] as const;
export type CheckoutField = (typeof checkoutFields)[number];

/** What the form says, as typed: shown again whatever is wrong with it. */
export type Typed = Record<CheckoutField, string> & {
  /** The chosen shipping, as `rateValue` writes it. */
  rate: string;
  paymentMethod: string;
};

/** What the page showed when it was filled in; the shop must not sell for anything else. */
export type Shown = { key: string; cartId: string; cartVersion: number; itemsMinor: number; currency: string };

export type FieldProblem = 'missing' | 'malformed';
export type Problems = Partial<Record<CheckoutField | 'rate', FieldProblem>>;

const Email = z.email().max(254);
const idShape = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const keyShape = /^[\w-]{16,64}$/;
const methodShape = /^(pm|ctoken)_[A-Za-z0-9_]{1,100}$/;

export function readTyped(form: URLSearchParams): Typed {
  const text = (name: string) => (form.get(name) ?? '').trim().slice(0, 300);
  const fields = Object.fromEntries(checkoutFields.map((name) => [name, text(name)])) as Record<CheckoutField, string>;
  const paymentMethod = text('paymentMethod');
  return {
    ...fields,
    rate: (form.get('rate') ?? '').slice(0, 2400),
    paymentMethod: methodShape.test(paymentMethod) ? paymentMethod : '',
  };
}

export const nothingTyped = (country: string): Typed => ({ ...readTyped(new URLSearchParams()), country });

/** Undefined when somebody wrote the hidden fields anew: the page is then shown again as it is now. */
export function readShown(form: URLSearchParams): Shown | undefined {
  const key = keyOf(form);
  const cartId = cartIdOf(form);
  const currency = form.get('currency') ?? '';
  const cartVersion = Number(form.get('cartVersion'));
  const itemsMinor = Number(form.get('items') ?? Number.NaN);
  const isWhole = Number.isSafeInteger(cartVersion) && Number.isSafeInteger(itemsMinor);
  const isSound = isWhole && cartVersion > 0 && itemsMinor >= 0 && /^[A-Z]{3}$/.test(currency);
  return isSound && key && cartId ? { key, cartId, currency, cartVersion, itemsMinor } : undefined;
}

export const keyOf = (form: URLSearchParams): string | undefined => {
  const key = form.get('key') ?? '';
  return keyShape.test(key) ? key : undefined;
};

/** The cart that the form is about: it may have been ordered since, and its cookie be gone. */
export const cartIdOf = (form: URLSearchParams): string | undefined => {
  const id = form.get('cart') ?? '';
  return idShape.test(id) ? id : undefined;
};

export type ChosenRate = { priceMinor: number; service: string; quote: string };

/** A radio's value: price in the smallest unit, service, quote. The price is what was shown; the quote proves what it is. */
export const rateValue = ({ priceMinor, service, quote }: ChosenRate): string =>
  `${priceMinor}:${encodeURIComponent(service)}:${quote}`;

export function readRate(value: string): ChosenRate | undefined {
  const [, price = '', service = '', quote = ''] = /^(\d{1,13}):([\w%.!~*'()-]{1,300}):(.+)$/s.exec(value) ?? [];
  return quote ? { priceMinor: Number(price), service: decoded(service), quote } : undefined;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The address as the API takes it, and what is wrong with it, field by field. */
export function checkTyped(
  typed: Typed,
  countries: readonly string[],
): { address: Address | null; problems: Problems } {
  const given = Object.fromEntries(addressFields.map((name) => [name, typed[name]]).filter(([, text]) => text !== ''));
  const parsed = Address.safeParse(given);
  const wrong = (parsed.error?.issues ?? []).map(({ path }) => path[0] as CheckoutField);
  if (!Email.safeParse(typed.email).success) wrong.push('email');
  if (!countries.includes(typed.country)) wrong.push('country');
  const problems: Problems = Object.fromEntries(
    wrong.map((name) => [name, typed[name] === '' ? 'missing' : 'malformed'] as const),
  );
  if (!readRate(typed.rate)) problems.rate = 'missing';
  return { address: parsed.data ?? null, problems };
}

/** Fields that the API refused: `address.postcode` is ours as `postcode`. */
export function problemsOf(fields: readonly { field: string }[]): Problems {
  const names = fields.map(({ field }) => field.replace(/^address\./, ''));
  const known = names.filter((name): name is CheckoutField => (checkoutFields as readonly string[]).includes(name));
  return Object.fromEntries(known.map((name) => [name, 'malformed'])) as Problems;
}
