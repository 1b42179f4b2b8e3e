import { z } from 'zod';

/** Digits after the decimal point where ISO 4217 has another number than two. */
const exponents: Readonly<Record<string, number>> = {
  BHD: 3,
  BIF: 0,
  CLP: 0,
  DJF: 0,
  GNF: 0,
  ISK: 0,
  JOD: 3,
  JPY: 0,
  KMF: 0,
  KRW: 0,
  KWD: 3,
  OMR: 3,
  PYG: 0,
  RWF: 0,
  TND: 3,
  UGX: 0,
  VND: 0,
  VUV: 0,
  XAF: 0,
  XOF: 0,
  XPF: 0,
};

export const Currency = z
  .string()
  .regex(/^[A-Z]{3}$/)
  .meta({ id: 'Currency', description: 'ISO 4217 code, such as EUR', example: 'EUR' });
export type Currency = z.infer<typeof Currency>;

/** An amount in the smallest unit of its currency: 1999 EUR is 19.99 €, 1999 JPY is ¥1999. */
export const Money = z
  .strictObject({ amountMinor: z.int().min(-9e12).max(9e12), currency: Currency })
  .meta({ id: 'Money', description: 'An amount in the smallest unit of its currency' });
export type Money = z.infer<typeof Money>;

export function money(amountMinor: number, currency: string): Money {
  return Money.parse({ amountMinor, currency });
}

/** How many decimal digits the currency has (ISO 4217): 2 for EUR, 0 for JPY, 3 for KWD. */
export function exponentOf(currency: string): number {
  return exponents[currency] ?? 2;
}

/** Both amounts must be of one currency; anything else is a bug of the caller. */
export function add(a: Money, b: Money): Money {
  if (a.currency !== b.currency) throw new RangeError(`cannot add ${b.currency} to ${a.currency}`);
  return money(a.amountMinor + b.amountMinor, a.currency);
}

/** The amount as a decimal string without grouping or symbol: `19.99`. What schema.org and CSV files want. */
export function toDecimal({ amountMinor, currency }: Money): string {
  const exponent = exponentOf(currency);
  const digits = String(Math.abs(amountMinor)).padStart(exponent + 1, '0');
  const whole = exponent === 0 ? digits : `${digits.slice(0, -exponent)}.${digits.slice(-exponent)}`;
  return amountMinor < 0 ? `-${whole}` : whole;
}

const formats = new Map<string, Intl.NumberFormat>();

/** The amount as a person of that locale writes it: `19,99 €`. */
export function formatMoney(amount: Money, locale: string): string {
  const key = `${locale} ${amount.currency}`;
  let format = formats.get(key);
  if (!format) {
    format = new Intl.NumberFormat(locale, { style: 'currency', currency: amount.currency });
    formats.set(key, format);
  }
  return format.format(Number(toDecimal(amount)));
}
