import { setImmediate as turn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { createLeases } from './leases.ts';

/** A budget of twelve points a minute in a store that counts how often it is asked. */
function budget() {
  let time = 0;
  let asked = 0;
  const used = new Map<string, number>();
  const consume = createLeases({
    points: 4,
    now: () => time,
    async take(client, points) {
      asked += 1;
      await turn();
      const now = (used.get(client) ?? 0) + points;
      used.set(client, now);
      if (now > 12) throw new Error('refused');
      return { points: 12 - now, msBeforeNext: 60_000 };
    },
  });
  const wait = (ms: number) => {
    time += ms;
    if (ms >= 60_000) used.clear();
  };
  return { consume, wait, asked: () => asked };
}

const outcomes = (requests: Promise<unknown>[]) =>
  Promise.allSettled(requests).then((all) => all.map(({ status }) => status === 'fulfilled'));

it('allows the whole budget and nothing beyond it, one request after the other', async () => {
  const { consume, asked } = budget();
  const left: number[] = [];
  for (let i = 0; i < 12; i += 1) left.push((await consume('a')).points);
  expect(left).toEqual([11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0]);
  expect(asked()).toBe(3);
  await expect(consume('a')).rejects.toThrow('refused');
});

it('allows the same at once, and asks the store once for each part', async () => {
  const { consume, asked } = budget();
  const allowed = await outcomes(Array.from({ length: 30 }, () => consume('a')));
  expect(allowed.filter(Boolean)).toHaveLength(12);
  expect(asked()).toBe(4);
});

it('knows each client for itself', async () => {
  const { consume } = budget();
  await outcomes(Array.from({ length: 13 }, () => consume('a')));
  expect((await consume('b')).points).toBe(11);
});

it('spends no point of a time that is over', async () => {
  const { consume, wait, asked } = budget();
  await consume('a');
  wait(59_000);
  expect(await consume('a')).toEqual({ points: 10, msBeforeNext: 1_000 });
  wait(60_000);
  expect(await consume('a')).toEqual({ points: 11, msBeforeNext: 60_000 });
  expect(asked()).toBe(2);
});

it('asks once, not for ever, of a store that gives points without time', async () => {
  let asked = 0;
  const take = async () => {
    asked += 1;
    await turn();
    return { points: 0, msBeforeNext: -1 };
  };
  expect(await createLeases({ take, points: 1, now: () => 0 })('a')).toEqual({ points: 0, msBeforeNext: 1 });
  expect(asked).toBe(1);
});
