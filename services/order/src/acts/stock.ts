import { goodsOf } from '../domain/order.ts';
import type { Shortage, Stock } from '../domain/ports.ts';
import { done, type Act, type Result } from './act.ts';

export const isShortage = (answer: object): answer is Shortage => 'outOfStock' in answer;

/** The goods: held while a card is tried, claimed once it is paid for, given back when it comes to nothing. */
export function stockActs(stock: Stock) {
  const reserve: Act = async (order) => taken(await stock.reserve(order.orderId, goodsOf(order)));
  const claim: Act = async (order) => taken(await stock.claim(order.orderId, goodsOf(order)));
  const release: Act = async (order) => {
    const { state } = await stock.release(order.orderId, goodsOf(order));
    if (state !== 'shipped') return done;
    return { ...done, learn: (amendment) => void amendment.report('released-after-shipping') };
  };
  return { reserve, claim, release };
}

/** Goods of an order that was released before are not held again: it has ended. */
function taken(answer: Awaited<ReturnType<Stock['reserve']>>): Result {
  const isTaken = !isShortage(answer) && answer.state !== 'released';
  return isTaken ? done : { outcome: { kind: 'refused', reason: 'out-of-stock' } };
}
