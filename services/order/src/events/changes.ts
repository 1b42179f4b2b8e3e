import { consume, UnprocessableMessage, type Broker } from '@storefront/kit/broker';
import type { Worker } from '@storefront/kit/http';
import type { Log } from '@storefront/kit/log';
import type { Shards } from '@storefront/kit/postgres';
import type { Clock } from '@storefront/kit/time';
import { bucketOfOrderId, type OrderId } from '@storefront/commerce/order-ids';
import { paymentEvents } from '@storefront/payment/contract';
import { shipmentEvents } from '@storefront/shipping/contract';
import { randomUUID } from 'node:crypto';
import type { TellAnomalies } from '../anomalies.ts';
import type { Anomaly } from '../domain/amendment.ts';
import type { Interrupt } from '../domain/ports.ts';
import { hasDueSteps } from '../store/due-steps.ts';
import type { OrderTransaction } from '../store/orders.ts';
import type { Tables } from '../store/tables.ts';

const events = {
  'payment.changed': paymentEvents['payment.changed'],
  'shipment.changed': shipmentEvents['shipment.changed'],
} as const;

type Deps = {
  shards: Shards<Tables>;
  broker: Pick<Broker, 'consuming' | 'metrics'>;
  log: Log;
  clock: Clock;
  /** The order takes over what its payment says now. */
  learnPayment: (orderId: OrderId) => Promise<void>;
  /** Told after the commit that an order is to be looked at. */
  onMoved: (orderId: OrderId) => void;
  tellAnomalies: TellAnomalies;
  interrupt: Interrupt;
};
type AfterCommit = (() => void)[];

/** What moved outside is a reason to go and look, not the truth: whatever order, number and age the events come in. */
export function consumeChanges(deps: Deps): Worker {
  const { shards, broker, log, clock, learnPayment, onMoved, tellAnomalies, interrupt } = deps;
  const following = new WeakMap<object, AfterCommit>();
  const look = async (tx: OrderTransaction, orderId: OrderId, status: string) => {
    const after = following.get(tx);
    if (await hasDueSteps(tx, orderId, clock.now())) after?.push(() => onMoved(orderId));
    else {
      const anomaly = await reportUnexpected(tx, { orderId, status, now: clock.now() });
      if (anomaly) after?.push(() => tellAnomalies(orderId, [anomaly]));
    }
  };
  return consume({
    broker,
    queue: 'order',
    events,
    log,
    bucketOf: ({ data }) => bucketOfOrderId(data.orderId),
    async prepare({ type, data }) {
      if (type !== 'payment.changed') return;
      await learnPayment(data.orderId);
      await interrupt('learned');
    },
    shards: {
      async withBucket(bucket, work) {
        let after: AfterCommit = [];
        const result = await shards.withBucket(bucket, (tx) => {
          following.set(tx, (after = []));
          return work(tx);
        });
        await interrupt('heard');
        for (const tell of after) tell();
        return result;
      },
    },
    handlers: {
      'payment.changed': (event, tx) => look(tx, event.data.orderId, event.data.status),
      'shipment.changed': (event, tx) => look(tx, event.data.orderId, event.data.status),
    },
  });
}

/** After these nothing more was to come of an order that is cancelled. */
const surprising = new Set(['authorized', 'captured', 'labelled', 'in-transit', 'out-for-delivery', 'delivered']);

/** Nothing is going on with the order any more: what moves now is its echo, or something for a person to look at, which is answered. */
async function reportUnexpected(
  tx: OrderTransaction,
  { orderId, status, now }: { orderId: OrderId; status: string; now: Date },
): Promise<Anomaly | undefined> {
  const { bucket } = tx;
  const order = await tx
    .selectFrom('orders')
    .select(['state', 'captured_minor', 'refunded_minor'])
    .where('bucket', '=', bucket)
    .where('order_id', '=', orderId)
    .executeTakeFirst();
  if (!order) throw new UnprocessableMessage('refused', `there is no order ${orderId}`);
  // Of money that was taken and has all gone back this is the echo.
  const isBack = status === 'captured' && order.captured_minor > 0 && order.refunded_minor >= order.captured_minor;
  const isExpected = order.state === 'cancelled' ? isBack || !surprising.has(status) : status !== 'canceled';
  if (isExpected) return undefined;
  const anomaly = { what: 'moved-after-end', details: { state: order.state, status } };
  const row = { bucket, order_id: orderId, anomaly_id: randomUUID(), ...anomaly, at: now };
  await tx.insertInto('order_anomaly').values(row).execute();
  return anomaly;
}
