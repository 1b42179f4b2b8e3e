import { z } from 'zod';

/** A guest is whoever made a cart, and keeps this id from cart to cart and order to order. */
export const BuyerId = z.uuid().meta({ id: 'BuyerId', description: 'UUID of whoever buys' });
export type BuyerId = z.infer<typeof BuyerId>;

/** What a token of a guest opens: `cart` all that belongs to a buyer, `order` one order. */
export type GuestToken = { kind: 'cart' | 'order'; id: string };

const pattern = /^(cart|order)\.([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\.([A-Za-z0-9_-]{43})$/;

/** `cart.<buyerId>.<mac>` or `order.<orderId>.<mac>`; the mac is the capability (kit) of that kind and id. */
export function guestTokenOf({ kind, id }: GuestToken, mac: string): string {
  return `${kind}.${id}.${mac}`;
}

/** Its parts, unproven: compare the mac before believing them. Undefined for any other text. */
export function readGuestToken(text: string): (GuestToken & { mac: string }) | undefined {
  const [, kind, id, mac] = pattern.exec(text) ?? [];
  return kind === undefined || id === undefined || mac === undefined
    ? undefined
    : { kind: kind as GuestToken['kind'], id, mac };
}

/** The scope of a caller who showed an order's token: it opens that order and nothing else. */
export const orderScope = (orderId: string): string => `order:${orderId}`;
