import { PassThrough, type Readable } from 'node:stream';
import { ms } from '@storefront/kit/time';
import type { OrderId } from '@storefront/commerce/order-ids';
import { isFinal, type Entry, type Order } from '../domain/order.ts';

export type EventStreams = {
  /** What happened after that entry, and then whatever happens. */
  open(order: Order, after: number): Readable;
  /** Ends all of them, and each that is opened later at once; their clients come again, and find another process. */
  end(): void;
};

export type EventStreamsDeps = {
  orders: { find(orderId: OrderId): Promise<Order | undefined> };
  watch: { watch(orderId: OrderId, version: number, listener: () => void): () => void };
};

const heartbeatMs = ms('15s');
/** How long a client waits before it comes again: at once when this process goes, so that it misses nothing. */
const retryMs = { usual: 3_000, drain: 250 };

/** Each stream sends the rows of the history: a signal says only that there are new ones, so it may be lost or come twice. */
export function createEventStreams(deps: EventStreamsDeps): EventStreams {
  const open = new Set<OrderStream>();
  let isEnding = false;
  return {
    open(order, after) {
      const stream = new OrderStream(order, after, deps);
      open.add(stream);
      stream.body.once('close', () => open.delete(stream));
      // Its order was being read when the others were ended; a browser that is refused would not come again.
      if (isEnding) stream.end(retryMs.drain);
      return stream.body;
    },
    end() {
      isEnding = true;
      for (const stream of open) stream.end(retryMs.drain);
    },
  };
}

class OrderStream {
  readonly body = new PassThrough();
  readonly #orderId: OrderId;
  readonly #deps: EventStreamsDeps;
  #sequence: number;
  #reading = Promise.resolve();

  constructor(order: Order, after: number, deps: EventStreamsDeps) {
    this.#orderId = order.orderId;
    this.#deps = deps;
    this.#sequence = after;
    const unwatch = deps.watch.watch(order.orderId, order.version, () => this.#read());
    const heartbeat = setInterval(() => this.body.write(': still here\n\n'), heartbeatMs);
    this.body.once('close', () => {
      unwatch();
      clearInterval(heartbeat);
    });
    this.body.write(`retry: ${retryMs.usual}\n\n`);
    this.#send(order.history);
    if (isFinal(order)) this.end();
  }

  end(retry?: number): void {
    if (this.body.writableEnded) return;
    this.body.end(retry === undefined ? undefined : `retry: ${retry}\n\n`);
  }

  /** One after the other, so that nothing is sent twice or in another order. */
  #read(): void {
    this.#reading = this.#reading.then(async () => {
      if (this.body.writableEnded || this.body.destroyed) return;
      const order = await this.#deps.orders.find(this.#orderId);
      this.#send(order?.history ?? []);
      if (order && isFinal(order)) this.end();
    });
    // The client comes again with the last id that it has.
    this.#reading.catch(() => this.body.destroy());
  }

  #send(entries: readonly Entry[]): void {
    for (const { sequence, what, at } of entries) {
      if (sequence <= this.#sequence || this.body.writableEnded) continue;
      this.#sequence = sequence;
      const content = JSON.stringify({ sequence, what, at: at.toISOString() });
      this.body.write(`id: ${sequence}\ndata: ${content}\n\n`);
    }
  }
}
