import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher, Pool } from 'undici';

export type Whole = { readonly status: number; readonly headers: IncomingHttpHeaders; readonly body: Buffer };

export type Limits = {
  leftMs: number;
  /** What it rejects with when the answer is not whole by then. */
  late: () => Error;
  signal: AbortSignal | undefined;
};

/**
 * One request and its whole answer. undici's `request` makes a stream of every answer and takes an abort signal for every deadline:
 * that is half of what a call costs. Rejects with `late()`, with the signal's reason, or with undici's error.
 */
export function exchange(pool: Pool, options: Dispatcher.DispatchOptions, limits: Limits): Promise<Whole> {
  return new Promise((resolve, reject) => {
    const { signal } = limits;
    if (signal?.aborted) reject(signal.reason as Error);
    else pool.dispatch(options, new Exchange(options.body, limits, { resolve, reject }));
  });
}

type Outcome = { resolve: (whole: Whole) => void; reject: (error: Error) => void };

class Exchange implements Dispatcher.DispatchHandler {
  readonly #requestBody: Dispatcher.DispatchOptions['body'];
  readonly #outcome: Outcome;
  readonly #signal: AbortSignal | undefined;
  readonly #timer: NodeJS.Timeout;
  readonly #leave = (): void => this.#stop(this.#signal?.reason as Error);
  #controller: Dispatcher.DispatchController | undefined;
  #stopped: Error | undefined;
  #status = 0;
  #headers: IncomingHttpHeaders = {};
  readonly #chunks: Buffer[] = [];

  constructor(requestBody: Dispatcher.DispatchOptions['body'], { leftMs, late, signal }: Limits, outcome: Outcome) {
    this.#requestBody = requestBody;
    this.#outcome = outcome;
    this.#signal = signal;
    this.#timer = setTimeout(() => this.#stop(late()), leftMs);
    signal?.addEventListener('abort', this.#leave);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    // It waited for a connection meanwhile, and is sent no more.
    if (this.#stopped) controller.abort(this.#stopped);
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    // 100 and 103 come before the answer.
    if (status < 200) return;
    this.#status = status;
    this.#headers = headers;
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    this.#settle();
    const [first] = this.#chunks;
    const body = first && this.#chunks.length === 1 ? first : Buffer.concat(this.#chunks);
    this.#outcome.resolve({ status: this.#status, headers: this.#headers, body });
  }

  onResponseError(_: Dispatcher.DispatchController | null, error: Error): void {
    this.#settle();
    this.#outcome.reject(error);
    const body = this.#requestBody;
    if (body && typeof body === 'object' && 'destroy' in body) body.on('error', () => {}).destroy(error);
  }

  #stop(reason: Error): void {
    this.#stopped = reason;
    this.#settle();
    this.#outcome.reject(reason);
    this.#controller?.abort(reason);
  }

  #settle(): void {
    clearTimeout(this.#timer);
    this.#signal?.removeEventListener('abort', this.#leave);
  }
}
