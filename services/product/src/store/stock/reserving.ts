import { holdDiffers, outOfStock, stockBusy, type Shortage } from '../../domain/stock/errors.ts';
import type { HoldEntry } from './documents.ts';
import type { Lines } from './endings.ts';
import type { Levels } from './levels.ts';
import type { Part, Units } from './units.ts';

type Order = { orderId: string; lines: Lines; call: string };
type Taken = { hold: HoldEntry } | { short: number };

/** Each attempt fails only when the same order's hold, or the last units, changed hands in between. */
const attempts = 4;

/** Takes all that an order wants, or nothing. */
export class Reserving {
  readonly #units: Units;
  readonly #levels: Levels;

  constructor({ units, levels }: { units: Units; levels: Levels }) {
    this.#units = units;
    this.#levels = levels;
  }

  /** Throws `out-of-stock` when a part is short. After an error of the store, what was taken waits for the call to be repeated. */
  async take(wanted: readonly Part[], order: Order): Promise<HoldEntry[]> {
    const holds: HoldEntry[] = [];
    for (const [at, part] of wanted.entries()) {
      const taken = await this.#takeOne(part, order.call);
      if ('short' in taken) {
        await this.takeBack(wanted.slice(0, at), order.call);
        throw outOfStock(await this.#shortages(order, { sku: part.sku, available: taken.short }));
      }
      holds.push(taken.hold);
    }
    return holds;
  }

  /** Only what nobody else relies on, and what is not claimed. */
  async takeBack(parts: readonly Part[], call: string): Promise<void> {
    for (const part of parts) {
      const seen = await this.#seen(part);
      if (seen?.hold?.call !== call || seen.hold.expiresAt === null) continue;
      const left = await this.#units.giveBack(part, seen.hold);
      if (left) await this.#levels.notice(part.sku, left);
    }
  }

  async #takeOne(part: Part, call: string): Promise<Taken> {
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const taken = await this.#units.take(part, call);
      if (taken) {
        await this.#levels.notice(part.sku, taken.left);
        return taken;
      }
      const { hold, available } = (await this.#seen(part)) ?? { hold: undefined, available: 0 };
      if (hold && (await this.#isRelied(part, hold, call))) return { hold };
      if (!hold && available < part.units) return { short: available };
    }
    throw stockBusy();
  }

  /** A claimed hold needs nobody to rely on it: only the order's end ends it. */
  async #isRelied(part: Part, hold: HoldEntry, call: string): Promise<boolean> {
    if (hold.units !== part.units) throw holdDiffers(part.sku, hold.units);
    return hold.expiresAt === null || this.#units.rely(part, hold, call);
  }

  /** All that are short, as a person wants to know them at once. */
  async #shortages({ orderId, lines }: Order, known: { sku: string; available: number }): Promise<Shortage[]> {
    const others = lines.filter(({ sku }) => sku !== known.sku).map(({ sku }) => sku);
    const seen = others.length > 0 ? await this.#units.seen(orderId, others) : new Map();
    return lines.flatMap(({ sku, units }, index) => {
      if (sku === known.sku) return [{ index, ...known }];
      const { hold, available = 0 } = seen.get(sku) ?? {};
      return hold || available >= units ? [] : [{ index, sku, available }];
    });
  }

  async #seen({ orderId, sku }: Part) {
    return (await this.#units.seen(orderId, [sku])).get(sku);
  }
}
