import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';

import { together } from './together.ts';

describe('work done together', () => {
  it('is done once for all who ask before it begins, and again for who asks while it runs', async () => {
    const runs: { end: () => void }[] = [];
    const ask = together(() => new Promise((end) => runs.push({ end })), 1);
    const first = [ask(), ask(), ask()];
    await pause(5);
    expect(runs).toHaveLength(1);

    const later = ask();
    runs[0]?.end();
    await Promise.all(first);
    await pause(5);
    expect(runs).toHaveLength(2);
    runs[1]?.end();
    await later;
  });

  it('is not done again before its time', async () => {
    const times: number[] = [];
    const ask = together(async () => void times.push(performance.now()), 40);
    await ask();
    await ask();
    expect((times[1] as number) - (times[0] as number)).toBeGreaterThanOrEqual(38);
  });

  it('fails for all who wait for it, and is tried for the next', async () => {
    let isAway = true;
    const ask = together(async () => {
      if (isAway) throw new Error('away');
    }, 1);
    await expect(Promise.all([ask(), ask()])).rejects.toThrow('away');
    isAway = false;
    await ask();
  });
});
