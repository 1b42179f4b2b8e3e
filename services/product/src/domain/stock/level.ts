/** What the shop and the merchant are told of a stock. */
export type Level = 'plenty' | 'low' | 'out';

/** Larger than any stock: a level that nothing is above or below. */
const never = 1_000_000_000;

export function levelOf(available: number, lowAt: number | null): Level {
  if (available <= 0) return 'out';
  return lowAt !== null && available <= lowAt ? 'low' : 'plenty';
}

/**
 * How many units may go, and come, before the level is another one than was told. One that is not above zero says that
 * something is to be told. An update changes both by its units, so that the same statement which sells the last unit marks
 * the document, and an index over numbers finds it.
 */
export type Distances = { toFall: number; toRise: number };

export function distancesOf(told: Level, { available, lowAt }: { available: number; lowAt: number | null }): Distances {
  const falls = { plenty: lowAt ?? 0, low: 0, out: -never }[told];
  const rises = { plenty: never, low: (lowAt ?? 0) + 1, out: 1 }[told];
  return { toFall: available - falls, toRise: rises - available };
}

/** What such an update adds to them when `units` become available, or are taken. */
export function moved(units: number): { toFall: number; toRise: number } {
  return { toFall: units, toRise: -units };
}

export function isTold({ toFall, toRise }: Distances): boolean {
  return toFall > 0 && toRise > 0;
}

/** What must be added to both when another level has been told, or low is another number, whatever is available by then. */
export function differenceOf(
  before: { told: Level; lowAt: number | null },
  after: { told: Level; lowAt: number | null },
): Distances {
  const [old, next] = [before, after].map(({ told, lowAt }) => distancesOf(told, { available: 0, lowAt }));
  return { toFall: next!.toFall - old!.toFall, toRise: next!.toRise - old!.toRise };
}

/** Whether lists show the product otherwise. */
export function isSoldOutOrBack(before: Level, after: Level): boolean {
  return (before === 'out') !== (after === 'out');
}
