/** For so long nobody tries after somebody tried in vain. */
const pauseMs = 1_000;

/**
 * Whether a server could be reached last: while it could not, whoever wants it is refused at once, and once a second one of them tries. A
 * server that swallows everything would keep each request waiting otherwise, and with it whatever that request holds.
 */
export class Breaker {
  #openedAt: number | undefined;
  #isProbing = false;

  get isOpen(): boolean {
    return this.#openedAt !== undefined;
  }

  /** Nobody got through. */
  open(): void {
    this.#openedAt = performance.now();
  }

  /** Somebody did. */
  close(): void {
    this.#openedAt = undefined;
  }

  /** Whether it is one's turn to try; who tries says when that has ended. */
  beginProbe(): boolean {
    if (this.#isProbing || performance.now() - (this.#openedAt ?? -Infinity) < pauseMs) return false;
    this.#isProbing = true;
    return true;
  }

  endProbe(): void {
    this.#isProbing = false;
  }
}
