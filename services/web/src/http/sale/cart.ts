import type { Cart } from '@storefront/cart/contract';
import { maxUnits } from '@storefront/cart/contract';
import { notFound } from '@storefront/kit/errors';
import { isUnanswered } from '../../clients/gateway-sale.ts';
import { places } from '../../domain/sale/places.ts';
import { isRefused, type Answered, type Refusal, type Sale } from '../../domain/sale/sale.ts';
import type { Site } from '../../domain/site.ts';
import { cartPage, emptyCartPage } from '../../pages/sale/cart.ts';
import { againPage } from '../../pages/sale/problem.ts';
import type { Outcome, SaleRequest, SaleRoute } from './route.ts';

const skuShape = /^[a-z0-9][a-z0-9-]{0,62}[a-z0-9]$/;
/** Somebody else changed the cart meanwhile: read it and add again. */
const mostTries = 4;

/** The cart and its forms. Carts are made by the first thing that is put in. */
export function cartRoutes(sale: Sale, site: Site): SaleRoute[] {
  return [
    { method: 'GET', path: places.cart, handle: show },
    { method: 'POST', path: places.addItem, handle: (request) => orAgain(request, places.addItem, add) },
    {
      method: 'POST',
      path: places.item(':sku'),
      handle: (request) => orAgain(request, places.item(request.params['sku'] ?? ''), change),
    },
  ];

  async function show({ purse, query, shopper }: SaleRequest): Promise<Outcome> {
    const said = { added: query.get('added'), problem: query.get('problem') };
    if (!purse.cartId) return { page: emptyCartPage(said, site) };
    const answer = await sale.cart(purse.cartId, shopper(purse.buyerToken));
    if (isRefused(answer)) {
      purse.dropCart();
      return { page: emptyCartPage({ added: null, problem: 'expired' }, site) };
    }
    purse.keepCount(unitsIn(answer.value));
    return { page: cartPage(answer.value, said, site) };
  }

  async function add(request: SaleRequest): Promise<Outcome> {
    const { form, purse } = request;
    const sku = form.get('sku') ?? '';
    const units = Math.max(1, readUnits(form) ?? 1);
    if (!skuShape.test(sku)) throw notFound('product', sku);
    const cart = await openCart(request);
    if (isRefused(cart)) return refused(cart.refusal);
    const changed = await addTo(cart.value, { sku, units }, request);
    if (isRefused(changed)) return refused(changed.refusal);
    purse.keepCount(unitsIn(changed.value));
    return { goTo: `${places.cart}?added=${sku}#item-${sku}` };
  }

  async function change({ params, form, purse, shopper }: SaleRequest): Promise<Outcome> {
    const { sku = '' } = params;
    if (!purse.cartId) return { goTo: `${places.cart}?problem=expired` };
    const units = form.get('do') === 'remove' ? 0 : readUnits(form);
    if (units === undefined) return { goTo: `${places.cart}?problem=units#item-${sku}` };
    const as = shopper(purse.buyerToken);
    const { cartId } = purse;
    const answer =
      units === 0 ? await sale.removeItem({ cartId, sku }, as) : await sale.setUnits({ cartId, sku, units }, as);
    if (isRefused(answer)) return refused(answer.refusal);
    purse.keepCount(unitsIn(answer.value));
    return { goTo: units === 0 ? places.cart : `${places.cart}#item-${sku}` };
  }

  /** The one there is, or a new one: in the currency of the page that the first thing comes from. */
  async function openCart({ form, purse, shopper }: SaleRequest): Promise<Answered<Cart>> {
    const wanted = form.get('currency') ?? '';
    const currency = site.currencies.includes(wanted) ? wanted : site.currencies[0];
    if (purse.cartId) {
      const known = await sale.cart(purse.cartId, shopper(purse.buyerToken));
      if (!isRefused(known) && (known.value.items.length > 0 || known.value.currency === currency)) return known;
    }
    const created = await createAs(purse.buyerToken);
    if (!isRefused(created)) purse.keepCart(created.value);
    return created;

    async function createAs(token: string | null): ReturnType<Sale['createCart']> {
      const answer = await sale.createCart({ currency }, shopper(token));
      // A token that is not known any more must not keep anybody from buying.
      return isRefused(answer) && answer.refusal.status === 401 && token !== null ? createAs(null) : answer;
    }
  }

  async function addTo(
    cart: Cart,
    { sku, units }: { sku: string; units: number },
    { purse, shopper }: SaleRequest,
  ): Promise<Answered<Cart>> {
    const as = shopper('cartToken' in cart ? (cart.cartToken as string) : purse.buyerToken);
    const { cartId } = cart;
    for (let current = cart, tries = 1; ; tries += 1) {
      const had = current.items.find((item) => item.sku === sku)?.units ?? 0;
      const item = { cartId, sku, units: Math.min(maxUnits, had + units), version: current.version };
      const answer = await sale.setUnits(item, as);
      if (!isRefused(answer) || answer.refusal.status !== 412 || tries === mostTries) return answer;
      const again = await sale.cart(cartId, as);
      if (isRefused(again)) return again;
      current = again.value;
    }
  }

  async function orAgain(
    request: SaleRequest,
    action: string,
    work: (request: SaleRequest) => Promise<Outcome>,
  ): Promise<Outcome> {
    try {
      return await work(request);
    } catch (error) {
      if (!isUnanswered(error)) throw error;
      return { page: againPage({ action, form: request.form, about: 'cart' }, site), status: 503, retryAfter: 2 };
    }
  }
}

/** A quantity as it may be; zero takes the line out, an empty field nothing. */
function readUnits(form: URLSearchParams): number | undefined {
  const text = form.get('units') ?? '';
  const units = Number(text);
  return text !== '' && Number.isInteger(units) && units >= 0 && units <= maxUnits ? units : undefined;
}

export const unitsIn = ({ items }: Cart): number => items.reduce((sum, { units }) => sum + units, 0);

/** What the cart says no to, as the address of its page says it. */
const problems: Record<string, string> = {
  'cart-not-found': 'expired',
  'currency-withdrawn': 'expired',
  'cart-full': 'full',
  'line-too-large': 'units',
  'sold-out': 'sold-out',
  'not-offered': 'sold-out',
  'sku-unknown': 'sold-out',
};

function refused({ status, code }: Refusal): Outcome {
  const problem = status === 401 ? 'expired' : (problems[code] ?? 'refused');
  return { goTo: `${places.cart}?problem=${problem}` };
}
