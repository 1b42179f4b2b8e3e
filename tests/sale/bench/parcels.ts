import { setTimeout as pause } from 'node:timers/promises';

import { openProgress } from '../../auditor/readers/progress.ts';
import type { Target } from '../../auditor/target.ts';
import { scanParcel } from '../outside.ts';

/** Of each shard at once: what the shop takes in before more is told. */
const atOnce = 30;
const giveUpAfterMs = 120_000;

/** Brings every parcel to its door, so that all orders of the shop have ended; `left` had not when nothing moved any more. */
export async function deliverAll(target: Target): Promise<{ delivered: number; left: number }> {
  const progress = await openProgress(target);
  const moved = new Set<string>();
  let movedAt = performance.now();
  let toldAt = movedAt;
  for (;;) {
    const codes = await progress.parcelsUnderWay(atOnce);
    if (codes.length === 0 || performance.now() - movedAt > giveUpAfterMs) {
      await progress.close();
      return { delivered: moved.size - codes.length, left: codes.length };
    }
    for (const code of codes.filter((one) => !moved.has(one))) {
      // One that is further on, or voided, is nobody's to move.
      await scanParcel(target, code, 'delivered').catch(() => undefined);
      moved.add(code);
      movedAt = performance.now();
    }
    if (performance.now() - toldAt > 10_000) {
      process.stderr.write(`${moved.size - codes.length} parcels delivered\n`);
      toldAt = performance.now();
    }
    await pause(250);
  }
}
