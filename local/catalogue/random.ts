import { createHash } from 'node:crypto';

/** A stream of numbers that is the same for the same seed, on every machine. */
export type Random = {
  /** At least 0, below 1. */
  next: () => number;
  between: (low: number, high: number) => number;
  /** Both ends included. */
  int: (low: number, high: number) => number;
  chance: (probability: number) => boolean;
  pick: <T>(list: readonly T[]) => T;
  /** `count` different entries, in a random order. */
  sample: <T>(list: readonly T[], count: number) => T[];
};

/** sfc32 by Chris Doty-Humphrey (PractRand), seeded by SHA-256. */
export function createRandom(seed: string): Random {
  const hash = createHash('sha256').update(seed).digest();
  const state = [hash.readInt32LE(0), hash.readInt32LE(4), hash.readInt32LE(8), 1];
  const next = () => sfc32(state) / 2 ** 32;
  const int = (low: number, high: number) => low + Math.floor(next() * (high - low + 1));
  const pick = <T>(list: readonly T[]) => list[int(0, list.length - 1)]!;
  return {
    next,
    int,
    pick,
    between: (low, high) => low + next() * (high - low),
    chance: (probability) => next() < probability,
    sample: (list, count) => {
      const rest = [...list];
      return Array.from({ length: Math.min(count, rest.length) }, () => rest.splice(int(0, rest.length - 1), 1)[0]!);
    },
  };
}

function sfc32(state: number[]): number {
  const [a, b, c, counter] = state as [number, number, number, number];
  const sum = (a + b + counter) | 0;
  state[0] = b ^ (b >>> 9);
  state[1] = (c + (c << 3)) | 0;
  state[2] = (((c << 21) | (c >>> 11)) + sum) | 0;
  state[3] = (counter + 1) | 0;
  return sum >>> 0;
}
