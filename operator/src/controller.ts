/** Workers that take keys from a queue and reconcile them; knows no kind. */
import { randomUUID } from 'node:crypto';
import type { WorkQueue } from './work-queue.ts';

/** What came of a reconcile, in a word for the log; to wait without an event, `requeueAfterMs`. Failure is thrown. */
export type Outcome = { reason: string; requeueAfterMs?: number };

export type Pass = { key: string; id: string; seconds: number; waitedSeconds: number } & (
  | { result: 'success' | 'requeue_after'; reason: string }
  | { result: 'error'; error: unknown; retryMs: number }
);

export type ControllerOptions = {
  queue: WorkQueue;
  reconcile: (key: string) => Promise<Outcome>;
  workers?: number;
  onPass?: (pass: Pass) => void;
  /** Called as a key is taken up and given back. */
  onActive?: (change: 1 | -1) => void;
};

export type Controller = { run(): Promise<void> };

/** `run` ends when the queue is closed and what was being reconciled has come to its end. */
export function createController({ queue, reconcile, workers = 8, onPass, onActive }: ControllerOptions): Controller {
  async function pass(key: string, waitedMs: number): Promise<void> {
    const began = performance.now();
    const facts = () => ({
      key,
      id: randomUUID(),
      seconds: (performance.now() - began) / 1000,
      waitedSeconds: waitedMs / 1000,
    });
    try {
      const { reason, requeueAfterMs } = await reconcile(key);
      queue.forget(key);
      if (requeueAfterMs !== undefined) queue.addAfter(key, requeueAfterMs);
      onPass?.({ ...facts(), result: requeueAfterMs === undefined ? 'success' : 'requeue_after', reason });
    } catch (error) {
      onPass?.({ ...facts(), result: 'error', error, retryMs: queue.retry(key) });
    }
  }

  async function work(): Promise<void> {
    for (let taken = await queue.take(); taken !== null; taken = await queue.take()) {
      onActive?.(1);
      await pass(taken.key, taken.waitedMs);
      onActive?.(-1);
      queue.done(taken.key);
    }
  }

  return {
    async run() {
      await Promise.all(Array.from({ length: workers }, work));
    },
  };
}
