import { randomBytes } from 'node:crypto';
import { reply, type Answer, type KeyedRequest } from '@storefront/kit/http';
import type { ServiceError } from '@storefront/kit/errors';
import type { Idempotency, Phases } from '@storefront/kit/idempotency';
import { bucketOf } from '@storefront/kit/postgres';
import type { Clock } from '@storefront/kit/time';
import { orderIdOf, orderNumberOf } from '@storefront/commerce/order-ids';
import type { Quote } from '@storefront/shipping/contract/quote';
import { isShortage } from '../acts/stock.ts';
import type { NewOrder, PlacedOrder } from '../contract.ts';
import { Amendment } from '../domain/amendment.ts';
import * as refusals from '../domain/errors.ts';
import { goodsOf, isUnplaced, runOf, type Order } from '../domain/order.ts';
import { place, refuseChanged, type Basket } from '../domain/placing.ts';
import type { Carts, Interrupt, Quotes, Stock } from '../domain/ports.ts';
import { progress } from '../domain/progress.ts';
import type { Run } from '../domain/saga.ts';
import { isStale, type Orders } from '../store/orders.ts';
import type { Tables } from '../store/tables.ts';

export type PlaceOrderDeps = {
  orders: Orders;
  keys: Idempotency<Tables>;
  carts: Carts;
  quotes: Quotes;
  stock: Stock;
  countries: readonly string[];
  /** What whoever placed it is answered. */
  viewPlaced: (order: Order) => PlacedOrder;
  /** Goes on with the order once its placing has been answered. */
  goOn: (order: Order) => void;
  clock: Clock;
  interrupt: Interrupt;
};

type PlacingPhases = Phases<Tables, Order, PlacedOrder>;
type Keep = Parameters<PlacingPhases['finish']>[1];
type Wish = { request: NewOrder; buyerId: string; key: string; basket: Basket | { error: unknown } };

/**
 * Two transactions with the reservation of the goods between them; it never waits for a bank. Whoever repeats it gets the same bytes, and
 * goes on where a request that was cut off has ended.
 */
export function createPlaceOrder(deps: PlaceOrderDeps) {
  return async function placeOrder(
    keyed: KeyedRequest,
    request: NewOrder,
    buyerId: string,
  ): Promise<Answer<PlacedOrder>> {
    if (buyerId === '') throw refusals.buyerUnknown();
    // Before the key is taken, which saves a transaction; a request that was answered long ago needs nothing of it.
    const basket = await readBasket(deps, request, buyerId).catch((error: unknown) => ({ error }));
    const requester = { bucket: bucketOf(buyerId), buyer: buyerId };
    return deps.keys.onceInPhases(keyed, requester, phasesOf(deps, { request, buyerId, key: keyed.key, basket }));
  };
}

async function readBasket(deps: PlaceOrderDeps, request: NewOrder, buyerId: string): Promise<Basket> {
  const { cartId, address } = request;
  if (!deps.countries.includes(address.country)) throw refusals.countryNotServed(address.country);
  const cart = await deps.carts.contents(cartId);
  if (!cart || cart.buyerId !== buyerId) throw refusals.cartNotFound(cartId);
  refuseChanged(request, cart);
  return { cart, quote: readQuote(deps, request) };
}

function readQuote({ quotes, clock }: PlaceOrderDeps, request: NewOrder): Quote {
  const { cartId, cartVersion, address } = request;
  const { country, postcode } = address;
  const quote = quotes.read(request.quote, { cartId, cartVersion, country, postcode }, clock.now());
  if (quote === 'expired') throw refusals.quoteExpired();
  if (quote === 'mismatch') throw refusals.quoteMismatch();
  return quote;
}

function phasesOf(deps: PlaceOrderDeps, { request, buyerId, key, basket }: Wish): PlacingPhases {
  const { orders, clock, interrupt } = deps;
  const bucket = bucketOf(buyerId);
  let placed: Amendment | undefined;
  function placing(): Amendment {
    if ('error' in basket) throw basket.error;
    const now = clock.now();
    const orderId = orderIdOf({ at: now, bucket, random: randomBytes(8) });
    const number = orderNumberOf({ bucket, random: randomBytes(5) });
    return place(request, basket, { orderId, number, bucket }, now);
  }
  const beginFresh: NonNullable<PlacingPhases['beginFresh']> = async (tx, taking) => {
    const amendment = placing();
    if (!(await orders.placeWithKey(tx, amendment, { placedWith: key, key: taking }))) return undefined;
    placed = amendment;
    return placed.order;
  };
  return {
    ...('error' in basket ? {} : { beginFresh }),
    async begin(tx, { isResumed }) {
      const before = isResumed ? await orders.findPlacedWith(tx, buyerId, key) : undefined;
      if (before) return before;
      placed = placing();
      await orders.place(tx, placed, key);
      return placed.order;
    },
    async finish(order, keep) {
      if (placed) orders.committed(placed);
      await interrupt('placed');
      const run = runOf(order);
      if (order.state === 'placed' && run?.step === 'reserve-stock') return reserve(deps, order, run, keep);
      return keepAsItIs(deps, order, keep);
    },
  };
}

/** Reserves the goods and keeps the answer together with what came of it. */
async function reserve(deps: PlaceOrderDeps, order: Order, run: Run, keep: Keep): Promise<Answer<PlacedOrder>> {
  const { orders, stock, clock, interrupt, goOn, viewPlaced } = deps;
  const answer = await stock.reserve(order.orderId, goodsOf(order));
  await interrupt('reserved');
  const amendment = Amendment.of(order, clock.now());
  const refusal = refusalOf(answer);
  progress(amendment, run, refusal ? { kind: 'refused', reason: refusal.code } : { kind: 'done' });
  try {
    const kept = keep.along(refusal ?? created(viewPlaced(amendment.order)));
    goOn(await orders.save(amendment, kept.part));
    await interrupt('answered');
    return kept.answer;
  } catch (error) {
    if (!isStale(error)) throw error;
  }
  const now = await orders.find(order.orderId);
  if (!now || now.state === 'placed') throw refusals.changingTooFast();
  return keepAsItIs(deps, now, keep);
}

function refusalOf(answer: Awaited<ReturnType<Stock['reserve']>>): ServiceError | undefined {
  if (isShortage(answer)) return refusals.outOfStock(answer.outOfStock);
  return answer.state === 'released' ? refusals.outOfStock([]) : undefined;
}

/** Others have moved it on: a request that was cut off and comes again is told how far. */
function keepAsItIs({ orders, viewPlaced }: PlaceOrderDeps, order: Order, keep: Keep): Promise<Answer<PlacedOrder>> {
  const answer = refusalSince(order) ?? created(viewPlaced(order));
  return orders.transaction(order.bucket, (tx) => keep(tx, answer));
}

/** What ended without goods is no order to whoever asks: a 201 would take away a cart that can still be ordered. */
function refusalSince(order: Order): ServiceError | undefined {
  if (order.state === 'cancelled' && order.cancellation?.reason === 'out-of-stock') return refusals.outOfStock([]);
  return isUnplaced(order) ? refusals.orderNotPlaced() : undefined;
}

const created = (body: PlacedOrder): Answer<PlacedOrder> =>
  reply(body, { status: 201, headers: { location: `/orders/${body.orderId}` } });
