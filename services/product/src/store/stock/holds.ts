import { randomUUID } from 'node:crypto';
import type { Clock } from '@storefront/kit/time';
import { notClaimed, stockBusy } from '../../domain/stock/errors.ts';
import { soldBy } from '../../domain/stock/movement.ts';
import { hasExpired, holdUntil, type Ending } from '../../domain/stock/stock.ts';
import type { HoldEntry } from './documents.ts';
import type { Endings, Lines } from './endings.ts';
import type { Ledger } from './ledger.ts';
import type { Levels } from './levels.ts';
import type { Reserving } from './reserving.ts';
import type { Part, Units } from './units.ts';

/** What an order has; `expiresAt` is when the first of its units can be ordered by others again. */
export type OrderHold = { state: 'held' | 'claimed' | Ending; expiresAt: Date | null };

/** All may be repeated, come late or in another order: what counts is the first ending, and until then what there is. */
export type Holds = {
  reserve(orderId: string, lines: Lines): Promise<OrderHold>;
  claim(orderId: string, lines: Lines): Promise<OrderHold>;
  release(orderId: string, lines: Lines): Promise<OrderHold>;
  ship(orderId: string, lines: Lines): Promise<OrderHold>;
  /** Does once more what endings say, of orders that ended a minute ago; answers how many. */
  settle(signal: AbortSignal): Promise<number>;
};

export type HoldsDeps = {
  units: Units;
  reserving: Reserving;
  endings: Endings;
  ledger: Ledger;
  levels: Levels;
  clock: Clock;
};

const attempts = 4;
const settleBatch = 100;

export function mongoHolds(deps: HoldsDeps): Holds {
  return new MongoHolds(deps);
}

/**
 * An order's SKUs one after another, in the order of their names. Who reserves looks for an ending afterwards, who ends an order
 * says so before it looks for holds: whatever comes between, one of the two finds the other.
 */
class MongoHolds implements Holds {
  readonly #deps: HoldsDeps;

  constructor(deps: HoldsDeps) {
    this.#deps = deps;
  }

  async reserve(orderId: string, lines: Lines): Promise<OrderHold> {
    const { reserving, endings, clock } = this.#deps;
    const [call, parts] = [newCall(), partsOf(orderId, lines)];
    const holds = await reserving.take(parts, { orderId, lines, call });
    const ending = await endings.find(orderId);
    if (ending === undefined) return heldBy(holds, clock.now());
    await reserving.takeBack(parts, call);
    return ended(ending);
  }

  async claim(orderId: string, lines: Lines): Promise<OrderHold> {
    const parts = partsOf(orderId, lines);
    const open: Part[] = [];
    for (const part of parts) if (!(await this.#deps.units.claim(part))) open.push(part);
    if (open.length > 0) await this.#claimAnew(orderId, lines, open);
    const ending = await this.#deps.endings.find(orderId);
    if (ending === 'released') await this.#giveBack(parts);
    return ending ? ended(ending) : { state: 'claimed', expiresAt: null };
  }

  async release(orderId: string, lines: Lines): Promise<OrderHold> {
    const ending = await this.#deps.endings.end(orderId, 'released', lines);
    if (ending === 'released') await this.#giveBack(partsOf(orderId, lines));
    return ended(ending);
  }

  async ship(orderId: string, lines: Lines): Promise<OrderHold> {
    const { units, endings } = this.#deps;
    const parts = partsOf(orderId, lines);
    const seen = await units.seen(orderId, skusOf(parts));
    const unclaimed = parts.filter((part) => !isClaimed(seen.get(part.sku)?.hold, part));
    if (unclaimed.length > 0 && !(await endings.find(orderId))) throw notClaimed(skusOf(unclaimed));
    const ending = await endings.end(orderId, 'shipped', lines);
    if (ending === 'shipped') for (const part of parts) await this.#leave(part);
    return ended(ending);
  }

  async settle(signal: AbortSignal): Promise<number> {
    const { endings } = this.#deps;
    const done: string[] = [];
    for (const { _id, ending, lines } of await endings.unsettled(settleBatch)) {
      if (signal.aborted) break;
      if (ending === 'released') await this.#giveBack(partsOf(_id, lines));
      else for (const part of partsOf(_id, lines)) await this.#leave(part);
      done.push(_id);
    }
    await endings.settle(done);
    return done.length;
  }

  /** Parts that had no hold any more are taken again, if the order has not ended; those claimed already stay so. */
  async #claimAnew(orderId: string, lines: Lines, open: readonly Part[]): Promise<void> {
    const { units, reserving, endings } = this.#deps;
    const seen = await units.seen(orderId, skusOf(open));
    const gone = open.filter((part) => !isClaimed(seen.get(part.sku)?.hold, part));
    if (gone.length === 0 || (await endings.find(orderId))) return;
    await reserving.take(gone, { orderId, lines, call: newCall() });
    const again = await units.seen(orderId, skusOf(gone));
    for (const part of gone)
      if (!isClaimed(again.get(part.sku)?.hold, part) && !(await units.claim(part))) throw stockBusy();
  }

  async #giveBack(parts: readonly Part[]): Promise<void> {
    const { units, levels } = this.#deps;
    const orderId = parts[0]?.orderId ?? '';
    let open = skusOf(parts);
    for (let attempt = 0; attempt < attempts && open.length > 0; attempt += 1) {
      const seen = [...(await units.seen(orderId, open))];
      open = [];
      for (const [sku, { hold }] of seen) {
        const left = hold && (await units.giveBack({ sku, orderId }, hold));
        if (left) await levels.notice(sku, left);
        else if (hold) open.push(sku);
      }
    }
    if (open.length > 0) throw stockBusy();
  }

  async #leave(part: Part): Promise<void> {
    const { units, ledger, clock } = this.#deps;
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      if (await units.leave(part, soldBy(part, clock.now()))) return ledger.hint();
      const hold = (await units.seen(part.orderId, [part.sku])).get(part.sku)?.hold;
      if (!isClaimed(hold, part)) return;
      await ledger.write([part.sku]); // it waits for room
    }
    throw stockBusy();
  }
}

/** Which call a hold is of; short, since every hold carries one. */
function newCall(): string {
  return randomUUID().slice(0, 8);
}

function partsOf(orderId: string, lines: Lines): Part[] {
  const parts = lines.map(({ sku, units }) => ({ orderId, sku, units }));
  return parts.sort((a, b) => (a.sku < b.sku ? -1 : 1));
}

function skusOf(parts: readonly Part[]): string[] {
  return parts.map(({ sku }) => sku);
}

function isClaimed(hold: HoldEntry | undefined, { units }: Part): boolean {
  return hold?.expiresAt === null && hold.units === units;
}

function ended(ending: Ending): OrderHold {
  return { state: ending, expiresAt: null };
}

function heldBy(holds: readonly HoldEntry[], now: Date): OrderHold {
  const ends = holds.flatMap((hold) =>
    hold.expiresAt === null ? [] : [hasExpired(hold, now) ? holdUntil(now) : hold.expiresAt],
  );
  if (ends.length === 0) return { state: 'claimed', expiresAt: null };
  return { state: 'held', expiresAt: new Date(Math.min(...ends.map((end) => end.getTime()))) };
}
