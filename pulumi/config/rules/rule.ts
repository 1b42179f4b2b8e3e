import type { Settings } from '../schema.ts';

/** What one field alone cannot show: sentences that say what is wrong and what to do. */
export type Rule = {
  /** The settings it looks at: it is asked once each of them is right by itself. */
  of: readonly (keyof Settings)[];
  find: (settings: Settings) => string[];
};

export const rule = <Key extends keyof Settings>(
  of: readonly Key[],
  find: (settings: Pick<Settings, Key>) => string[],
): Rule => ({ of, find });

export const repeated = (names: readonly string[]): string[] => [
  ...new Set(names.filter((name, at) => names.indexOf(name) !== at)),
];
