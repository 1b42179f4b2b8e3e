import { request } from 'undici';
import type { Clock } from '../clock.ts';
import type { Delivery, WebhookQueue } from './queue.ts';

/** A request that is ready to go: the vendor's headers and signature, over exactly this body. */
export type Letter = { url: string; headers: Record<string, string>; body: string };

export type SenderDeps = {
  queue: WebhookQueue;
  clock: Clock;
  /** Addresses and signs; undefined where the endpoint is gone. */
  write: (delivery: Delivery) => Letter | undefined;
  /** In the transaction that notes a try; `isTaken`: the receiver answered 2xx. */
  settled: (delivery: Delivery, status: number | null) => void;
  /** How long a receiver may take, in the machine's milliseconds. */
  patienceMs: number;
};

export type Sender = {
  /** Something may be due: after a request, or when the clock was changed. */
  wake: () => void;
  stop: () => Promise<void>;
};

const atOnce = 8;

/** Sends what is due, several at once and each until it is taken or its time is over. */
export function createSender({ queue, clock, write, settled, patienceMs }: SenderDeps): Sender {
  const atWork = new Map<number, Promise<void>>();
  const post = createPost(patienceMs);
  let isStopped = false;
  let timer: NodeJS.Timeout | undefined;

  const send = async (delivery: Delivery): Promise<void> => {
    const letter = write(delivery);
    const status = letter ? await post.send(letter) : null;
    // Stopped in the middle: whether it arrived is not known, so it goes again after the next start.
    if (!isStopped) settled(delivery, status);
  };
  const wake = (): void => {
    if (isStopped) return;
    clearTimeout(timer);
    const { due, nextAt } = queue.look(atOnce - atWork.size, atWork);
    for (const delivery of due) {
      const work = send(delivery).finally(() => {
        atWork.delete(delivery.id);
        wake();
      });
      atWork.set(delivery.id, work);
    }
    if (atWork.size >= atOnce) return;
    const waitMs = nextAt === undefined ? undefined : clock.waitFor(nextAt);
    // The longest that a timer takes is 24.8 days.
    if (waitMs !== undefined) timer = setTimeout(wake, Math.min(waitMs, 2 ** 31 - 1)).unref();
  };
  return {
    wake,
    async stop() {
      isStopped = true;
      post.abandon();
      clearTimeout(timer);
      await Promise.allSettled(atWork.values());
    },
  };
}

/** Sends a letter and gives the answer's status; null where none came in time, or before all were abandoned. */
function createPost(patienceMs: number): { send: (letter: Letter) => Promise<number | null>; abandon: () => void } {
  const underWay = new Set<AbortController>();
  return {
    async send({ url, headers, body }) {
      const patience = new AbortController();
      const late = setTimeout(() => patience.abort(), patienceMs);
      underWay.add(patience);
      try {
        const response = await request(url, { method: 'POST', headers, body, signal: patience.signal });
        await response.body.dump();
        return response.statusCode;
      } catch {
        return null;
      } finally {
        clearTimeout(late);
        underWay.delete(patience);
      }
    },
    abandon: () => underWay.forEach((patience) => patience.abort()),
  };
}
