import { z } from 'zod';
import type { DeskDeps } from './desk.ts';

/** What can be set of the carrier itself; milliseconds are simulated. */
export const Knobs = z.strictObject({
  /** From a purchase to its label; 0 at once, null never. */
  labelAfterMs: z.int().nonnegative().nullable(),
  /** From one scan to the next; null: only when told. */
  stepMs: z.int().positive().nullable(),
  /** From a refund that was asked for to the money. */
  refundAfterMs: z.int().nonnegative(),
  /** By how much the prices of new rates differ from the list. */
  pricePercent: z.number().min(-50).max(500),
});
export type Knobs = z.infer<typeof Knobs>;

const hourMs = 3600 * 1000;

export function readKnobs({ config, parts }: Pick<DeskDeps, 'config' | 'parts'>): Knobs {
  const set = parts.settings.read('carrier') as Partial<Knobs> | undefined;
  return { labelAfterMs: 0, stepMs: config.stepMs, refundAfterMs: hourMs, pricePercent: 0, ...set };
}

export function changeKnobs(deps: Pick<DeskDeps, 'config' | 'parts'>, change: unknown): Knobs {
  const next = { ...readKnobs(deps), ...Knobs.partial().parse(change) } as Knobs;
  deps.parts.settings.write('carrier', next);
  return next;
}
