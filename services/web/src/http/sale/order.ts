import { readGuestToken } from '@storefront/commerce/guest-tokens';
import type { Order } from '@storefront/order/contract';
import type { Clock } from '@storefront/kit/time';
import { isUnanswered } from '../../clients/gateway-sale.ts';
import type { RememberedSettings } from '../../clients/remembered-settings.ts';
import { keyOf, readTyped } from '../../domain/sale/checkout-form.ts';
import { mayPay } from '../../domain/sale/order-status.ts';
import { places } from '../../domain/sale/places.ts';
import { isRefused, type Sale, type Shopper } from '../../domain/sale/sale.ts';
import type { Site } from '../../domain/site.ts';
import { orderPage, type OrderNews, type OrderPageState } from '../../pages/sale/order.ts';
import { againPage, orderNotHerePage } from '../../pages/sale/problem.ts';
import type { SalePage } from '../../pages/sale/views.ts';
import { newKey } from './placing.ts';
import type { Outcome, SaleRequest, SaleRoute } from './route.ts';

export type OrderDeps = { sale: Sale; settings: RememberedSettings; site: Site; clock: Clock };

/** An order for whoever has its token, or made it: its page, the way to the bank, another card, a wish to cancel. */
export function orderRoutes({ sale, settings, site, clock }: OrderDeps): SaleRoute[] {
  return [
    { method: 'GET', path: places.order(':orderId'), handle: show },
    { method: 'GET', path: places.payment(':orderId'), handle: leadToBank },
    { method: 'POST', path: places.pay(':orderId'), handle: pay },
    { method: 'POST', path: places.cancel(':orderId'), handle: cancel },
  ];

  async function show(request: SaleRequest): Promise<Outcome> {
    const { query } = request;
    const token = query.get('token');
    if (token !== null) return keepToken(request, token);
    return showOrder(request, query.get('from') === 'bank' ? 'from-bank' : newsOf(query.get('problem')));
  }

  /** A link of a mail, or the way back from the bank: the token goes into a cookie and out of the address. */
  function keepToken({ params, query, purse }: SaleRequest, token: string): Outcome {
    const { orderId = '' } = params;
    const read = readGuestToken(token);
    if (read?.kind === 'order' && read.id === orderId) purse.keepOrder(token);
    const isFromBank = query.has('redirect_status') || query.has('payment_intent');
    const goTo = places.order(orderId) + (isFromBank ? '?from=bank' : '');
    return { goTo, headers: { 'referrer-policy': 'no-referrer' } };
  }

  async function showOrder(request: SaleRequest, news: OrderNews | null): Promise<Outcome> {
    const { params, purse, shopper } = request;
    const { orderId = '' } = params;
    const token = purse.tokenFor(orderId);
    if (token === null) return notHere();
    const as = shopper(token);
    const [answer, shipments] = await Promise.all([
      news === 'from-bank' ? afterBank(orderId, as) : sale.order(orderId, as),
      sale.shipments(orderId, as).catch(() => null),
    ]);
    if (isRefused(answer)) return notMine(request, token, answer.refusal.status);
    const parcels = shipments === null || isRefused(shipments) ? null : shipments.value.items;
    return {
      page: await pageOf({ order: answer.value, parcels, news }, as),
      status: news === 'card-missing' ? 422 : 200,
    };
  }

  async function pageOf(found: Pick<OrderPageState, 'order' | 'parcels' | 'news'>, as: Shopper): Promise<SalePage> {
    const now = clock.now();
    const card = mayPay(found.order, now) ? await settings(as) : null;
    return orderPage({ ...found, card, key: newKey(), now }, site);
  }

  /** A token that somebody made up must not stand before the buyer's own. */
  function notMine({ params, purse }: SaleRequest, token: string, status: number): Outcome {
    const { orderId = '' } = params;
    if (status !== 401 || token === purse.buyerToken) return notHere();
    purse.dropOrder(orderId);
    return purse.buyerToken === null ? notHere() : { goTo: places.order(orderId) };
  }

  /** The bank may have told the customer before it tells us. */
  function afterBank(orderId: string, as: Shopper): ReturnType<Sale['order']> {
    return sale.order(orderId, as, { waitFor: 'payment' }).catch((error: unknown) => {
      if (isUnanswered(error)) return sale.order(orderId, as);
      throw error;
    });
  }

  function notHere(): Outcome {
    return { page: orderNotHerePage(site), status: 404 };
  }

  /** Waits, a little, for what the bank says first; whoever it asks is led there. */
  async function leadToBank({ params, purse, shopper }: SaleRequest): Promise<Outcome> {
    const { orderId = '' } = params;
    const token = purse.tokenFor(orderId);
    if (token === null) return notHere();
    const answer = await sale.order(orderId, shopper(token), { waitFor: 'payment' }).catch((error: unknown) => {
      if (isUnanswered(error)) return null;
      throw error;
    });
    if (answer !== null && isRefused(answer)) return notHere();
    return { goTo: bankOf(answer?.value) ?? places.order(orderId) };
  }

  async function pay(request: SaleRequest): Promise<Outcome> {
    const { params, form, purse, shopper } = request;
    const { orderId = '' } = params;
    const token = purse.tokenFor(orderId);
    if (token === null) return notHere();
    const { paymentMethod } = readTyped(form);
    if (!paymentMethod) return showOrder(request, 'card-missing');
    const key = keyOf(form) ?? newKey();
    try {
      const answer = await sale.pay({ orderId, paymentMethod, key }, shopper(token));
      if (!isRefused(answer)) return { goTo: places.payment(orderId) };
      // Paid already, cancelled, too late: the order's page says what it is now.
      return { goTo: `${places.order(orderId)}?problem=payment` };
    } catch (error) {
      return again(error, places.pay(orderId), form);
    }
  }

  async function cancel(request: SaleRequest): Promise<Outcome> {
    const { params, form, purse, shopper } = request;
    const { orderId = '' } = params;
    const token = purse.tokenFor(orderId);
    if (token === null) return notHere();
    const reason = (form.get('reason') ?? '').trim().slice(0, 200);
    try {
      const answer = await sale.cancel({ orderId, reason }, shopper(token));
      return { goTo: isRefused(answer) ? `${places.order(orderId)}?problem=cancel` : places.order(orderId) };
    } catch (error) {
      return again(error, places.cancel(orderId), form);
    }
  }

  function again(error: unknown, action: string, form: URLSearchParams): Outcome {
    if (!isUnanswered(error)) throw error;
    return { page: againPage({ action, form, about: 'order' }, site), status: 503, retryAfter: 2 };
  }
}

const bankOf = (order: Order | undefined): string | undefined =>
  order?.status === 'open' ? order.payment.nextAction?.url : undefined;

const newsOf = (problem: string | null): OrderNews | null =>
  problem === 'payment' ? 'payment-refused' : problem === 'cancel' ? 'cancel-refused' : null;
