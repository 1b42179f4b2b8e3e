import type { Settings } from '../schema.ts';

/** A setting, or a part of one: `zones`, `cluster.pools`. */
type Setting = {
  [Key in keyof Settings]-?: Key | `${Key}.${keyof NonNullable<Settings[Key]> & string}`;
}[keyof Settings];

/** The settings of these names, and nothing else of them. */
type Part<Name> = Name extends keyof Settings
  ? Pick<Settings, Name>
  : Name extends `${infer Key extends keyof Settings}.${infer Inner}`
    ? { [key in Key]: Pick<Settings[Key], Inner & keyof Settings[Key]> }
    : never;
type All<Union> = (Union extends unknown ? (each: Union) => void : never) extends (all: infer Each) => void
  ? Each
  : never;

/** What one field alone cannot show: sentences that say what is wrong and what to do. */
export type Rule = {
  /** What it looks at: it is asked once each of these is right by itself. */
  of: readonly string[];
  find: (settings: never) => string[];
};

export const rule = <Name extends Setting>(
  of: readonly Name[],
  find: (settings: All<Part<Name>>) => string[],
): Rule => ({ of, find });

export const repeated = (names: readonly string[]): string[] => [
  ...new Set(names.filter((name, at) => names.indexOf(name) !== at)),
];
