import { z } from 'zod';

export const TaxCategory = z
  .enum(['standard', 'reduced', 'zero'])
  .meta({ id: 'TaxCategory', description: 'Which of a country’s rates a product has' });
export type TaxCategory = z.infer<typeof TaxCategory>;

/** Basis points: 1900 is 19 %. */
export type TaxRate = number;

/**
 * Value added tax by country of delivery, in basis points. Source: European Commission, "VAT rates applied in the Member States"
 * (rates as of January 2026); Switzerland: ESTV; United Kingdom: HMRC notice 700. Where a country is not listed, no tax is
 * collected: its customers owe it where they live.
 */
const rates: Readonly<Record<string, Readonly<Record<'standard' | 'reduced', TaxRate>>>> = {
  AT: { standard: 2000, reduced: 1000 },
  BE: { standard: 2100, reduced: 600 },
  CH: { standard: 810, reduced: 260 },
  DE: { standard: 1900, reduced: 700 },
  DK: { standard: 2500, reduced: 2500 },
  ES: { standard: 2100, reduced: 1000 },
  FI: { standard: 2550, reduced: 1350 },
  FR: { standard: 2000, reduced: 550 },
  GB: { standard: 2000, reduced: 500 },
  IE: { standard: 2300, reduced: 1350 },
  IT: { standard: 2200, reduced: 1000 },
  LU: { standard: 1700, reduced: 800 },
  NL: { standard: 2100, reduced: 900 },
  PL: { standard: 2300, reduced: 800 },
  PT: { standard: 2300, reduced: 600 },
  SE: { standard: 2500, reduced: 1200 },
};

export function taxRateOf(country: string, category: TaxCategory): TaxRate {
  return category === 'zero' ? 0 : (rates[country]?.[category] ?? 0);
}
