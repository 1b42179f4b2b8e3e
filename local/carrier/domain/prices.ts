/** A service of the simulated carrier: minor units of its currency, before and per ounce, and days on the way. */
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
export const currency = 'USD';

/** The heaviest parcel it takes: 70 pounds. */
export const heaviestOunces = 1120;

export type Quote = { service: string; amount: number; days: number };

/** `percent`: by how much prices have changed since. */
export function quotesFor(ounces: number, isAbroad: boolean, percent: number): Quote[] {
  if (ounces > heaviestOunces) return [];
  return services
    .filter(({ abroad }) => abroad === isAbroad)
    .map(({ service, base, perOunce, days }) => ({
      service,
      amount: Math.round((base + perOunce * Math.ceil(ounces)) * (1 + percent / 100)),
      days,
    }));
}

/** Minor units as the API writes them: 745 → `7.45`. */
export const asDecimal = (amount: number): string => (amount / 100).toFixed(2);
