import { describe, expect, it } from 'vitest';
import { createSlots } from './slots.ts';

/** Work that ends when the test says so. */
function work() {
  const gate = Promise.withResolvers<void>();
  let begun = 0;
  const run = () => {
    begun += 1;
    return gate.promise;
  };
  return { run, end: () => gate.resolve(), begun: () => begun };
}
const settled = () => new Promise((resolve) => void setImmediate(resolve));
const never = () => {};

describe('slots', () => {
  it('hold so much at a time; the others wait for their turn', async () => {
    const slots = createSlots(2, { queue: 1 });
    const works = ['a', 'b', 'c'].map((key) => {
      const one = work();
      slots.run(key, one.run, never);
      return one;
    });
    expect(works.map(({ begun }) => begun())).toEqual([1, 1, 0]);
    expect(slots.room).toBe(0);
    works[0]?.end();
    await settled();
    expect(works[2]?.begun()).toBe(1);
  });

  it('leave what finds too much before it', async () => {
    const slots = createSlots(1, { queue: 1 });
    const works = ['a', 'b', 'c'].map((key) => {
      const one = work();
      slots.run(key, one.run, never);
      return one;
    });
    for (const { end } of works) {
      end();
      await settled();
    }
    expect(works.map(({ begun }) => begun())).toEqual([1, 1, 0]);
  });

  it('never hold a key twice, and tell once when it may be taken up again', async () => {
    const slots = createSlots(2, { queue: 0 });
    const first = work();
    let again = 0;
    slots.run('a', first.run, never);
    for (let times = 0; times < 3; times += 1) slots.run('a', first.run, () => (again += 1));
    expect(first.begun()).toBe(1);
    first.end();
    await settled();
    expect(again).toBe(1);
  });

  it('go on after work that failed', async () => {
    const slots = createSlots(1, { queue: 1 });
    slots.run('a', () => Promise.reject(new Error('no')), never);
    const next = work();
    slots.run('b', next.run, never);
    await settled();
    expect(next.begun()).toBe(1);
  });

  it('end with what is running, and begin nothing more', async () => {
    const slots = createSlots(1, { queue: 1 });
    const [running, waiting, late] = [work(), work(), work()];
    slots.run('a', running.run, never);
    slots.run('b', waiting.run, never);
    const stopped = slots.stop();
    slots.run('c', late.run, never);
    running.end();
    await stopped;
    expect([waiting.begun(), late.begun()]).toEqual([0, 0]);
  });
});
