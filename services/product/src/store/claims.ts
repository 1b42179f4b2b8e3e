import { randomUUID } from 'node:crypto';
import type { Clock } from '@storefront/kit/time';
import { changingTooFast } from '../domain/errors.ts';
import type { ClaimDocument, Collections } from './documents.ts';
import { duplicates } from './guard.ts';

/** Claims that were made for a write, to be taken back if the write fails. */
export type Claimed = { owner: string; token: string; made: string[] };

export type Claims = {
  /** Makes all the keys the owner's, or none: then the first that belongs to another is `taken`. */
  claim(owner: string, keys: readonly string[]): Promise<Claimed | { taken: string }>;
  /** For many owners at once; answers those that got all their keys. The others have none of this call's. */
  claimMany(wanted: readonly { owner: string; keys: readonly string[] }[]): Promise<Map<string, Claimed>>;
  /** Takes back what a failed write had claimed. A claim that another call relies on by now stays. */
  release(claimed: Claimed): Promise<void>;
  /** What to hand to `releaseSeen` after the write that gives the keys up. */
  seen(owner: string, keys: readonly string[]): Promise<Seen>;
  releaseSeen(seen: Seen): Promise<void>;
};
export type Seen = { _id: string; owner: string; token: string }[];

/** Longer than any request may take: an older claim whose owner has no such key was left by a crash. */
const graceMs = 60_000;
const attempts = 5;

/**
 * A key is claimed before the product that has it is written, and given up after the product without it is: so at any
 * crash there may be a claim too many, never one too few. A claim too many is taken over after the grace.
 */
export function mongoClaims({ claims, products }: Collections, clock: Clock): Claims {
  return new MongoClaims(claims, products, clock);
}

class MongoClaims implements Claims {
  readonly #claims: Collections['claims'];
  readonly #products: Collections['products'];
  readonly #clock: Clock;

  constructor(claims: Collections['claims'], products: Collections['products'], clock: Clock) {
    this.#claims = claims;
    this.#products = products;
    this.#clock = clock;
  }

  async claim(owner: string, keys: readonly string[]): Promise<Claimed | { taken: string }> {
    const claimed: Claimed = { owner, token: randomUUID(), made: [] };
    try {
      let open = await this.#insert(claimed, keys);
      for (let attempt = 0; open.length > 0; attempt += 1) {
        if (attempt === attempts) throw changingTooFast();
        const outcome = await this.#settle(claimed, open);
        if ('taken' in outcome) return await this.#giveUp(claimed, outcome);
        open = outcome.open;
      }
      return claimed;
    } catch (error) {
      await this.release(claimed).catch(() => undefined);
      throw error;
    }
  }

  async claimMany(wanted: readonly { owner: string; keys: readonly string[] }[]): Promise<Map<string, Claimed>> {
    const [token, at] = [randomUUID(), this.#clock.now()];
    const rows = wanted.flatMap(({ owner, keys }) => keys.map((_id) => ({ _id, owner, token, at })));
    const refused = new Set(
      await this.#claims.insertMany(rows, { ordered: false }).then((): number[] => [], duplicates),
    );
    const losers = new Set(rows.filter((_, index) => refused.has(index)).map(({ owner }) => owner));
    const claimed = wanted.map(({ owner, keys }): [string, Claimed] => [owner, { owner, token, made: [...keys] }]);
    for (const [owner, own] of claimed) if (losers.has(owner)) await this.release(own);
    return new Map(claimed.filter(([owner]) => !losers.has(owner)));
  }

  /** Inserts what nobody has; answers the keys that somebody has. */
  async #insert(claimed: Claimed, keys: readonly string[]): Promise<string[]> {
    if (keys.length === 0) return [];
    const rows = keys.map((_id) => ({ _id, owner: claimed.owner, token: claimed.token, at: this.#clock.now() }));
    const refused = await this.#claims.insertMany(rows, { ordered: false }).then((): number[] => [], duplicates);
    const lost = new Set(refused.map((index) => keys[index]));
    claimed.made.push(...keys.filter((key) => !lost.has(key)));
    return [...lost].filter((key) => key !== undefined);
  }

  async #settle(claimed: Claimed, keys: string[]): Promise<{ open: string[] } | { taken: string }> {
    const found = await this.#claims.find({ _id: { $in: keys } }).toArray();
    const open: string[] = [];
    for (const row of found) {
      if (row.owner !== claimed.owner && !(await this.#isLeftBehind(row))) return { taken: row._id };
      if (!(await this.#takeOver(claimed, row))) open.push(row._id);
    }
    const gone = keys.filter((key) => found.every((row) => row._id !== key));
    return { open: [...open, ...(await this.#insert(claimed, gone))] };
  }

  async #isLeftBehind({ _id, owner, at }: ClaimDocument): Promise<boolean> {
    if (this.#clock.now().getTime() - at.getTime() < graceMs) return false;
    return !(await this.#holds(owner, _id));
  }

  async #holds(owner: string, key: string): Promise<boolean> {
    const value = key.slice(key.indexOf(':') + 1);
    const held = key.startsWith('sku:') ? { 'variants.sku': value } : { slugs: value };
    return (await this.#products.findOne({ _id: owner, ...held }, { projection: { _id: 1 } })) !== null;
  }

  /** A new token keeps an earlier call of the same owner from taking the claim back. */
  async #takeOver(claimed: Claimed, { _id, owner, token }: ClaimDocument): Promise<boolean> {
    const mine = { owner: claimed.owner, token: claimed.token, at: this.#clock.now() };
    const { matchedCount } = await this.#claims.updateOne({ _id, owner, token }, { $set: mine });
    if (matchedCount === 1 && owner !== claimed.owner) claimed.made.push(_id);
    return matchedCount === 1;
  }

  async #giveUp(claimed: Claimed, outcome: { taken: string }): Promise<{ taken: string }> {
    await this.release(claimed);
    return outcome;
  }

  async release({ owner, token, made }: Claimed): Promise<void> {
    if (made.length > 0) await this.#claims.deleteMany({ _id: { $in: made }, owner, token });
  }

  async seen(owner: string, keys: readonly string[]): Promise<Seen> {
    if (keys.length === 0) return [];
    return this.#claims.find({ _id: { $in: [...keys] }, owner }, { projection: { owner: 1, token: 1 } }).toArray();
  }

  async releaseSeen(rows: Seen): Promise<void> {
    for (const { _id, owner, token } of rows) await this.#claims.deleteOne({ _id, owner, token });
  }
}
