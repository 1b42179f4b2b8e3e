import { createLog } from '@storefront/kit/log';
import { eventually } from '@storefront/kit/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { periodicWorker } from './periodic.ts';

const log = createLog({ service: 'product', level: 'silent' });

describe('work beside the routes', () => {
  async function started(work: () => Promise<number>) {
    const worker = periodicWorker(work, { log, every: '1ms', idle: '10m', done: 'done' });
    await worker.start();
    onTestFinished(() => worker.stop());
    return worker;
  }

  it('is looked for until there is none, and then not before a hint', async () => {
    let [looks, left] = [0, 3];
    const worker = await started(async () => {
      looks += 1;
      return left > 0 ? left-- : 0;
    });
    await eventually(() => expect([looks, left]).toEqual([4, 0]));
    left = 1;
    worker.wake();
    worker.wake();
    await eventually(() => expect([looks, left]).toEqual([6, 0]));
  });

  it('is looked for again when the hint comes during a look', async () => {
    const gates = [Promise.withResolvers<number>(), Promise.withResolvers<number>()];
    let looks = 0;
    const worker = await started(() => gates[looks++]?.promise ?? Promise.resolve(0));
    worker.wake();
    gates[0]!.resolve(0);
    await eventually(() => expect(looks).toBe(2));
    gates[1]!.resolve(0);
  });

  it('is tried again soon when it failed, and not any more after the stop', async () => {
    let looks = 0;
    const worker = await started(() => {
      looks += 1;
      return looks === 1 ? Promise.reject(new Error('away')) : Promise.resolve(0);
    });
    await eventually(() => expect(looks).toBe(2));
    await worker.stop();
    worker.wake();
    await new Promise(setImmediate);
    expect(looks).toBe(2);
  });
});
