import { z } from 'zod';
import type { Settings } from './database.ts';

/** What a person may do to a simulator's clock; times and durations are milliseconds. */
export const ClockChange = z.union([
  z.strictObject({ advanceMs: z.int().nonnegative() }),
  z.strictObject({ frozen: z.boolean(), now: z.int().nonnegative().exactOptional() }),
]);
export type ClockChange = z.infer<typeof ClockChange>;

/** Simulated time: it runs with the machine's, ahead of it by what it was advanced, or stands still. */
export type Clock = {
  /** Milliseconds since 1970, simulated. */
  now: () => number;
  seconds: () => number;
  isFrozen: () => boolean;
  change: (change: ClockChange) => void;
  /** Milliseconds of the machine until a simulated moment; undefined while the clock stands still before it. */
  waitFor: (moment: number) => number | undefined;
};

type State = { aheadMs: number; frozenAt: number | null };

export function createClock(settings: Settings, machine: () => number = Date.now): Clock {
  let state = (settings.read('clock') as State | undefined) ?? { aheadMs: 0, frozenAt: null };
  const now = () => state.frozenAt ?? machine() + state.aheadMs;
  const keep = (next: State) => {
    settings.write('clock', next);
    state = next;
  };
  const standAt = (moment: number, frozen: boolean): State => ({
    aheadMs: moment - machine(),
    frozenAt: frozen ? moment : null,
  });
  return {
    now,
    seconds: () => Math.floor(now() / 1000),
    isFrozen: () => state.frozenAt !== null,
    change(change) {
      if ('advanceMs' in change) keep(standAt(now() + change.advanceMs, state.frozenAt !== null));
      else keep(standAt(change.now ?? now(), change.frozen));
    },
    waitFor(moment) {
      const waitMs = moment - now();
      if (waitMs <= 0) return 0;
      return state.frozenAt === null ? waitMs : undefined;
    },
  };
}
