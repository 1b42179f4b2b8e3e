import type { Money } from '@storefront/commerce/money';

/** Shops do not convert prices by the day's rate; these keep a price list stable. */
const rates = { EUR: 1, USD: 1.12, GBP: 0.87 } as const;
export type Currency = keyof typeof rates;

/** The price in every currency, each at a point people are used to there. */
export function priceList(euros: number): Money[] {
  return Object.entries(rates).map(([currency, rate]) => ({
    amountMinor: pricePoint(euros * rate, currency as Currency),
    currency,
  }));
}

/** 12.90 or 12.99 among the small, whole numbers in the middle, 149 or 365 among the large. */
function pricePoint(amount: number, currency: Currency): number {
  if (amount < 30) return Math.floor(amount) * 100 + (currency === 'EUR' ? 90 : currency === 'USD' ? 99 : 95);
  if (amount < 100) return Math.round(amount) * 100;
  const step = amount < 300 ? 5 : 10;
  const rounded = Math.round(amount / step) * step;
  return (rounded % 50 === 0 ? rounded - 1 : rounded) * 100;
}
