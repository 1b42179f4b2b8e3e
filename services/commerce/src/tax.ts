import { z } from 'zod';

export const TaxCategory = z
  .enum(['standard', 'reduced', 'zero'])
  .meta({ id: 'TaxCategory', description: 'Which of a country’s rates a product has' });
export type TaxCategory = z.infer<typeof TaxCategory>;

/** Basis points: 1900 is 19 %. */
export type TaxRate = number;

/**
 * Value added tax by country of delivery, in basis points: the standard rate and the lower of the reduced rates (Directive
 * 2006/112/EC, articles 97 and 98: at least 15 % and 5 %); Denmark has none. Source: the European Commission's Taxes in Europe
 * Database (TEDB), as of 2026-09-29; Switzerland: Federal Tax Administration; United Kingdom: HMRC, VAT notice 700. Regions
 * with rates of their own (Madeira, the Canary Islands, Åland) have no country code of their own and are not told apart.
 */
const rates: Readonly<Record<string, Readonly<Record<'standard' | 'reduced', TaxRate>>>> = {
  AT: { standard: 2000, reduced: 1000 },
  BE: { standard: 2100, reduced: 600 },
  BG: { standard: 2000, reduced: 900 },
  CH: { standard: 810, reduced: 260 },
  CY: { standard: 1900, reduced: 500 },
  CZ: { standard: 2100, reduced: 1200 },
  DE: { standard: 1900, reduced: 700 },
  DK: { standard: 2500, reduced: 2500 },
  EE: { standard: 2400, reduced: 900 },
  ES: { standard: 2100, reduced: 1000 },
  FI: { standard: 2550, reduced: 1000 },
  FR: { standard: 2000, reduced: 550 },
  GB: { standard: 2000, reduced: 500 },
  GR: { standard: 2400, reduced: 600 },
  HR: { standard: 2500, reduced: 500 },
  HU: { standard: 2700, reduced: 500 },
  IE: { standard: 2300, reduced: 900 },
  IT: { standard: 2200, reduced: 500 },
  LT: { standard: 2100, reduced: 500 },
  LU: { standard: 1700, reduced: 800 },
  LV: { standard: 2100, reduced: 500 },
  MT: { standard: 1800, reduced: 500 },
  NL: { standard: 2100, reduced: 900 },
  PL: { standard: 2300, reduced: 500 },
  PT: { standard: 2300, reduced: 600 },
  RO: { standard: 2100, reduced: 1100 },
  SE: { standard: 2500, reduced: 600 },
  SI: { standard: 2200, reduced: 500 },
  SK: { standard: 2300, reduced: 500 },
};

/** Zero where a country is not listed: what is exported bears no tax of ours, its customers owe it where they live. */
export function taxRateOf(country: string, category: TaxCategory): TaxRate {
  return category === 'zero' ? 0 : (rates[country]?.[category] ?? 0);
}
