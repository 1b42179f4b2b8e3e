import { conflict } from '@storefront/kit/errors';
import type { Hold, HoldLines } from '@storefront/product/contract/stock';
import { holdRoutes } from './http/product.ts';
import { Knobs, startPeer } from './peer.ts';

type Level = { onHand: number; available: number };
type Kept = { state: Hold['state']; lines: HoldLines };

/** Stock as its service keeps it: all calls are idempotent by the order's id. */
export class StockLedger {
  readonly levels = new Map<string, Level>();
  readonly holds = new Map<string, Kept>();
  readonly restocked = new Map<string, HoldLines>();

  take(orderId: string, lines: HoldLines, state: 'held' | 'claimed'): Hold {
    const known = this.holds.get(orderId);
    // What has ended is answered with how it ended.
    if (known) {
      if (known.state === 'held') this.holds.set(orderId, { ...known, state });
      return this.#view(orderId);
    }
    const short = lines.flatMap(({ sku, units }, index) =>
      this.#available(sku) < units
        ? [{ field: `lines[${index}].units`, message: `${this.#available(sku)} are left` }]
        : [],
    );
    if (short.length > 0) throw conflict('out-of-stock', 'Not all of it is there.', short);
    for (const { sku, units } of lines) this.#change(sku, { available: -units });
    this.holds.set(orderId, { state, lines });
    return this.#view(orderId);
  }

  release(orderId: string, lines: HoldLines): Hold {
    const known = this.holds.get(orderId);
    if (known?.state === 'shipped') return this.#view(orderId);
    if (known && known.state !== 'released')
      for (const { sku, units } of known.lines) this.#change(sku, { available: units });
    this.holds.set(orderId, { state: 'released', lines: known?.lines ?? lines });
    return this.#view(orderId);
  }

  ship(orderId: string): Hold {
    const known = this.holds.get(orderId);
    if (known?.state === 'shipped') return this.#view(orderId);
    if (known?.state !== 'claimed') throw conflict('not-claimed', 'These goods are not claimed.');
    for (const { sku, units } of known.lines) this.#change(sku, { onHand: -units });
    this.holds.set(orderId, { ...known, state: 'shipped' });
    return this.#view(orderId);
  }

  restock(refundId: string, lines: HoldLines): void {
    if (!this.restocked.has(refundId))
      for (const { sku, units } of lines) this.#change(sku, { onHand: units, available: units });
    this.restocked.set(refundId, lines);
  }

  put(sku: string, units: number): void {
    this.levels.set(sku, { onHand: units, available: units });
  }

  #available(sku: string): number {
    return this.levels.get(sku)?.available ?? 0;
  }

  #change(sku: string, { onHand = 0, available = 0 }: Partial<Level>): void {
    const level = this.levels.get(sku) ?? { onHand: 0, available: 0 };
    this.levels.set(sku, { onHand: level.onHand + onHand, available: level.available + available });
  }

  #view(orderId: string): Hold {
    return { orderId, state: this.holds.get(orderId)?.state ?? 'released', expiresAt: null };
  }
}

export async function startProduct() {
  const stock = new StockLedger();
  const peer = await startPeer('product', holdRoutes(stock), new Knobs());
  const { holds, restocked, levels } = stock;
  const put = (sku: string, units: number) => stock.put(sku, units);
  return { ...peer, stock: levels, holds, restocked, put };
}
