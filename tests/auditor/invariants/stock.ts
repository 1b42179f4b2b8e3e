import type { Invariant } from '../audit.ts';
import type { MovementSeen, OrderSeen, Snapshot, StockSeen } from '../snapshot.ts';
import { byId, groupedBy, isConfirmed, isFinal, isShipped, repeated, sumOf } from './of-orders.ts';

/** A hold is a backstop: what its order did not release by then it never will. */
const orphanedAfterMs = 10 * 60_000;

export const stockInvariants: readonly Invariant[] = [
  {
    name: 'stock-never-negative',
    *check({ stock, movements }) {
      for (const { sku, onHand, available, held, claimed } of stock)
        if (Math.min(onHand, available, held, claimed) < 0)
          yield { ids: { sku }, message: `${available} available, ${held} held, ${claimed} claimed of ${onHand}` };
      for (const { sku, movementId, onHandAfter } of movements)
        if (onHandAfter !== null && onHandAfter < 0)
          yield { ids: { sku, movementId }, message: `a movement left ${onHandAfter} in the house` };
    },
  },
  {
    name: 'stock-adds-up',
    *check({ stock }) {
      for (const { sku, onHand, available, held, claimed, holds } of stock) {
        if (onHand !== available + held + claimed)
          yield { ids: { sku }, message: `${available} + ${held} + ${claimed} are not the ${onHand} in the house` };
        const units = (isClaimed: boolean) => sumOf(holds, (one) => (one.isClaimed === isClaimed ? one.units : 0));
        if (units(false) !== held || units(true) !== claimed)
          yield {
            ids: { sku },
            message: `holds say ${units(false)} and ${units(true)}, counts ${held} and ${claimed}`,
          };
      }
    },
  },
  {
    name: 'stock-equals-its-ledger',
    whenAtRest: true,
    *check({ stock, movements }) {
      const known = new Map(stock.map((one) => [one.sku, one]));
      for (const [sku, own] of groupedBy(movements, (one) => one.sku)) {
        const sum = sumOf(own, ({ units }) => units);
        const onHand = known.get(sku)?.onHand;
        if (sum !== onHand) yield { ids: { sku }, message: `movements add up to ${sum}, in the house are ${onHand}` };
        yield* brokenChain(sku, own);
      }
      for (const { sku, onHand } of stock)
        if (onHand !== 0 && !movements.some((one) => one.sku === sku))
          yield { ids: { sku }, message: `${onHand} in the house came without a movement` };
    },
  },
  {
    name: 'each-movement-once',
    *check({ movements }) {
      for (const { sku, movementId } of repeated(movements, (one) => one.movementId))
        yield { ids: { sku, movementId }, message: 'a movement is in the ledger twice' };
      const sold = movements.filter(({ reason }) => reason === 'sold');
      for (const { sku, orderId } of repeated(sold, (one) => `${one.orderId} ${one.sku}`))
        yield { ids: { sku, orderId: orderId ?? '' }, message: 'goods of an order left the house twice' };
    },
  },
  {
    name: 'no-hold-without-order',
    *check({ stock, orders, takenAt }, { isAtRest }) {
      const known = byId(orders);
      for (const { sku, hold } of holdsOf(stock)) {
        const order = known.get(hold.orderId);
        if (order && !isFinal(order.state)) continue;
        const since = order?.placedAt.getTime() ?? timeOfId(hold.orderId);
        if (isAtRest || takenAt.getTime() - since > orphanedAfterMs)
          yield {
            ids: { sku, orderId: hold.orderId },
            message: `${hold.units} units wait for an order that is ${order?.state ?? 'nowhere'}`,
          };
      }
    },
  },
  {
    name: 'what-is-promised-is-there',
    whenAtRest: true,
    *check(snapshot) {
      const claims = new Map(
        holdsOf(snapshot.stock)
          .filter(({ hold }) => hold.isClaimed)
          .map(({ sku, hold }) => [`${hold.orderId} ${sku}`, hold.units]),
      );
      for (const { order, sku, units } of goodsOf(snapshot)) {
        if (!isConfirmed(order.state)) continue;
        const claimed = claims.get(`${order.orderId} ${sku}`) ?? 0;
        if (claimed !== units)
          yield {
            ids: { orderId: order.orderId, sku },
            message: `${claimed} of ${units} units are claimed for an order that is ${order.state}`,
          };
      }
    },
  },
  {
    name: 'what-is-shipped-has-left',
    whenAtRest: true,
    *check(snapshot) {
      const sold = groupedBy(
        snapshot.movements.filter(({ reason }) => reason === 'sold'),
        ({ orderId, sku }) => `${orderId} ${sku}`,
      );
      for (const { order, sku, units } of goodsOf(snapshot)) {
        const left = -sumOf(sold.get(`${order.orderId} ${sku}`) ?? [], (one) => one.units);
        const expected = isShipped(order.state) ? units : 0;
        // What was sent to a person and came to nothing (a parcel lost before its order was cancelled) is for a person.
        if (left !== expected && order.state !== 'needs-review')
          yield {
            ids: { orderId: order.orderId, sku },
            message: `${left} of ${units} units left the house for an order that is ${order.state}`,
          };
      }
    },
  },
  {
    name: 'what-comes-back-has-left',
    whenAtRest: true,
    *check({ movements }) {
      const ofOrders = movements.filter(({ orderId }) => orderId !== null);
      for (const own of groupedBy(ofOrders, ({ orderId, sku }) => `${orderId} ${sku}`).values()) {
        const unitsOf = (wanted: string) =>
          Math.abs(sumOf(own, ({ reason, units }) => (reason === wanted ? units : 0)));
        const [{ sku, orderId }] = own as [MovementSeen];
        const [left, back] = [unitsOf('sold'), unitsOf('returned')];
        if (back > left)
          yield {
            ids: { sku, orderId: orderId ?? '' },
            message: `${back} units came back, ${left} had left the house`,
          };
      }
    },
  },
  {
    name: 'nothing-comes-back-that-is-here',
    *check({ orders, orderRefunds }) {
      const known = byId(orders);
      for (const { orderId, refundId, restock, status } of orderRefunds) {
        const state = known.get(orderId)?.state;
        if (restock && status !== 'failed' && state !== undefined && !isShipped(state))
          yield { ids: { orderId, refundId }, message: `its units come back, but the order is ${state}` };
      }
    },
  },
];

function* brokenChain(sku: string, movements: readonly MovementSeen[]) {
  const placed = movements
    .filter(({ sequence }) => sequence !== null)
    .toSorted((a, b) => Number(a.sequence) - Number(b.sequence));
  let onHand = 0;
  for (const [index, { movementId, units, sequence, onHandAfter }] of placed.entries()) {
    onHand += units;
    if (sequence === index + 1 && onHandAfter === onHand) continue;
    yield { ids: { sku, movementId }, message: `entry ${sequence} says ${onHandAfter}, those up to it ${onHand}` };
    return;
  }
}

const holdsOf = (stock: readonly StockSeen[]) =>
  stock.flatMap(({ sku, holds }) => holds.map((hold) => ({ sku, hold })));

/** Each SKU of each order whose stock is counted at all. */
function goodsOf({ orders, stock }: Snapshot): { order: OrderSeen; sku: string; units: number }[] {
  const counted = new Set(stock.map(({ sku }) => sku));
  return orders.flatMap((order) =>
    Object.entries(order.goods)
      .filter(([sku]) => counted.has(sku))
      .map(([sku, units]) => ({ order, sku, units })),
  );
}

/** UUIDv8 of an order: Unix milliseconds come first. */
const timeOfId = (orderId: string): number => Number.parseInt(orderId.slice(0, 8) + orderId.slice(9, 13), 16);
