/** A length of time as a person writes it: `'250ms'`, `'30s'`, `'5m'`, `'1h'`, `'7d'`. */
export type Duration = `${number}${'ms' | 's' | 'm' | 'h' | 'd'}`;

const unitMs = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const pattern = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/;

export function isDuration(text: string): text is Duration {
  return pattern.test(text);
}

/** The duration in whole milliseconds. */
export function ms(duration: Duration): number {
  const [, count, unit] = pattern.exec(duration) ?? [];
  if (count === undefined || unit === undefined)
    throw new RangeError(`"${duration}" is not a duration such as 250ms, 30s, 5m, 1h`);
  return Math.round(Number(count) * unitMs[unit as keyof typeof unitMs]);
}

export function seconds(duration: Duration): number {
  return Math.ceil(ms(duration) / 1000);
}

/** Passed to whatever needs the time, so that tests choose it. */
export type Clock = { now(): Date };

export const systemClock: Clock = { now: () => new Date() };
