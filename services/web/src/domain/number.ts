const counts = new Map<string, Intl.NumberFormat>();
const signs = new Map<string, string>();

/** A whole number as a person of that locale writes it: `10,000`. Formats are kept: making one costs more than a page. */
export function formatCount(count: number, locale: string): string {
  let format = counts.get(locale);
  if (!format) counts.set(locale, (format = new Intl.NumberFormat(locale)));
  return format.format(count);
}

/** The sign the currency has in that locale: `€`. */
export function signOf(currency: string, locale: string): string {
  const key = `${locale} ${currency}`;
  let sign = signs.get(key);
  if (sign === undefined) {
    const parts = new Intl.NumberFormat(locale, { style: 'currency', currency }).formatToParts(0);
    sign = parts.find(({ type }) => type === 'currency')?.value ?? currency;
    signs.set(key, sign);
  }
  return sign;
}
