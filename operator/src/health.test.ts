import { describe, expect, it } from 'vitest';
import { createOperatorHealth } from './health.ts';
import type { Informer } from './informer.ts';

const heardAt = (lastContact: number, isSynced = true) => ({ lastContact, isSynced }) as Informer;

describe('readiness', () => {
  it('begins when every kind is known and ends when the operator leaves', () => {
    let isSynced = false;
    const health = createOperatorHealth(
      () => [heardAt(1_000), heardAt(1_000, isSynced)],
      () => 2_000,
    );
    health.started();
    expect(health.isReady).toBe(false);
    isSynced = true;
    expect(health.isReady).toBe(true);
    health.draining();
    expect([health.isReady, health.isDraining]).toEqual([false, true]);
  });

  it('ends when one kind has not been heard of for three minutes, and begins again with news', () => {
    let time = 0;
    let last = 0;
    const health = createOperatorHealth(
      () => [heardAt(Infinity), heardAt(last)],
      () => time,
    );
    health.started();
    time = 179_999;
    expect(health.isReady).toBe(true);
    time = 180_000;
    expect(health.isReady).toBe(false);
    last = 170_000;
    expect(health.isReady).toBe(true);
  });
});
