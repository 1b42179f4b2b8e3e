/** Two that set the same field back and forth: after a few rounds the operator stops, says with whom, and tries again later. */

export type Fight = { id: string; managers: string[]; untilMs: number };

const WINDOW_MS = 600_000;
const ROUNDS = 5;

export type FightLog = {
  /** A change of these managers was set back. */
  note(storefront: string, id: string, managers: readonly string[]): void;
  /** Whether the child has been set back so often in the last ten minutes that it is left alone for now. */
  of(storefront: string, id: string): Fight | undefined;
  forget(storefront: string): void;
};

type Round = { at: number; managers: readonly string[] };

export function createFightLog(now: () => Date): FightLog {
  const rounds = new Map<string, Map<string, Round[]>>();
  const recent = (storefront: string, id: string): Round[] =>
    (rounds.get(storefront)?.get(id) ?? []).filter(({ at }) => now().getTime() - at < WINDOW_MS);
  return {
    note(storefront, id, managers) {
      const children = rounds.get(storefront) ?? new Map<string, Round[]>();
      rounds.set(storefront, children.set(id, [...recent(storefront, id), { at: now().getTime(), managers }]));
    },
    of(storefront, id) {
      const fought = recent(storefront, id);
      const first = fought.at(-ROUNDS);
      if (first === undefined) return undefined;
      const managers = [...new Set(fought.flatMap((round) => round.managers))];
      return { id, managers, untilMs: first.at + WINDOW_MS - now().getTime() };
    },
    forget: (storefront) => void rounds.delete(storefront),
  };
}
