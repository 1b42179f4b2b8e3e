import { setTimeout as pause } from 'node:timers/promises';

import type { Api } from './api.ts';
import { cards, insistOnOrder, prepareCheckout } from './buyer.ts';

export type Sales = {
  started: number;
  /** Ids of the orders that the shop said yes to. */
  accepted: string[];
  /** Checkouts that ended without an order, by what was said. */
  failed: Record<string, number>;
  /** Milliseconds from the button to the answer, ascending once it has ended. */
  times: number[];
};

export type Selling = {
  readonly sales: Sales;
  /** Lets nobody in any more and waits for those who are at it. */
  stop(): Promise<Sales>;
};

/** What a buyer endures before giving up; then nobody knows whether it was an order, but the auditor. */
const patienceMs = 120_000;

/** Checkouts of one unit at a fixed rate. An open model: a buyer who waits keeps nobody else from coming. */
export function startSelling(api: Api, { sku, perSecond }: { sku: string; perSecond: number }): Selling {
  const sales: Sales = { started: 0, accepted: [], failed: {}, times: [] };
  const underWay = new Set<Promise<void>>();
  const stopping = new AbortController();

  async function buy(): Promise<void> {
    const checkout = await prepareCheckout(api, [{ sku, units: 1 }], cards.good);
    const pressedAt = performance.now();
    const { status, body, text } = await insistOnOrder(api, checkout, { withinMs: patienceMs });
    if (status !== 201) throw new Error(`${status} ${body?.code ?? text.slice(0, 100)}`);
    sales.times.push(performance.now() - pressedAt);
    sales.accepted.push(body.orderId);
  }

  function fail(error: unknown): void {
    const what = error instanceof Error ? error.message.slice(0, 100) : String(error);
    sales.failed[what] = (sales.failed[what] ?? 0) + 1;
  }

  async function run(): Promise<void> {
    const startedAt = performance.now();
    while (!stopping.signal.aborted) {
      const due = ((performance.now() - startedAt) / 1_000) * perSecond;
      for (; sales.started < due; sales.started += 1) {
        const buying: Promise<void> = buy()
          .catch(fail)
          .finally(() => underWay.delete(buying));
        underWay.add(buying);
      }
      await pause(50);
    }
    await Promise.all(underWay);
    sales.times.sort((a, b) => a - b);
  }

  const running = run();
  return {
    sales,
    async stop() {
      stopping.abort();
      await running;
      return sales;
    },
  };
}
