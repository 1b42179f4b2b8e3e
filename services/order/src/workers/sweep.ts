import type { Worker } from '@storefront/kit/http';
import type { Log } from '@storefront/kit/log';
import type { Shards } from '@storefront/kit/postgres';
import type { Clock, Duration } from '@storefront/kit/time';
import { takeDueSteps } from '../store/due-steps.ts';
import type { Tables } from '../store/tables.ts';
import { every } from './every.ts';
import type { SagaRunner } from './saga-runner.ts';

type Deps = {
  shards: Pick<Shards<Tables>, 'all'>;
  runner: Pick<SagaRunner, 'lookAt' | 'room'>;
  clock: Clock;
  log: Log;
  interval?: Duration;
};

const most = 20;

/**
 * Timers are rows: each second, on each shard, one look for steps that are due, whoever began them. It is the reconciler too: a step
 * past its deadline asks its participant for the truth, and then the saga goes on or turns back.
 */
export function sweepSteps({ shards, runner, clock, log, interval = '1s' }: Deps): Worker & { wake(): void } {
  const sweepShard = async (shard: ReturnType<typeof shards.all>[number]): Promise<void> => {
    const limit = Math.min(most, runner.room);
    if (limit === 0) return;
    const due = await takeDueSteps(shard, clock.now(), limit);
    for (const { orderId, saga } of due) runner.lookAt(orderId, saga);
  };
  return every(interval, async () => {
    const looks = shards.all().map((shard) =>
      sweepShard(shard).catch((error: unknown) => {
        log.warn({ error, shard: shard.name }, 'due steps cannot be read, will try again');
      }),
    );
    await Promise.all(looks);
  });
}
