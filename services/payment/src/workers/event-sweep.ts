import type { Worker } from '@storefront/kit/http';
import type { Log } from '@storefront/kit/log';
import type { Clock } from '@storefront/kit/time';
import type { PaymentProvider, ProviderEvent } from '../domain/provider.ts';
import type { ReceiveEvent } from '../payments/receive-event.ts';
import type { EventPosition } from '../store/event-position.ts';
import { pruneBatch, type Events } from '../store/events.ts';
import type { OnLostShard } from '../store/each-shard.ts';
import { createRepeating } from './repeating.ts';

export type EventSweepOptions = {
  provider: PaymentProvider;
  position: EventPosition;
  events: Events;
  receive: ReceiveEvent;
  log: Log;
  clock: Clock;
  everyMs: number;
  observe: () => void;
};

/** Where the first one of all begins. */
const startSeconds = 24 * 60 * 60;
/** Read again each time: events are listed a little after they were made, and in no strict order within a second. */
const overlapSeconds = 120;
const parkedAtOnce = 200;

/** Webhooks may be lost; Stripe's list of events is not. One process at a time reads on from where the last one was. */
export function eventSweep(options: EventSweepOptions): Worker {
  const { log, everyMs, events } = options;
  const onLost = onLostOf(log);
  return createRepeating({
    name: 'event-sweep',
    everyMs,
    log,
    async work(signal) {
      // How far the list is read stands on one shard: without that one the others' parked events are tried all the same.
      await sweep(options, signal).catch((error: unknown) =>
        log.warn({ error }, 'the list of events cannot be read now'),
      );
      await retryParked(options, signal);
      while (!signal.aborted && (await events.prune(onLost)) >= pruneBatch);
    },
  });
}

async function sweep(options: EventSweepOptions, signal: AbortSignal): Promise<void> {
  const { position, clock, everyMs, observe } = options;
  const start = Math.floor(clock.now().getTime() / 1000) - startSeconds;
  // A little less than the pause between two looks, so that one process alone keeps its pace.
  const leased = await position.lease({ start, everyMs: everyMs / 2 });
  if (!leased) return;
  let readTo: number | undefined;
  try {
    readTo = await readOn(options, leased, signal);
    observe();
  } finally {
    await position.release(leased.token, readTo);
  }
}

/** Answers up to when all is read: where something failed, it is read again. */
async function readOn(
  { provider, position, events, receive, log }: EventSweepOptions,
  { token, position: from }: { token: string; position: number },
  signal: AbortSignal,
): Promise<number> {
  let newest = from;
  const missed: ProviderEvent[] = [];
  for await (const page of provider.events(from - overlapSeconds)) {
    newest = Math.max(newest, ...page.map(({ created }) => created));
    missed.push(...(await events.unseen(page, onLostOf(log))));
    await position.hold(token);
  }
  for (const [index, event] of missed.toReversed().entries()) {
    if (signal.aborted) return event.created;
    if (index % 50 === 49) await position.hold(token);
    await receive(event, 'sweep').catch((error: unknown) => {
      log.warn({ error, event: event.id, type: event.type }, 'an event of the list cannot be applied now');
      newest = Math.min(newest, event.created);
    });
  }
  return newest;
}

/** The order may have come since, or have come back from a backup. */
async function retryParked({ events, receive, log }: EventSweepOptions, signal: AbortSignal): Promise<void> {
  for (const parked of await events.parked(parkedAtOnce, onLostOf(log))) {
    if (signal.aborted) return;
    try {
      const outcome = await receive(parked.event, 'sweep');
      if (outcome !== 'parked') await events.unpark(parked);
    } catch (error) {
      log.warn({ error, event: parked.event.id }, 'an event that was parked cannot be tried now');
    }
  }
}

const onLostOf =
  (log: Log): OnLostShard =>
  (shard, error) =>
    log.warn({ error, shard }, 'events of a shard cannot be looked after');
