import { testStores, whyNoStores } from '@storefront/kit/testing';
import { ServiceError } from '@storefront/kit/errors';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  claim,
  emptyStock,
  expire,
  receive,
  release,
  reserve,
  ship,
  type Stock,
} from '../../src/domain/stock/stock.ts';
import { openStore, standingClock, type OpenStore } from './store.ts';

const orders = ['a', 'b', 'c', 'd'].map((letter) => `019a2b4c-7d10-8f3a-9c1e-${letter.repeat(12)}`);
/** What each of them wants. */
const unitsOf = (order: number) => order + 1;

type Step =
  | { act: 'reserve' | 'claim' | 'release' | 'ship'; order: number }
  | { act: 'receive'; units: number }
  | { act: 'pass'; minutes: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      act: fc.constantFrom('reserve' as const, 'claim' as const, 'release' as const, 'ship' as const),
      order: fc.nat(orders.length - 1),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      act: fc.constant('receive' as const),
      units: fc.integer({ min: -4, max: 6 }).filter((units) => units !== 0),
    }),
  },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('pass' as const), minutes: fc.constantFrom(1, 31, 61) }) },
);

describe.skipIf(!testStores)(`the store of stock ${whyNoStores}`, () => {
  let store: OpenStore;
  const clock = standingClock();
  beforeAll(async () => {
    store = await openStore({ clock });
  });
  afterAll(() => store?.close());

  /** By the rules: the stock after it, or why not. */
  function byRules(stock: Stock, given: Step): Stock | string {
    if (given.act === 'pass') return expire(stock, clock.now());
    if (given.act === 'receive') return receive(stock, given.units);
    const part = { orderId: orders[given.order]!, units: unitsOf(given.order) };
    if (given.act === 'release') return release(stock, part.orderId);
    if (given.act === 'ship') return ship(stock, part);
    return (given.act === 'claim' ? claim : reserve)(stock, part, clock.now());
  }

  async function byStore(sku: string, given: Step, run: number): Promise<unknown> {
    if (given.act === 'pass') return store.work();
    if (given.act === 'receive') {
      const common = { sku, note: null, orderId: null, reason: 'counted' } as const;
      return store.movements.record({ ...common, movementId: crypto.randomUUID(), units: given.units });
    }
    return store.holds[given.act](idIn(run, given.order), [{ sku, units: unitsOf(given.order) }]);
  }

  /** Orders of a run are nobody else's. */
  const idIn = (run: number, order: number) => orders[order]!.replace(/^.{8}/, run.toString(16).padStart(8, '0'));

  it('keeps the rules: whatever is asked for in whatever order, it has and says what they say', async () => {
    let run = 0;
    const sequence = fc.array(step, { minLength: 5, maxLength: 25 });
    await fc.assert(
      fc.asyncProperty(fc.nat(12), sequence, async (units, steps) => {
        run += 1;
        const sku = `sku-${run}`;
        await store.stocked(sku, units + 1);
        let expected: Stock = { ...emptyStock, onHand: units + 1, available: units + 1 };
        for (const given of steps) {
          if (given.act === 'pass') clock.pass(given.minutes);
          const wanted = byRules(expected, given);
          const refusal = await byStore(sku, given, run).then(() => null, codeOf);
          expect(refusal).toBe(typeof wanted === 'string' ? wanted : null);
          if (typeof wanted !== 'string') expected = wanted;
          const { onHand, available, held, claimed } = expected;
          expect(await store.movements.find(sku)).toMatchObject({ onHand, available, held, claimed });
        }
        const found = await store.collections.stock.findOne({ _id: sku });
        const holds = Object.entries(expected.holds).map(([id, hold]) => [idIn(run, orders.indexOf(id)), hold]);
        const bare = Object.entries(found?.holds ?? {}).map(([id, { units, expiresAt }]) => [id, { units, expiresAt }]);
        expect(Object.fromEntries(bare)).toEqual(Object.fromEntries(holds));
      }),
      { numRuns: 40 },
    );
  }, 120_000);
});

function codeOf(error: unknown): string {
  if (error instanceof ServiceError) return error.code;
  throw error;
}
