import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Worker } from '@storefront/kit/http';
import type { Log } from '@storefront/kit/log';
import { ms, type Clock, type Duration } from '@storefront/kit/time';
import type { LabelDesk } from '../labels/label-desk.ts';
import type { ShipmentRef, Shipments } from '../store/shipments.ts';

export type LookAfterDeps = {
  shipments: Pick<Shipments, 'due' | 'take'>;
  desk: Pick<LabelDesk, 'look'>;
  clock: Clock;
  log: Log;
  every?: Duration;
};

/** As many at once, of each shard. */
const atOnce = 8;

/** Takes every shipment that is due, as long as there are any; several instances share them by leases. */
export function lookAfterShipments({ shipments, desk, clock, log, every = '1s' }: LookAfterDeps): Worker {
  const stopping = new AbortController();
  const { signal } = stopping;
  let running: Promise<void> = Promise.resolve();

  async function lookAt(ref: ShipmentRef): Promise<void> {
    if (signal.aborted) return;
    const lease = randomUUID();
    const taken = await shipments.take(ref, { lease, now: clock.now() });
    if (taken) await desk.look({ shipment: taken, lease });
  }

  async function run(): Promise<void> {
    const onError = (shard: string, error: unknown) =>
      log.warn({ error, shard }, 'shipments of a shard cannot be looked after');
    while (!signal.aborted) {
      const due = await shipments.due(atOnce, clock.now(), onError);
      const done = await Promise.allSettled(due.map(lookAt));
      for (const one of done)
        if (one.status === 'rejected') log.warn({ error: one.reason as unknown }, 'a shipment could not be taken');
      const isBehind = due.length >= atOnce && done.every(({ status }) => status === 'fulfilled');
      if (!isBehind) await pause(ms(every), undefined, { signal }).catch(() => {});
    }
  }

  return {
    start: () => void (running = run()),
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
