import type { Worker } from '@storefront/kit/http';
import type { Log } from '@storefront/kit/log';
import type { Shards } from '@storefront/kit/postgres';
import type { Duration } from '@storefront/kit/time';
import type { OrderId } from '@storefront/commerce/order-ids';
import { versionsOf } from '../store/versions.ts';
import type { Tables } from '../store/tables.ts';
import { every } from './every.ts';

type Listener = () => void;
type Watched = { version: number; listeners: Set<Listener> };

export type OrderWatch = Worker & {
  /** Calls the listener whenever the order has come further than that version; answers how to end it. */
  watch(orderId: OrderId, version: number, listener: Listener): () => void;
  /** This process has changed it. */
  changed(orderId: OrderId, version: number): void;
};

/**
 * Who waits for orders to change: told at once of what this process does, and within a second of what others do, by one statement
 * for each shard, and none while nobody waits.
 */
export function createOrderWatch(deps: {
  shards: Pick<Shards<Tables>, 'all'>;
  log: Log;
  interval?: Duration;
}): OrderWatch {
  const { shards, log, interval = '1s' } = deps;
  const watched = new Map<OrderId, Watched>();

  function changed(orderId: OrderId, version: number): void {
    const known = watched.get(orderId);
    if (!known || known.version >= version) return;
    known.version = version;
    for (const listener of Array.from(known.listeners)) listener();
  }

  async function look(): Promise<void> {
    const ids = [...watched.keys()];
    if (ids.length === 0) return;
    const looks = shards.all().map(async (shard) => {
      const versions = await versionsOf(shard, ids);
      for (const [orderId, version] of versions) changed(orderId, version);
    });
    const results = await Promise.allSettled(looks);
    const failed = results.find((result) => result.status === 'rejected');
    if (failed) log.debug({ error: failed.reason as unknown }, 'changes of orders cannot be read now');
  }

  return {
    ...every(interval, look),
    changed,
    watch(orderId, version, listener) {
      const known = watched.get(orderId) ?? { version, listeners: new Set<Listener>() };
      watched.set(orderId, known);
      known.listeners.add(listener);
      if (known.version > version) queueMicrotask(listener);
      return () => {
        known.listeners.delete(listener);
        if (known.listeners.size === 0 && watched.get(orderId) === known) watched.delete(orderId);
      };
    },
  };
}
