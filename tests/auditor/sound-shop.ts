import type { Terms } from './audit.ts';
import type {
  IntentSeen,
  LabelSeen,
  MovementSeen,
  OrderSeen,
  PaymentSeen,
  ShipmentSeen,
  Snapshot,
} from './snapshot.ts';

export const takenAt = new Date('2026-11-28T12:00:00Z');
const earlier = (minutes: number) => new Date(takenAt.getTime() - minutes * 60_000);

/** Ids whose twelve bits after the version say where the order lies. */
export const orders = {
  delivered: '019a2b4c-7d10-8001-9c1e-5b2f7a6d8e01',
  refunded: '019a2b4c-7d10-8002-9c1e-5b2f7a6d8e02',
  cancelled: '019a2b4c-7d10-8003-9c1e-5b2f7a6d8e03',
  captured: '019a2b4c-7d10-8004-9c1e-5b2f7a6d8e04',
} as const;
type Name = keyof typeof orders;

const buckets: Record<Name, number> = { delivered: 1, refunded: 2, cancelled: 3, captured: 4 };
const states: Record<Name, string> = {
  delivered: 'delivered',
  refunded: 'delivered',
  cancelled: 'cancelled',
  captured: 'captured',
};
const names = Object.keys(orders) as Name[];
export const refundId = '6d0b0f6c-0000-4000-8000-000000000001';
export const intentOf = (name: Name) => `pi_${name}`;
export const shipmentOf = (name: Name) => `shipment-of-${name}`;

/** One order of each kind at rest, each over two mugs for 50.00. */
export const soundTerms: Partial<Terms> = {
  settled: ['delivered', 'cancelled', 'captured'],
  accepted: Object.values(orders),
};

/** A shop in which everything is as it must be; each call gives one of its own. */
export function soundShop(): Mutable<Snapshot> {
  return structuredClone({
    takenAt,
    buckets: Object.values(buckets).map((bucket) => ({ shard: 'orders-1', bucket, epoch: 1 })),
    orders: names.map(orderOf),
    runs: [
      {
        orderId: orders.captured,
        saga: 'order',
        step: 'hand-over',
        status: 'open',
        dueAt: earlier(-5),
        deadlineAt: null,
      },
    ],
    orderRefunds: [{ ...refund, restock: true }],
    mails: [
      { orderId: orders.delivered, kind: 'confirmation', status: 'sent', dueAt: earlier(50) },
      { orderId: orders.captured, kind: 'action-needed', status: 'due', dueAt: earlier(-2) },
    ],
    payments: names.map(paymentOf),
    paymentRefunds: [{ ...refund }],
    intents: names.map(stripeOf),
    shipments: names.map(parcelOf),
    labels: names.map(labelOf),
    stock: [
      {
        sku: 'mug',
        onHand: 6,
        available: 4,
        held: 0,
        claimed: 2,
        holds: [{ orderId: orders.captured, units: 2, isClaimed: true, expiresAt: null }],
      },
      { sku: 'plate', onHand: 0, available: 0, held: 0, claimed: 0, holds: [] },
    ],
    movements: movements(),
    sent: [
      { service: 'payment', messageId: 'm1', type: 'payment.changed', subject: orders.delivered, isSent: true },
      { service: 'order', messageId: 'm2', type: 'order.placed', subject: orders.delivered, isSent: true },
    ],
    applied: [
      { shard: 'orders-1', consumer: 'order', messageId: 'm1' },
      { shard: 'orders-2', consumer: 'recommendation', messageId: 'm1' },
    ],
    queues: [
      { name: 'order', messages: 0, isDeadLetters: false },
      { name: 'order.dead', messages: 0, isDeadLetters: true },
    ],
  }) as Mutable<Snapshot>;
}

/** For tests, which spoil it. */
export type Mutable<Value> = Value extends Date
  ? Date
  : Value extends readonly (infer Item)[]
    ? Mutable<Item>[]
    : Value extends object
      ? { -readonly [Key in keyof Value]: Mutable<Value[Key]> }
      : Value;

const refund = { orderId: orders.refunded, refundId, amountMinor: 2_500, status: 'succeeded' };

const isCaptured = (name: Name) => name !== 'cancelled';

function orderOf(name: Name): OrderSeen {
  return {
    shard: 'orders-1',
    bucket: buckets[name],
    orderId: orders[name],
    number: `NUMBER-${name}`,
    cartId: `cart-of-${name}`,
    state: states[name],
    currency: 'EUR',
    totalMinor: 5_000,
    capturedMinor: isCaptured(name) ? 5_000 : 0,
    refundedMinor: name === 'refunded' ? 2_500 : 0,
    goods: { mug: 2 },
    placedAt: earlier(60),
    sequence: 7,
    entries: 7,
  };
}

function paymentOf(name: Name): PaymentSeen {
  const status = isCaptured(name) ? 'captured' : 'canceled';
  const capturedMinor = isCaptured(name) ? 5_000 : 0;
  return { shard: 'orders-1', orderId: orders[name], status, intentId: intentOf(name), capturedMinor };
}

function stripeOf(name: Name): IntentSeen {
  return {
    intentId: intentOf(name),
    orderId: orders[name],
    currency: 'EUR',
    captures: isCaptured(name) ? 1 : 0,
    authorizedMinor: 0,
    capturedMinor: isCaptured(name) ? 5_000 : 0,
    refundedMinor: name === 'refunded' ? 2_500 : 0,
  };
}

function parcelOf(name: Name): ShipmentSeen {
  const status = { delivered: 'delivered', refunded: 'delivered', cancelled: 'voided', captured: 'labelled' }[name];
  return { shard: 'orders-1', shipmentId: shipmentOf(name), orderId: orders[name], parcel: 1, status };
}

function labelOf(name: Name): LabelSeen {
  return { carrierShipment: `shp_${name}`, shipmentId: shipmentOf(name), isVoided: name === 'cancelled' };
}

function movements(): MovementSeen[] {
  const mug = { sku: 'mug', orderId: null };
  return [
    { ...mug, movementId: 'in', units: 9, reason: 'received', sequence: 1, onHandAfter: 9 },
    { ...mug, movementId: 'a', units: -2, reason: 'sold', orderId: orders.delivered, sequence: 2, onHandAfter: 7 },
    {
      ...mug,
      movementId: 'd',
      units: 1,
      reason: 'returned',
      orderId: orders.refunded,
      sequence: null,
      onHandAfter: null,
    },
    { ...mug, movementId: 'b', units: -2, reason: 'sold', orderId: orders.refunded, sequence: null, onHandAfter: null },
  ];
}
