import type { Invariant } from '../audit.ts';
import { bucketOfId, groupedBy, isFinal, ownersOf, repeated } from './of-orders.ts';

export const orderInvariants: readonly Invariant[] = [
  {
    name: 'order-lost',
    *check({ orders }, { accepted }) {
      const known = new Set(orders.map(({ orderId }) => orderId));
      for (const orderId of accepted)
        if (!known.has(orderId)) yield { ids: { orderId }, message: 'a client was told of an order that is nowhere' };
    },
  },
  {
    name: 'order-twice',
    *check({ orders }) {
      for (const { orderId, shard } of repeated(orders, ({ orderId }) => orderId))
        yield { ids: { orderId, shard }, message: 'an order is stored twice' };
      for (const { orderId, number } of repeated(orders, ({ bucket, number }) => `${bucket} ${number}`))
        yield { ids: { orderId, number }, message: 'two orders have one number' };
    },
  },
  {
    name: 'one-order-per-cart',
    *check({ orders }) {
      const live = orders.filter(({ state }) => state !== 'cancelled');
      for (const { orderId, cartId } of repeated(live, ({ cartId }) => cartId))
        yield { ids: { orderId, cartId }, message: 'a cart was ordered twice' };
    },
  },
  {
    name: 'order-in-its-bucket',
    *check({ orders, payments, shipments, buckets }) {
      for (const { orderId, bucket, shard } of orders)
        if (bucketOfId(orderId) !== bucket)
          yield { ids: { orderId, shard }, message: `an order lies in bucket ${bucket}, not in its own` };
      const owners = ownersOf(buckets);
      for (const { orderId, shard } of [...orders, ...payments, ...shipments]) {
        const owner = owners.get(bucketOfId(orderId)) ?? 'no shard';
        if (owner !== shard)
          yield { ids: { orderId, shard }, message: `rows of an order lie there, but ${owner} has its bucket` };
      }
    },
  },
  {
    name: 'no-order-past-its-deadline',
    *check({ runs, takenAt }, { graceMs }) {
      for (const { orderId, saga, step, status, deadlineAt, dueAt } of runs) {
        if (status !== 'open') continue;
        const latest = takenAt.getTime() - graceMs;
        if (deadlineAt && deadlineAt.getTime() < latest)
          yield { ids: { orderId, saga, step }, message: `its deadline was ${deadlineAt.toISOString()}` };
        else if (dueAt.getTime() < latest)
          yield { ids: { orderId, saga, step }, message: `nobody has looked at it since ${dueAt.toISOString()}` };
      }
    },
  },
  {
    name: 'orders-end',
    whenAtRest: true,
    *check({ orders }, { settled }) {
      for (const { orderId, state } of orders)
        if (!settled.includes(state)) yield { ids: { orderId }, message: `an order rests as ${state}` };
    },
  },
  {
    name: 'open-order-goes-on',
    *check({ orders, runs }) {
      const going = groupedBy(runs, ({ orderId }) => orderId);
      for (const { orderId, state } of orders)
        if (!isFinal(state) && !going.get(orderId)?.some(({ saga }) => saga === 'order'))
          yield { ids: { orderId }, message: `nothing is to be done for an order that is ${state}` };
    },
  },
  {
    name: 'history-is-complete',
    *check({ orders }) {
      for (const { orderId, sequence, entries } of orders)
        if (sequence !== entries)
          yield { ids: { orderId }, message: `entry ${sequence} is the newest of its history, which has ${entries}` };
    },
  },
  {
    name: 'mails-leave',
    *check({ mails, takenAt }, { graceMs }) {
      for (const { orderId, kind, status, dueAt } of mails)
        if (status === 'due' && dueAt.getTime() < takenAt.getTime() - graceMs)
          yield { ids: { orderId, mail: kind }, message: `a mail was to leave at ${dueAt.toISOString()}` };
    },
  },
];
