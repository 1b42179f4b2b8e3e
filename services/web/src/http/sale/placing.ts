import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { PlacedOrder } from '@storefront/order/contract';
import {
  isRefused,
  valueOf,
  type Answered,
  type OrderWish,
  type Refusal,
  type Sale,
  type Shopper,
} from '../../domain/sale/sale.ts';

/** A key for one wish, in the form from the moment it is shown: sent twice, it is still one order. */
export const newKey = (): string => randomUUID();

const mostTries = 3;
const longestWaitSeconds = 2;

/**
 * Sends the order until it is answered. While another click with the key is being answered we wait for it; a key that stands for
 * other words is replaced, which is safe since a cart can be ordered once.
 */
export async function placeOnce(
  sale: Pick<Sale, 'placeOrder'>,
  wish: OrderWish,
  key: string,
  shopper: Shopper,
): Promise<Answered<PlacedOrder>> {
  for (let tries = 1, current = key; ; tries += 1) {
    const answer = await sale.placeOrder(wish, current, shopper);
    if (!isRefused(answer) || tries === mostTries) return answer;
    const { code, retryAfter } = answer.refusal;
    if (code === 'request-in-progress') await wait(1_000 * Math.min(retryAfter ?? 1, longestWaitSeconds));
    else if (code === 'idempotency-key-reused' || code === 'key-expired') current = newKey();
    else return answer;
  }
}

const orderIdShape = /[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/;

/** The order that the cart became: the refusal names it; else it is the buyer's newest. */
export async function orderedAlready(
  sale: Pick<Sale, 'orders'>,
  refusal: Refusal,
  shopper: Shopper,
): Promise<string | undefined> {
  const [named] = orderIdShape.exec(refusal.said) ?? [];
  return named ?? valueOf(await sale.orders(shopper))?.items[0]?.orderId;
}
