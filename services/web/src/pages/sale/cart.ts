import { maxUnits, type Cart, type CartItem } from '@storefront/cart/contract';
import { formatMoney } from '@storefront/commerce/money';
import { linksIn } from '../../domain/links.ts';
import { places } from '../../domain/sale/places.ts';
import type { Site } from '../../domain/site.ts';
import { saleTexts } from '../../sale-texts.ts';
import { isInTheWay, lineOf, sumsOf, warningOf } from './amounts.ts';
import { headOf } from './head.ts';
import type { CartLine, CartPage, LineView, Notice } from './views.ts';

/** What the address says has just happened: a SKU that was added, a word for what went wrong. */
export type CartSaid = { added: string | null; problem: string | null };

export function cartPage(cart: Cart, said: CartSaid, site: Site): CartPage {
  if (cart.items.length === 0) return { ...emptyCartPage(said, site), currency: cart.currency };
  const isBlocked = cart.items.some(isInTheWay);
  const links = linksIn(cart.currency, site.currencies);
  return {
    ...emptyCartPage(said, site),
    currency: cart.currency,
    notice: noticeOf(cart, said),
    lines: cart.items.map((item) => cartLine(item, lineOf(item, links, site.locale), site.locale)),
    sums: sumsOf(cart.totals, site.locale, saleTexts.shippingLater),
    checkout: isBlocked ? null : places.checkout,
    products: links.products(),
  };
}

export const emptyCartPage = ({ problem }: CartSaid, site: Site): CartPage => ({
  kind: 'cart',
  head: headOf(saleTexts.cartTitle, site),
  currency: site.currencies[0],
  notice: problemNotice(problem),
  lines: [],
  sums: null,
  checkout: null,
  products: linksIn(site.currencies[0], site.currencies).products(),
});

const cartLine = (item: CartItem, line: LineView, locale: string): CartLine => ({
  ...line,
  warning: warningOf(item, locale),
  action: places.item(item.sku),
  mostUnits: maxUnits,
  newPrice: item.priceChange && formatMoney(item.priceChange.to, locale),
});

function noticeOf({ items }: Cart, { added, problem }: CartSaid): Notice | null {
  const said = problemNotice(problem);
  if (said) return said;
  if (items.some(isInTheWay)) return { tone: 'bad', ...saleTexts.cartProblems.blocked };
  if (items.some(({ priceChange }) => priceChange)) return { tone: 'plain', ...saleTexts.cartProblems.prices };
  const name = items.find(({ sku }) => sku === added)?.name;
  return name === undefined ? null : { tone: 'good', title: saleTexts.addedNamed(name), text: '' };
}

function problemNotice(problem: string | null): Notice | null {
  const known = saleTexts.cartProblems;
  return problem !== null && Object.hasOwn(known, problem)
    ? { tone: 'bad', ...known[problem as keyof typeof known] }
    : null;
}
