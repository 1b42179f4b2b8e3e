/** A service of the simulated carrier: hundredths of a dollar, before and per ounce, and days on the way. */
export type Service = { service: string; base: number; perOunce: number; days: number; abroad: boolean };

/** Invented prices under the names of real services, so that shops map them as they would. */
const services: readonly Service[] = [
  { service: 'GroundAdvantage', base: 395, perOunce: 6, days: 4, abroad: false },
  { service: 'Priority', base: 745, perOunce: 9, days: 2, abroad: false },
  { service: 'Express', base: 2640, perOunce: 14, days: 1, abroad: false },
  { service: 'FirstClassPackageInternationalService', base: 1540, perOunce: 22, days: 12, abroad: true },
  { service: 'PriorityMailInternational', base: 4120, perOunce: 31, days: 8, abroad: true },
];

export const carrierName = 'USPS';
export const ownCurrency = 'USD';

/** What a dollar is in the other currencies that rates are shown in: invented, and the same for ever. */
const exchange: Readonly<Record<string, number>> = { USD: 1, EUR: 1, GBP: 1, CHF: 1, CAD: 1, SEK: 10, DKK: 7 };

/** Rates are shown in the currency that is asked for where the carrier has it. */
export const currencyFor = (asked: unknown): string =>
  typeof asked === 'string' && asked in exchange ? asked : ownCurrency;

/** The heaviest parcel it takes: 70 pounds. */
export const heaviestOunces = 1120;

export type Quote = { service: string; amount: number; days: number };

export type Terms = {
  isAbroad: boolean;
  currency: string;
  /** By how much prices have changed since. */ percent: number;
};

/** Amounts are hundredths of the currency. */
export function quotesFor(ounces: number, { isAbroad, currency, percent }: Terms): Quote[] {
  if (ounces > heaviestOunces) return [];
  const factor = (exchange[currency] ?? 1) * (1 + percent / 100);
  return services
    .filter(({ abroad }) => abroad === isAbroad)
    .map(({ service, base, perOunce, days }) => ({
      service,
      amount: Math.round((base + perOunce * Math.ceil(ounces)) * factor),
      days,
    }));
}

/** Hundredths as the API writes them: 745 → `7.45`. */
export const asDecimal = (amount: number): string => (amount / 100).toFixed(2);
