import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { testStores, whyNoStores } from '@storefront/kit/testing';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { Given } from './fixtures/interrupted.ts';
import { intercepted } from './intercepted.ts';
import { anOrder, breachesIn } from './shop.ts';
import { actOn, openStore, standingClock, type Act, type OpenStore } from './store.ts';

describe.skipIf(!testStores)(`stock when its process is killed or late ${whyNoStores}`, { timeout: 120_000 }, () => {
  let store: OpenStore;
  const clock = standingClock();
  beforeAll(async () => {
    store = await openStore({ clock });
  });
  afterAll(() => store?.close());

  let next = 0;
  /** Two SKUs of three units, an order for two of each that has done those steps, and what there is now. */
  async function orderAfter(...steps: Act[]) {
    const skus = [1, 2].map(() => `kill-${(next += 1)}`);
    for (const sku of skus) await store.stocked(sku, 3, 1);
    await store.work();
    const orderId = anOrder();
    const lines = skus.map((sku) => ({ sku, units: 2 }));
    for (const act of steps) await actOn(store, act, orderId, lines);
    const counts = async () =>
      Promise.all(
        skus.map(async (sku) => {
          const found = await store.movements.find(sku);
          return [found?.onHand, found?.available, found?.held, found?.claimed].join(' ');
        }),
      );
    return { skus, orderId, lines, counts };
  }

  /** Another process does it and is killed at that write; false when it came to its end before. */
  async function killedAt(point: Omit<Given, 'mongo' | 'now'>): Promise<boolean> {
    const { url, username, password } = store;
    const given: Given = { ...point, mongo: { url, username, password }, now: clock.now().toISOString() };
    const child = fork(join(import.meta.dirname, 'fixtures/interrupted.ts'), [JSON.stringify(given)]);
    onTestFinished(() => void child.kill('SIGKILL'));
    const exit = once(child, 'exit');
    const failed = exit.then(([code]) => Promise.reject(new Error(`it ended by itself with ${String(code)}`)));
    const [said] = (await Promise.race([once(child, 'message'), failed])) as ['reached' | 'ended'];
    child.kill('SIGKILL');
    await exit;
    return said === 'reached';
  }

  const befores: Record<Act, Act[]> = {
    reserve: [],
    claim: ['reserve'],
    release: ['reserve', 'claim'],
    ship: ['reserve', 'claim'],
    restock: ['reserve', 'claim', 'ship'],
  };
  const after: Record<Act, string> = {
    reserve: '3 1 2 0',
    claim: '3 1 0 2',
    release: '3 3 0 0',
    ship: '1 1 0 0',
    restock: '3 3 0 0',
  };
  /** Without anybody who repeats it, what did not come so far: it is not there, or wholly. */
  const ends: Record<Act, string[]> = {
    reserve: ['3 3 0 0'],
    claim: ['3 3 0 0', '3 1 0 2'],
    release: ['3 3 0 0'],
    ship: ['1 1 0 0'],
    restock: ['1 1 0 0', '3 3 0 0'],
  };

  describe.each(['reserve', 'claim', 'release', 'ship', 'restock'] as const)('in the middle of %s', (act) => {
    it('is as if it had been done once, when it is repeated', async () => {
      let kills = 0;
      for (const isMade of [false, true])
        for (let write = 1; ; write += 1) {
          const order = await orderAfter(...befores[act]);
          const { orderId, lines } = order;
          const isKilled = await killedAt({ act, orderId, lines, write, isMade });
          await actOn(store, act, orderId, lines);
          expect(await order.counts(), `${act} killed at write ${write}`).toEqual([after[act], after[act]]);
          if (!isKilled) break;
          kills += 1;
        }
      expect(kills).toBeGreaterThanOrEqual(4);
      expect(await breachesIn(store.collections)).toEqual([]);
    });

    it('ends well without anybody who repeats it, within the hour', async () => {
      for (let write = 1, isKilled = true; isKilled; write += 1) {
        const order = await orderAfter(...befores[act]);
        const { orderId, lines } = order;
        isKilled = await killedAt({ act, orderId, lines, write, isMade: true });
        clock.pass(61);
        await store.work();
        for (const counts of await order.counts()) expect(ends[act]).toContain(counts);
      }
      expect(await breachesIn(store.collections)).toEqual([]);
    });
  });

  it('holds nothing for an order that was released while its hold was on the way', async () => {
    const order = await orderAfter();
    const gate = Promise.withResolvers<void>();
    const waiting = Promise.withResolvers<void>();
    const slow = intercepted(store.db, async (work, name, collection) => {
      if (collection !== 'endings' || name !== 'findOne') return work();
      waiting.resolve();
      await gate.promise;
      return work();
    });
    const reserving = store.over(slow).holds.reserve(order.orderId, order.lines);
    await waiting.promise;
    await store.holds.release(order.orderId, order.lines);
    gate.resolve();
    expect((await reserving).state).toBe('released');
    expect(await order.counts()).toEqual(['3 3 0 0', '3 3 0 0']);
  });

  it('settles a hold that came too late for the release, and whose process died before it knew', async () => {
    const order = await orderAfter();
    await store.holds.release(order.orderId, order.lines);
    const { orderId, lines } = order;
    expect(await killedAt({ act: 'reserve', orderId, lines, write: 1, isMade: true })).toBe(true);
    expect(await order.counts()).toEqual(['3 1 2 0', '3 3 0 0']);
    clock.pass(2);
    await store.work();
    expect(await order.counts()).toEqual(['3 3 0 0', '3 3 0 0']);
  });

  it('claims anew what expired under a slow bank, if it is still there', async () => {
    const [lucky, unlucky] = [await orderAfter('reserve'), await orderAfter('reserve')];
    clock.pass(61);
    await store.work();
    const rival = anOrder();
    await store.holds.reserve(rival, [{ sku: unlucky.skus[1]!, units: 2 }]);
    expect((await store.holds.claim(lucky.orderId, lucky.lines)).state).toBe('claimed');
    expect(await lucky.counts()).toEqual(['3 1 0 2', '3 1 0 2']);
    await expect(store.holds.claim(unlucky.orderId, unlucky.lines)).rejects.toMatchObject({ code: 'out-of-stock' });
    expect(await unlucky.counts()).toEqual(['3 3 0 0', '3 1 2 0']);
  });

  it('lets an expiry and a claim that meet agree', async () => {
    const orders = await Promise.all(Array.from({ length: 12 }, () => orderAfter('reserve')));
    clock.pass(61);
    const signal = new AbortController().signal;
    const claims = orders.map(({ orderId, lines }) => store.holds.claim(orderId, lines));
    await Promise.all([...claims, store.expiry.run(signal), store.expiry.run(signal), store.expiry.run(signal)]);
    for (const order of orders) expect(await order.counts()).toEqual(['3 1 0 2', '3 1 0 2']);
    await store.work();
    expect(await breachesIn(store.collections)).toEqual([]);
  });

  it('expires hundreds of holds of one SKU in a few statements, shared by instances', async () => {
    await store.stocked('hot', 300);
    for (let i = 0; i < 300; i += 20)
      await Promise.all(Array.from({ length: 20 }, () => store.holds.reserve(anOrder(), [{ sku: 'hot', units: 1 }])));
    clock.pass(61);
    let statements = 0;
    const counting = intercepted(store.db, (work, name) => {
      if (name === 'findOneAndUpdate') statements += 1;
      return work();
    });
    const signal = new AbortController().signal;
    const ended = await store.over(counting).expiry.run(signal);
    expect(ended).toBe(300);
    expect(statements).toBeLessThanOrEqual(6);
    expect(await store.movements.find('hot')).toMatchObject({ available: 300, held: 0 });
    expect(await store.collections.stock.findOne({ _id: 'hot' })).not.toHaveProperty('nextExpiry');
  });

  it('writes a movement once when the writer of the ledger dies at any write', async () => {
    for (const isMade of [false, true])
      for (const write of [1, 2]) {
        const order = await orderAfter('reserve', 'claim', 'ship');
        const signal = new AbortController().signal;
        const { orderId, lines } = order;
        expect(await killedAt({ act: 'write the ledger', orderId, lines, write, isMade })).toBe(true);
        await Promise.all([store.ledger.run(signal), store.ledger.run(signal)]);
        for (const sku of order.skus)
          expect(await store.collections.ledger.find({ sku }).sort({ sequence: 1 }).toArray()).toMatchObject([
            { sequence: 1, units: 3, onHandAfter: 3 },
            { sequence: 2, units: -2, onHandAfter: 1 },
          ]);
      }
    expect(await breachesIn(store.collections)).toEqual([]);
  });
});
