import type { Cart } from '@storefront/cart/contract';
import { formatMoney, type Money } from '@storefront/commerce/money';
import { taxRateOf } from '@storefront/commerce/tax';
import { lineTotals, totalsOf, type Totals } from '@storefront/commerce/totals';
import type { PaymentSettings } from '@storefront/payment/contract';
import type { ShippingRate } from '@storefront/shipping/contract';
import { linksIn } from '../../domain/links.ts';
import { checkoutFields, rateValue, readRate, type Problems, type Typed } from '../../domain/sale/checkout-form.ts';
import { places } from '../../domain/sale/places.ts';
import type { Site } from '../../domain/site.ts';
import { saleTexts } from '../../sale-texts.ts';
import { isInTheWay, lineOf, sumsOf, taxesOf, warningOf } from './amounts.ts';
import { cardOf } from './card.ts';
import { fieldsOf } from './fields.ts';
import { headOf } from './head.ts';
import type { CheckoutPage, Notice, RateView } from './views.ts';

export type CheckoutNews = { kind: keyof typeof saleTexts.news } | { kind: 'price-changed'; from: Money };

export type CheckoutState = {
  cart: Cart;
  typed: Typed;
  problems: Problems;
  news: CheckoutNews | null;
  /** Answers that name SKUs which cannot be had. */
  soldOut: string[];
  rates: ShippingRate[] | 'not-asked' | 'away';
  card: PaymentSettings | null;
  key: string;
};

export function checkoutPage(state: CheckoutState, site: Site): CheckoutPage {
  const { cart, typed, problems, key } = state;
  const rates = Array.isArray(state.rates) ? state.rates : [];
  const chosen = chosenOf(rates, typed.rate);
  const totals = totalsWith(cart, chosen);
  const total = formatMoney(totals.total, site.locale);
  const { locale } = site;
  const shipping = chosen ? null : saleTexts.shippingOpen;
  return {
    kind: 'checkout',
    head: headOf(saleTexts.checkoutTitle, site),
    currency: cart.currency,
    problems: problemList(problems),
    notice: noticeOf(state, total, locale),
    hidden: [
      { name: 'key', value: key },
      { name: 'cart', value: cart.cartId },
      { name: 'cartVersion', value: String(cart.version) },
      { name: 'items', value: String(cart.totals.total.amountMinor) },
      { name: 'currency', value: cart.currency },
    ],
    ...fieldsOf(typed, problems, site),
    shipping: {
      rates: rates.map((rate, index) => rateView({ cart, rate, isChosen: rate === chosen, index }, locale)),
      text: shippingText(state.rates),
      problem: problems.rate ? saleTexts.missing.rate : null,
    },
    card: state.card && cardOf(state.card, totals.total, locale),
    lines: linesOf(state, site),
    sums: sumsOf(totals, locale, shipping),
    submit: state.news?.kind === 'price-changed' ? saleTexts.acceptAndPlace(total) : saleTexts.placeOrder(total),
    back: places.cart,
  };
}

/** The service that was chosen before, whatever it costs now; else the cheapest. */
function chosenOf(rates: readonly ShippingRate[], typed: string): ShippingRate | undefined {
  const wanted = readRate(typed)?.service;
  const cheapest = rates.toSorted((a, b) => a.price.amountMinor - b.price.amountMinor)[0];
  return rates.find((rate) => serviceOf(rate) === wanted) ?? cheapest;
}

const serviceOf = ({ carrier, service }: ShippingRate): string => `${carrier}/${service}`;

/** Shipping has the standard rate of the country that it goes to. */
function totalsWith(cart: Cart, rate: ShippingRate | undefined): Totals {
  const shipping =
    rate && lineTotals({ unitPrice: rate.price, units: 1, taxRate: taxRateOf(cart.country, 'standard') });
  return totalsOf(
    cart.items.map(({ totals }) => totals),
    shipping,
    cart.currency,
  );
}

type Offered = { cart: Cart; rate: ShippingRate; isChosen: boolean; index: number };

function rateView({ cart, rate, isChosen, index }: Offered, locale: string): RateView {
  const totals = totalsWith(cart, rate);
  return {
    id: `rate-${index + 1}`,
    value: rateValue({ priceMinor: rate.price.amountMinor, service: serviceOf(rate), quote: rate.quote }),
    name: rate.name,
    days: rate.days === null ? null : saleTexts.days(rate.days),
    price: formatMoney(rate.price, locale),
    total: formatMoney(totals.total, locale),
    tax: taxesOf(totals, locale).join('\n'),
    totalMinor: totals.total.amountMinor,
    isChosen,
  };
}

function shippingText(rates: CheckoutState['rates']): string | null {
  if (rates === 'not-asked') return saleTexts.ratesFirst;
  if (rates === 'away') return saleTexts.ratesAway;
  return rates.length === 0 ? saleTexts.noRates : null;
}

/** In the order of the page, so that the first link leads to the first field. */
function problemList(problems: Problems): CheckoutPage['problems'] {
  return [...checkoutFields, 'rate' as const].flatMap((field) => {
    const problem = problems[field];
    return problem ? [{ field: field === 'rate' ? 'shipping' : field, text: saleTexts[problem][field] }] : [];
  });
}

function noticeOf({ news, cart }: CheckoutState, total: string, locale: string): Notice | null {
  if (news?.kind === 'price-changed')
    return {
      tone: 'bad',
      title: saleTexts.priceChangedTitle,
      text: saleTexts.priceChangedText(formatMoney(news.from, locale), total),
    };
  if (news) return { tone: 'bad', ...saleTexts.news[news.kind] };
  if (cart.items.some(isInTheWay)) return { tone: 'bad', ...saleTexts.news['sold-out'] };
  const isDearer = cart.items.some(({ priceChange }) => priceChange);
  return isDearer ? { tone: 'plain', ...saleTexts.cartProblems.prices } : null;
}

function linesOf({ cart, soldOut }: CheckoutState, site: Site): CheckoutPage['lines'] {
  const links = linksIn(cart.currency, site.currencies);
  const isNamed = (sku: string) => soldOut.some((said) => new RegExp(`(?<![a-z0-9-])${sku}(?![a-z0-9-])`).test(said));
  return cart.items.map((item) => {
    const isGone = isInTheWay(item) || isNamed(item.sku);
    const warning = warningOf(item, site.locale) ?? (isGone ? saleTexts.soldOutLine : null);
    return { ...lineOf(item, links, site.locale), warning, isGone };
  });
}
