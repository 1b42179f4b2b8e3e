import { createLog } from '@storefront/kit/log';
import { systemClock } from '@storefront/kit/time';
import { expect, it } from 'vitest';
import type { PaymentProvider } from '../domain/provider.ts';
import { pruneBatch, type Events } from '../store/events.ts';
import { eventSweep } from './event-sweep.ts';

it('forgets old events at each look until none are left, however many have come since the last one', async () => {
  const calls: string[] = [];
  const left = [pruneBatch, pruneBatch + 7, 3];
  const hasLookedTwice = Promise.withResolvers<void>();
  const events: Partial<Events> = {
    async parked() {
      if (calls.push('look') > 1) hasLookedTwice.resolve();
      return [];
    },
    async prune() {
      calls.push('forget');
      return left.shift() ?? 0;
    },
  };
  const sweep = eventSweep({
    events: events as Events,
    position: { lease: async () => undefined, hold: async () => {}, release: async () => {} },
    provider: {} as PaymentProvider,
    receive: async () => 'ignored',
    log: createLog({ service: 'test', level: 'silent' }),
    clock: systemClock,
    everyMs: 1,
    observe: () => {},
  });
  await sweep.start();
  await hasLookedTwice.promise;
  await sweep.stop();
  expect(calls.slice(0, 5)).toEqual(['look', 'forget', 'forget', 'forget', 'look']);
});
