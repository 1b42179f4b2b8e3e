import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';

import type { PlacedOrder } from '@storefront/order/contract';

import { openProgress, type ProgressReader } from '../../auditor/readers/progress.ts';
import { readQueues } from '../../auditor/readers/queues.ts';
import type { Target } from '../../auditor/target.ts';
import { cards, fillCart, prepareCheckout, pressOf, type Problem } from '../buyer.ts';
import { drive, quantiles, type Load, type Tally } from './load.ts';

type Goods = { skus: readonly string[] };

/** Checkouts that were accepted, by the time of the request that places; then how long their captures took, in milliseconds. */
export type Bought = Tally & {
  captured: { count: number; p50: number; p95: number; p99: number };
  /** From the last answer until all of them were captured, and all events sent and taken in. */
  drainedSeconds: number;
};

/** What an order may take after the last one was placed. */
const drainMs = 180_000;
/** The broker's counts are that old. */
const queuesAgeMs = 6_000;

const skuAt = ({ skus }: Goods, index: number): string => skus[index % skus.length] as string;

/** New carts with a first item: the time of both requests. */
export function fillCartsFor(load: Load & Goods): Promise<Tally> {
  return drive(async (api, index) => {
    const from = performance.now();
    await fillCart(api, [{ sku: skuAt(load, index), units: 1 }]);
    return performance.now() - from;
  }, load);
}

/** Whole checkouts, each of a new guest: cart, item, quote, order; and the way of all of them to the captured payment. */
export async function buyFor(load: Load & Goods, target: Target): Promise<Bought> {
  const progress = await openProgress(target);
  const accepted: string[] = [];
  const tally = await drive(async (api, index) => {
    const checkout = await prepareCheckout(api, [{ sku: skuAt(load, index), units: 1 }], cards.good);
    const pressedAt = performance.now();
    const { status, body, text } = await api.ask<PlacedOrder & Problem>(pressOf(checkout, randomUUID()));
    if (status !== 201) throw new Error(`${status} ${body?.code ?? text.slice(0, 100)}`);
    accepted.push(body.orderId);
    return performance.now() - pressedAt;
  }, load);
  const from = performance.now();
  const left = await drain(progress, accepted, target);
  const drainedSeconds = (performance.now() - from) / 1_000;
  const times = await progress.captureTimes(accepted);
  await progress.close();
  const uncaptured = accepted.length - times.length;
  const failed = {
    ...tally.failed,
    ...(uncaptured > 0 && { 'accepted, but not captured': uncaptured }),
    ...(left !== '' && { [`not at rest after ${drainMs / 1_000} s: ${left}`]: 1 }),
  };
  return { ...tally, failed, captured: { count: times.length, ...quantiles(times) }, drainedSeconds };
}

/** Waits until nothing is left to do for these orders but to send the parcels; what is left at the deadline. */
async function drain(progress: ProgressReader, orderIds: readonly string[], target: Target): Promise<string> {
  const deadline = performance.now() + drainMs;
  const waitFor = async (look: () => Promise<string>): Promise<string> => {
    for (;;) {
      const left = await look();
      if (left === '' || performance.now() > deadline) return left;
      process.stderr.write(`${left}\n`);
      await pause(2_000);
    }
  };
  const left = await waitFor(async () => {
    const { orders, messages } = await progress.waiting(orderIds);
    return orders + messages === 0 ? '' : `${orders} orders on their way, ${messages} messages to be sent`;
  });
  if (left !== '') return left;
  await pause(queuesAgeMs);
  return waitFor(async () => {
    const queues = await readQueues(target.broker);
    const waiting = queues.filter(({ messages, isDeadLetters }) => messages > 0 && !isDeadLetters);
    return waiting.map(({ name, messages }) => `${messages} in ${name}`).join(', ');
  });
}
