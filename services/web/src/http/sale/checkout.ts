import type { Cart } from '@storefront/cart/contract';
import { Postcode } from '@storefront/commerce/address';
import type { ShippingRate } from '@storefront/shipping/contract';
import { isUnanswered } from '../../clients/gateway-sale.ts';
import type { RememberedSettings } from '../../clients/remembered-settings.ts';
import {
  cartIdOf,
  checkTyped,
  nothingTyped,
  problemsOf,
  readRate,
  readShown,
  readTyped,
  type Problems,
  type Shown,
  type Typed,
} from '../../domain/sale/checkout-form.ts';
import { places } from '../../domain/sale/places.ts';
import { isRefused, valueOf, type OrderWish, type Refusal, type Sale } from '../../domain/sale/sale.ts';
import type { Site } from '../../domain/site.ts';
import { checkoutPage, type CheckoutState } from '../../pages/sale/checkout.ts';
import { againPage } from '../../pages/sale/problem.ts';
import { unitsIn } from './cart.ts';
import { newKey, orderedAlready, placeOnce } from './placing.ts';
import type { Outcome, SaleRequest, SaleRoute } from './route.ts';

export type CheckoutDeps = { sale: Sale; settings: RememberedSettings; site: Site };

/** What the page is to say besides what the cart says now. */
type Saying = Pick<CheckoutState, 'problems' | 'news' | 'soldOut'> & { key: string };
const nothingToSay = (): Saying => ({ problems: {}, news: null, soldOut: [], key: newKey() });

const expired: Outcome = { goTo: `${places.cart}?problem=expired` };

/** That of the form before that of the cookie: what is sent twice is about the same cart, though it is ordered meanwhile. */
function cartIdFor({ form, purse }: SaleRequest): string {
  return (purse.buyerToken !== null && cartIdOf(form)) || (purse.cartId ?? '');
}

/** Unless another cart has been begun since. */
function dropCart(request: SaleRequest): void {
  if (request.purse.cartId === cartIdFor(request)) request.purse.dropCart();
}

/** One page, one form: its buttons ask for shipping rates, take a line out, or place the order. */
export function checkoutRoutes({ sale, settings, site }: CheckoutDeps): SaleRoute[] {
  return [
    { method: 'GET', path: places.checkout, handle: show },
    { method: 'POST', path: places.checkout, handle: receive },
  ];

  async function show(request: SaleRequest): Promise<Outcome> {
    if (!cartIdFor(request)) return { goTo: places.cart };
    return showAgain(request, null, nothingToSay());
  }

  async function receive(request: SaleRequest): Promise<Outcome> {
    if (!cartIdFor(request)) return expired;
    const { form } = request;
    try {
      if (form.has('remove')) return await remove(request, form.get('remove') ?? '');
      if (form.get('step') === 'rates') return await showAgain(request, readTyped(form), nothingToSay());
      return await place(request);
    } catch (error) {
      if (!isUnanswered(error)) throw error;
      return {
        page: againPage({ action: places.checkout, form, about: 'checkout' }, site),
        status: 503,
        retryAfter: 2,
      };
    }
  }

  async function remove(request: SaleRequest, sku: string): Promise<Outcome> {
    const { purse, form, shopper } = request;
    const answer = await sale.removeItem({ cartId: cartIdFor(request), sku }, shopper(purse.buyerToken));
    if (!isRefused(answer)) purse.keepCount(unitsIn(answer.value));
    return showAgain(request, readTyped(form), nothingToSay());
  }

  async function place(request: SaleRequest): Promise<Outcome> {
    const { purse, form, shopper } = request;
    const typed = readTyped(form);
    const shown = readShown(form);
    const { address, problems } = checkTyped(typed, site.countries);
    const rate = readRate(typed.rate);
    if (!address || !rate || Object.keys(problems).length > 0)
      return showAgain(request, typed, { ...nothingToSay(), problems });
    if (!shown) return showAgain(request, typed, { ...nothingToSay(), news: { kind: 'look-again' } });

    const { email, paymentMethod } = typed;
    const wish: OrderWish = {
      cartId: shown.cartId,
      cartVersion: shown.cartVersion,
      expectedTotal: { amountMinor: shown.itemsMinor + rate.priceMinor, currency: shown.currency },
      email,
      address,
      quote: rate.quote,
      ...(paymentMethod && { paymentMethod }),
    };
    try {
      const answer = await placeOnce(sale, wish, shown.key, shopper(purse.buyerToken));
      if (isRefused(answer)) return await refused(request, { typed, shown, rate }, answer.refusal);
      purse.keepOrder(answer.value.orderToken);
      dropCart(request);
      const { orderId } = answer.value;
      return { goTo: paymentMethod ? places.payment(orderId) : places.order(orderId) };
    } catch (error) {
      if (!isUnanswered(error)) throw error;
      // The same key: whatever came of the first try, the second is the same order.
      const news = { kind: 'unknown-outcome' } as const;
      return { ...(await showAgain(request, typed, { ...nothingToSay(), news, key: shown.key })), status: 503 };
    }
  }

  async function refused(
    request: SaleRequest,
    { typed, shown, rate }: { typed: Typed; shown: Shown; rate: { priceMinor: number } },
    refusal: Refusal,
  ): Promise<Outcome> {
    const saying = nothingToSay();
    switch (refusal.code) {
      case 'cart-already-ordered': {
        const orderId = await orderedAlready(sale, refusal, request.shopper(request.purse.buyerToken));
        dropCart(request);
        return { goTo: orderId ? places.order(orderId) : places.cart };
      }
      case 'out-of-stock':
        return showAgain(request, typed, { ...saying, news: { kind: 'sold-out' }, soldOut: [refusal.said] });
      // Its goods were never set aside, so the cart is as it was and takes a new key.
      case 'order-not-placed':
        return showAgain(request, typed, { ...saying, news: { kind: 'not-placed' } });
      case 'price-changed': {
        const from = { amountMinor: shown.itemsMinor + rate.priceMinor, currency: shown.currency };
        return showAgain(request, typed, { ...saying, news: { kind: 'price-changed', from } });
      }
      case 'request-in-progress':
        return showAgain(request, typed, { ...saying, news: { kind: 'unknown-outcome' }, key: shown.key });
      default:
        return otherwise(request, typed, refusal);
    }
  }

  function otherwise(request: SaleRequest, typed: Typed, { status, code, fields }: Refusal): Promise<Outcome> {
    const saying = nothingToSay();
    const problems: Problems = status === 400 ? problemsOf(fields) : {};
    if (Object.keys(problems).length > 0) return showAgain(request, typed, { ...saying, problems });
    if (code.startsWith('quote-')) return showAgain(request, typed, { ...saying, news: { kind: 'rates-changed' } });
    if (code === 'cart-changed') return showAgain(request, typed, { ...saying, news: { kind: 'cart-changed' } });
    return showAgain(request, typed, { ...saying, news: { kind: 'refused' } });
  }

  /** The page as the cart is now, with all that was typed. `typed` is null when nothing was yet. */
  async function showAgain(request: SaleRequest, typed: Typed | null, saying: Saying): Promise<Outcome> {
    const { purse, shopper } = request;
    const as = shopper(purse.buyerToken);
    const found = await sale.cart(cartIdFor(request), as);
    if (isRefused(found)) {
      dropCart(request);
      return expired;
    }
    if (found.value.items.length === 0) return { goTo: places.cart };
    const given = typed ?? nothingTyped(found.value.country);
    const cart = await inCountry(found.value, given.country, as);
    const [card, rates] = await Promise.all([settings(as), ratesFor(cart, given, as)]);
    const page = checkoutPage({ cart, typed: given, rates, card, ...saying }, site);
    const isWrong = Object.keys(saying.problems).length > 0;
    return { page, status: isWrong ? 422 : saying.news && saying.news.kind !== 'look-again' ? 409 : 200 };
  }

  /** The country of the address decides the tax, so the cart follows it. */
  async function inCountry(cart: Cart, country: string, as: ReturnType<SaleRequest['shopper']>): Promise<Cart> {
    if (country === cart.country || !site.countries.includes(country)) return cart;
    return valueOf(await sale.setCountry(cart.cartId, country, as)) ?? cart;
  }

  async function ratesFor(
    { cartId, country }: Cart,
    typed: Typed,
    as: ReturnType<SaleRequest['shopper']>,
  ): Promise<ShippingRate[] | 'not-asked' | 'away'> {
    if (country !== typed.country || !Postcode.safeParse(typed.postcode).success) return 'not-asked';
    const asked = sale.rates({ cartId, country, postcode: typed.postcode.trim() }, as);
    const answer = await asked.catch((error: unknown) => {
      if (isUnanswered(error)) return 'away' as const;
      throw error;
    });
    return answer === 'away' || isRefused(answer) ? 'away' : answer.value.items;
  }
}
