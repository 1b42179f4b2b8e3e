/** Waiting for servers: what may pass by itself is tried again until the deadline, what will not is said at once. */
import { type Duration, ms } from '@storefront/kit/time';

/** An answer that trying again does not change: a wrong password, a right that the admin lacks. */
export class Refusal extends Error {
  override name = 'Refusal';
}

export type Patience = { within: Duration; every?: Duration; onRetry?: (error: Error, attempt: number) => void };

/** Repeats `work` until it succeeds, is refused, or the deadline passes; then throws what it last threw. */
export async function patiently<T>(work: () => Promise<T>, { within, every = '1s', onRetry }: Patience): Promise<T> {
  const deadline = performance.now() + ms(within);
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (thrown) {
      const error = thrown instanceof Error ? thrown : new Error(String(thrown));
      const waitMs = Math.min(5_000, ms(every) * 2 ** (attempt - 1));
      if (error instanceof Refusal || performance.now() + waitMs > deadline) throw error;
      onRetry?.(error, attempt);
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  }
}
