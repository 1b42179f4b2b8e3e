import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { sql } from 'kysely';
import { expect, onTestFinished } from 'vitest';
import { createOrder } from '../src/app.ts';
import type { Order } from '../src/contract.ts';
import { depsOf, settingsOf, talkTo, type Worlds } from './shop.ts';

export type Kills = ReturnType<typeof openKills>;

/** The three moments of an act: before it is done, when it is done but not written down, when it is written down. */
export const around = (names: readonly string[]) =>
  names.flatMap((name) => [`before ${name}`, `after ${name}`, `saved ${name}`]);

/** One world in which order services are killed and others come after them; `shop` speaks with whoever came last. */
export function openKills(world: Worlds) {
  let url = '';
  const shop = talkTo(world, () => url);

  /** A service in a process of its own that stops at the point. `kill` waits until it is there. */
  async function startVictim(point: string) {
    const path = join(import.meta.dirname, 'fixtures/interrupted.ts');
    const execArgv = ['--import', '@storefront/kit/tracing'];
    const child = fork(path, [point, JSON.stringify(settingsOf(world))], { execArgv });
    onTestFinished(() => void child.kill('SIGKILL'));
    const reached = Promise.withResolvers<void>();
    url = await new Promise<string>((resolve, reject) => {
      child.on('message', (message: { url?: string; reached?: string }) => {
        if (message.url !== undefined) resolve(message.url);
        if (message.reached !== undefined) reached.resolve();
      });
      child.once('exit', () => reject(new Error('it did not start')));
    });
    return { kill: () => reached.promise.then(() => killed(child)) };
  }

  /** Another one that takes up what is left; so much later that nobody holds it any more: a step, or a mail after two minutes. */
  async function startSurvivor(laterMs = 31_000): Promise<void> {
    const clock = { now: () => new Date(Date.now() + laterMs) };
    const service = createOrder({ ...depsOf(settingsOf(world)), clock });
    url = (await service.start()).url;
    onTestFinished(() => service.stop());
  }

  return {
    shop,
    startVictim,
    startSurvivor,
    expectWhole: (order: Order) => expectWhole(world, shop, order),
    orderOfCart: (cartId: string) => orderOfCart(world, cartId),
  };
}

/** What may never be, whatever happened: by the ledgers of the peers and the rows of the order. */
async function expectWhole(world: Worlds, shop: Pick<ReturnType<typeof talkTo>, 'rows'>, order: Order): Promise<void> {
  const { orderId, state, paymentStatus, totals } = order;
  const { payment, shipping, product } = world.peers;
  const of = (ids: readonly string[]) => ids.filter((one) => one === orderId).length;
  const captures = of(payment.ledger.captures);
  const refunds = payment.ledger.refunds.filter((one) => one.orderId === orderId);
  const refunded = refunds.reduce((sum, { amountMinor }) => sum + amountMinor, 0);
  const isCancelled = state === 'cancelled';
  expect(captures).toBeLessThanOrEqual(1);
  expect(captures * totals.total.amountMinor - refunded).toBe(
    isCancelled || paymentStatus === 'refunded' ? 0 : totals.total.amountMinor,
  );
  // What is reserved on a card is taken once or let go once.
  expect(captures + of(payment.ledger.cancels)).toBe(1);
  expect(of(shipping.labels)).toBeLessThanOrEqual(1);
  expect(product.holds.get(orderId)?.state).toBe(
    isCancelled ? 'released' : state === 'captured' ? 'claimed' : 'shipped',
  );
  const isVoided = [undefined, 'voided'].includes(shipping.shipments.get(orderId)?.status);
  expect(isVoided).toBe(isCancelled);
  const open = await shop.rows<{ status: string; step: string }>('saga_step', orderId);
  expect(open.filter(({ status, step }) => status === 'open' && step !== 'hand-over')).toEqual([]);
  expect(await shop.rows('order_anomaly', orderId)).toEqual([]);
}

async function orderOfCart(world: Worlds, cartId: string): Promise<Order['orderId']> {
  const found = world.shards.shards.map(({ name }) =>
    sql<{ order_id: string }>`select order_id from test.orders where cart_id = ${cartId}`.execute(
      world.shards.admin(name),
    ),
  );
  const [row] = (await Promise.all(found)).flatMap(({ rows }) => rows);
  if (!row) throw new Error('there is no order');
  return row.order_id;
}

async function killed(child: ChildProcess): Promise<void> {
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  child.kill('SIGKILL');
  await ended;
}
