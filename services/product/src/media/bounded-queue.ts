/** Runs few pieces of work at a time and lets few wait; beyond that `onFull` says no at once. */
export function boundedQueue({
  running,
  waiting,
  onFull,
}: {
  running: number;
  waiting: number;
  onFull: () => Error;
}): <Result>(work: () => Promise<Result>) => Promise<Result> {
  let active = 0;
  const queue: (() => void)[] = [];

  return async function run(work) {
    if (active >= running) {
      if (queue.length >= waiting) throw onFull();
      await new Promise<void>((resolve) => queue.push(resolve));
    } else {
      active += 1;
    }
    try {
      return await work();
    } finally {
      const next = queue.shift();
      if (next) next();
      else active -= 1;
    }
  };
}
