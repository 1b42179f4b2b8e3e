import type { CartItem } from '@storefront/cart/contract';
import { formatMoney, type Money } from '@storefront/commerce/money';
import type { Totals } from '@storefront/commerce/totals';
import type { Links } from '../../domain/links.ts';
import { pictureOf } from '../../domain/picture.ts';
import { saleTexts } from '../../sale-texts.ts';
import type { LineView, SumRow, Sums } from './views.ts';

/** `shipping` stands in while none is chosen. */
export function sumsOf(totals: Totals, locale: string, shipping: string | null): Sums {
  const write = (amount: Money) => formatMoney(amount, locale);
  const rows: SumRow[] = [
    { name: 'items', label: saleTexts.subtotal, amount: write(totals.items) },
    { name: 'shipping', label: saleTexts.shipping, amount: shipping ?? write(totals.shipping) },
  ];
  if (totals.discount.amountMinor > 0)
    rows.push({
      name: 'discount',
      label: saleTexts.discount,
      amount: write({ ...totals.discount, amountMinor: -totals.discount.amountMinor }),
    });
  return { rows, total: write(totals.total), taxes: taxesOf(totals, locale) };
}

export const taxesOf = ({ taxes }: Totals, locale: string): string[] =>
  taxes
    .filter(({ tax }) => tax.amountMinor > 0)
    .map(({ rate, tax }) => saleTexts.contains(formatMoney(tax, locale), percent(rate, locale)));

const percent = (basisPoints: number, locale: string): string =>
  new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 2 }).format(basisPoints / 10_000);

/** A line of a cart or of an order: both name what was bought the same way. */
type Line = Pick<CartItem, 'sku' | 'slug' | 'name' | 'options' | 'image' | 'units' | 'unitPrice' | 'totals'>;

export const lineOf = (line: Line, links: Links, locale: string): LineView => ({
  id: `item-${line.sku}`,
  sku: line.sku,
  name: line.name,
  href: links.product(line.slug, line.sku),
  options: Object.values(line.options).join(' · '),
  picture: line.image && pictureOf(line.image),
  unitPrice: formatMoney(line.unitPrice, locale),
  total: formatMoney(line.totals.gross, locale),
  units: line.units,
  warning: null,
});

export function warningOf({ availability, priceChange }: CartItem, locale: string): string | null {
  if (availability === 'sold-out') return saleTexts.soldOutLine;
  if (availability === 'not-offered') return saleTexts.notOfferedLine;
  if (availability === 'short') return saleTexts.shortLine;
  return priceChange && saleTexts.priceNow(formatMoney(priceChange.from, locale), formatMoney(priceChange.to, locale));
}

export const isInTheWay = ({ availability }: CartItem): boolean =>
  availability === 'sold-out' || availability === 'not-offered' || availability === 'short';
