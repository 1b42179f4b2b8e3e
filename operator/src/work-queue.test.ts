import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createWorkQueue } from './work-queue.ts';
import type { Timers, WorkQueue } from './work-queue.ts';

/** Time that moves when the test says so. */
function fakeTimers(): Timers & { advance(ms: number): void } {
  let time = 0;
  const planned = new Set<{ at: number; work: () => void }>();
  return {
    now: () => time,
    after(ms, work) {
      const entry = { at: time + ms, work };
      planned.add(entry);
      return () => void planned.delete(entry);
    },
    advance(ms) {
      const end = time + ms;
      for (;;) {
        const [next] = [...planned].filter(({ at }) => at <= end).toSorted((a, b) => a.at - b.at);
        if (next === undefined) break;
        time = next.at;
        planned.delete(next);
        next.work();
      }
      time = end;
    },
  };
}

/** Lets promises that are ready run. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

async function takeNow(queue: WorkQueue): Promise<string | undefined> {
  let taken: string | undefined;
  void queue.take().then((next) => (taken = next?.key));
  await settle();
  return taken;
}

describe('the work queue', () => {
  it('hands out a key once however often it was added', async () => {
    const queue = createWorkQueue();
    queue.add('a');
    queue.add('a');
    queue.add('b');
    expect([await takeNow(queue), await takeNow(queue), queue.depth]).toEqual(['a', 'b', 0]);
  });

  it('does not hand out a key that is being handled, but again when it is done', async () => {
    const queue = createWorkQueue();
    queue.add('a');
    await queue.take();
    queue.add('a');
    const next = queue.take();
    await settle();
    expect(queue.depth).toBe(0);
    queue.done('a');
    expect((await next)?.key).toBe('a');
  });

  it('keeps the earliest of several delays', async () => {
    const timers = fakeTimers();
    const queue = createWorkQueue({ timers });
    queue.addAfter('a', 500);
    queue.addAfter('a', 200);
    queue.addAfter('a', 900);
    timers.advance(199);
    expect(queue.depth).toBe(0);
    timers.advance(1);
    expect(queue.depth).toBe(1);
    await queue.take();
    queue.done('a');
    timers.advance(10_000);
    expect(queue.depth).toBe(0);
  });

  it('waits twice as long after each failure, up to a limit, and begins anew after a success', () => {
    const queue = createWorkQueue({ timers: fakeTimers(), random: () => 0.5, baseDelayMs: 100, maxDelayMs: 700 });
    const delays = Array.from({ length: 5 }, () => Math.round(queue.retry('a')));
    expect(delays).toEqual([100, 200, 400, 700, 700]);
    queue.forget('a');
    expect(Math.round(queue.retry('a'))).toBe(100);
  });

  it('spreads delays by a fifth to both sides', () => {
    const delayWith = (random: number) => createWorkQueue({ timers: fakeTimers(), random: () => random }).retry('a');
    expect([delayWith(0), delayWith(1)].map(Math.round)).toEqual([80, 120]);
  });

  it('lets waiting workers go when it is closed, and takes no more keys', async () => {
    const queue = createWorkQueue();
    const taken = queue.take();
    queue.close();
    queue.add('a');
    expect([await taken, await queue.take()]).toEqual([null, null]);
  });
});

/**
 * Against a model that is too simple to be wrong: a set of keys that need work and a set of keys being worked on. Whatever
 * the order of calls, no key is ever worked on twice at once, and none that was added is forgotten.
 */
describe('the work queue, under any order of calls', () => {
  type Model = {
    due: Set<string>;
    delayed: Map<string, number>;
    running: Set<string>;
    again: Set<string>;
    time: number;
  };
  type Real = { queue: WorkQueue; timers: ReturnType<typeof fakeTimers> };

  const now = (model: Model, key: string) => {
    model.delayed.delete(key);
    (model.running.has(key) ? model.again : model.due).add(key);
  };
  const key = fc.constantFrom('a', 'b', 'c', 'd');

  const commands: fc.Arbitrary<fc.AsyncCommand<Model, Real>>[] = [
    key.map((name) => ({
      check: () => true,
      async run(model: Model, { queue }: Real) {
        now(model, name);
        queue.add(name);
      },
      toString: () => `add ${name}`,
    })),
    fc.tuple(key, fc.integer({ min: 1, max: 50 })).map(([name, ms]) => ({
      check: () => true,
      async run(model: Model, { queue }: Real) {
        model.delayed.set(name, Math.min(model.time + ms, model.delayed.get(name) ?? Infinity));
        queue.addAfter(name, ms);
      },
      toString: () => `add ${name} after ${ms}`,
    })),
    fc.integer({ min: 1, max: 40 }).map((ms) => ({
      check: () => true,
      async run(model: Model, { timers }: Real) {
        model.time += ms;
        for (const [name, at] of model.delayed) if (at <= model.time) now(model, name);
        timers.advance(ms);
      },
      toString: () => `advance ${ms}`,
    })),
    fc.constant({
      check: (model: Readonly<Model>) => model.due.size > 0,
      async run(model: Model, { queue }: Real) {
        const taken = await queue.take();
        const name = taken?.key ?? '';
        if (!model.due.delete(name)) throw new Error(`${name} was handed out and not due`);
        if (model.running.has(name)) throw new Error(`${name} is worked on twice`);
        model.running.add(name);
      },
      toString: () => 'take',
    }),
    key.map((name) => ({
      check: (model: Readonly<Model>) => model.running.has(name),
      async run(model: Model, { queue }: Real) {
        model.running.delete(name);
        if (model.again.delete(name)) now(model, name);
        queue.done(name);
      },
      toString: () => `done ${name}`,
    })),
  ];

  it('behaves as the model does', async () => {
    await fc.assert(
      fc.asyncProperty(fc.commands(commands, { size: '+1' }), async (steps) => {
        const timers = fakeTimers();
        const queue = createWorkQueue({ timers });
        const model: Model = { due: new Set(), delayed: new Map(), running: new Set(), again: new Set(), time: 0 };
        await fc.asyncModelRun(() => ({ model, real: { queue, timers } }), steps);
        expect(queue.depth).toBe(model.due.size);
        expect(queue.size).toBe(new Set([...model.due, ...model.running, ...model.delayed.keys()]).size);
      }),
      { numRuns: 300 },
    );
  });
});
