type Work = () => Promise<unknown>;

export type Slots = {
  readonly room: number;
  readonly isStopped: boolean;
  /** Whether work of that key has been begun and not ended. */
  isRunning(key: string): boolean;
  /**
   * Runs the work in a slot, later if none is free, and not at all where too much waits: its row is found when it is due. Work of a key
   * that is running is not begun: `again` is called when that ends.
   */
  run(key: string, work: Work, again: () => void): void;
  /** Begins nothing any more and waits for what is running. */
  stop(): Promise<void>;
};

/** So much at a time, and one at a time for each key; `queue` more may wait for a slot. */
export function createSlots(count: number, { queue }: { queue: number }): Slots {
  const running = new Map<string, { again: (() => void) | undefined; end: Promise<void> }>();
  const waiting: (() => void)[] = [];
  let isStopped = false;

  function begin(key: string, work: Work): void {
    const end = work()
      .catch(() => {})
      .then(() => {
        const again = running.get(key)?.again;
        running.delete(key);
        waiting.shift()?.();
        if (!isStopped) again?.();
      });
    running.set(key, { again: undefined, end });
  }

  function run(key: string, work: Work, again: () => void): void {
    if (isStopped) return;
    const known = running.get(key);
    if (known) known.again = again;
    else if (running.size < count) begin(key, work);
    else if (waiting.length < queue) waiting.push(() => run(key, work, again));
  }

  return {
    run,
    isRunning: (key) => running.has(key),
    get isStopped() {
      return isStopped;
    },
    get room() {
      return Math.max(0, count - running.size - waiting.length);
    },
    async stop() {
      isStopped = true;
      waiting.length = 0;
      await Promise.all(Array.from(running.values(), ({ end }) => end));
    },
  };
}
