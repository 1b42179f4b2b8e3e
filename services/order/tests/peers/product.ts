import { conflict } from '@storefront/kit/errors';
import { empty, reply, route } from '@storefront/kit/http';
import { OrderId } from '@storefront/commerce/order-ids';
import { Hold, HoldLines, HoldRequest } from '@storefront/product/contract/stock';
import { z } from 'zod';
import { Knobs, startPeer } from './peer.ts';

type Level = { onHand: number; available: number };
type Kept = { state: Hold['state']; lines: HoldLines };

/** Stock as its service keeps it: all calls are idempotent by the order's id. */
export async function startProduct() {
  const stock = new Map<string, Level>();
  const holds = new Map<string, Kept>();
  const restocked = new Map<string, HoldLines>();
  const knobs = new Knobs();

  const take = (orderId: string, lines: HoldLines, state: 'held' | 'claimed') => {
    const known = holds.get(orderId);
    if (known?.state === 'shipped') return viewOf(orderId);
    if (known && known.state !== 'released') {
      holds.set(orderId, { ...known, state: known.state === 'claimed' ? 'claimed' : state });
      return viewOf(orderId);
    }
    const short = lines.filter(({ sku, units }) => (stock.get(sku)?.available ?? 0) < units);
    if (short.length > 0)
      throw conflict(
        'out-of-stock',
        'Not all of it is there.',
        short.map(({ sku }) => ({ field: sku, message: `${stock.get(sku)?.available ?? 0} are available` })),
      );
    for (const { sku, units } of lines) change(sku, { available: -units });
    holds.set(orderId, { state, lines });
    return viewOf(orderId);
  };
  const change = (sku: string, { onHand = 0, available = 0 }: Partial<Level>) => {
    const level = stock.get(sku) ?? { onHand: 0, available: 0 };
    stock.set(sku, { onHand: level.onHand + onHand, available: level.available + available });
  };
  const release = (orderId: string, lines: HoldLines) => {
    const known = holds.get(orderId);
    if (known?.state === 'shipped') return viewOf(orderId);
    if (known && known.state !== 'released')
      for (const { sku, units } of known.lines) change(sku, { available: units });
    holds.set(orderId, { state: 'released', lines: known?.lines ?? lines });
    return viewOf(orderId);
  };
  const ship = (orderId: string) => {
    const known = holds.get(orderId);
    if (known?.state !== 'claimed') return viewOf(orderId);
    for (const { sku, units } of known.lines) change(sku, { onHand: -units });
    holds.set(orderId, { ...known, state: 'shipped' });
    return viewOf(orderId);
  };
  const viewOf = (orderId: string): Hold => ({
    orderId,
    state: holds.get(orderId)?.state ?? 'released',
    expiresAt: null,
  });

  const common = { summary: 'Stock', allow: ['service'], params: { orderId: OrderId } } as const;
  const hold = { ...common, body: HoldRequest, response: Hold } as const;
  const routes = [
    route({
      ...hold,
      method: 'PUT',
      path: '/holds/:orderId',
      handle: async ({ params: { orderId }, body }) => reply(take(orderId, body.lines, 'held')),
    }),
    route({
      ...hold,
      method: 'POST',
      path: '/holds/:orderId/claim',
      handle: async ({ params: { orderId }, body }) => reply(take(orderId, body.lines, 'claimed')),
    }),
    route({
      ...hold,
      method: 'POST',
      path: '/holds/:orderId/release',
      handle: async ({ params: { orderId }, body }) => reply(release(orderId, body.lines)),
    }),
    route({
      ...hold,
      method: 'POST',
      path: '/holds/:orderId/ship',
      handle: async ({ params: { orderId } }) => reply(ship(orderId)),
    }),
    route({
      ...common,
      method: 'POST',
      path: '/holds/:orderId/restock',
      body: z.strictObject({ refundId: z.uuid(), lines: HoldLines }),
      async handle({ body: { refundId, lines } }) {
        if (!restocked.has(refundId))
          for (const { sku, units } of lines) change(sku, { onHand: units, available: units });
        restocked.set(refundId, lines);
        return empty();
      },
    }),
  ];
  const peer = await startPeer('product', routes, knobs);
  const put = (sku: string, units: number) => stock.set(sku, { onHand: units, available: units });
  return { ...peer, stock, holds, restocked, put };
}
