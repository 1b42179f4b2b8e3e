import { fleet, type ServiceEntry } from '@storefront/operator/fleet';
import { describe, expect, it } from 'vitest';

import { audit, formatBreaches, invariants, usualTerms } from './audit.ts';
import { intentOf, orders, refundId, shipmentOf, soundShop, soundTerms, takenAt, type Mutable } from './sound-shop.ts';
import type { Snapshot } from './snapshot.ts';

type Shop = Mutable<Snapshot>;
type Flaw = { spoils: (shop: Shop) => void; ids: Record<string, string> };

const of = <Item extends { orderId: string }>(items: Item[], orderId: string): Item =>
  items.find((one) => one.orderId === orderId) as Item;
const intent = ({ intents }: Shop, name: keyof typeof orders) => of(intents, orders[name]);
const order = (shop: Shop, name: keyof typeof orders) => of(shop.orders, orders[name]);
const mugs = ({ stock }: Shop) => stock[0] as Shop['stock'][number];
const returned = ({ movements }: Shop) => movements.find(({ reason }) => reason === 'returned') as object;
const minutesAgo = (minutes: number) => new Date(takenAt.getTime() - minutes * 60_000);
/** An order that was placed at that moment, by its id. */
const idAt = (at: Date) => {
  const time = at.getTime().toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-8001-9c1e-5b2f7a6d8e09`;
};

/** What may go wrong, under the invariant that finds it. Each flaw stands for one that shops had. */
const flaws: Record<string, Flaw[]> = {
  'order-lost': [{ spoils: (shop) => shop.orders.shift(), ids: { orderId: orders.delivered } }],
  'order-twice': [
    {
      spoils: (shop) => shop.orders.push({ ...order(shop, 'cancelled'), shard: 'orders-2' }),
      ids: { orderId: orders.cancelled, shard: 'orders-2' },
    },
    {
      spoils: (shop) => Object.assign(order(shop, 'captured'), { bucket: 1, number: 'NUMBER-delivered' }),
      ids: { orderId: orders.captured, number: 'NUMBER-delivered' },
    },
  ],
  'one-order-per-cart': [
    {
      spoils: (shop) => (order(shop, 'captured').cartId = 'cart-of-delivered'),
      ids: { orderId: orders.captured, cartId: 'cart-of-delivered' },
    },
  ],
  'order-in-its-bucket': [
    { spoils: (shop) => (order(shop, 'captured').bucket = 9), ids: { orderId: orders.captured, shard: 'orders-1' } },
    {
      spoils: (shop) => (order(shop, 'captured').shard = 'orders-2'),
      ids: { orderId: orders.captured, shard: 'orders-2' },
    },
    {
      spoils: (shop) => (of(shop.payments, orders.captured).shard = 'orders-2'),
      ids: { orderId: orders.captured, shard: 'orders-2' },
    },
    {
      spoils: (shop) => (of(shop.shipments, orders.captured).shard = 'orders-2'),
      ids: { orderId: orders.captured, shard: 'orders-2' },
    },
    {
      spoils: (shop) => shop.buckets.push({ shard: 'orders-2', bucket: 4, epoch: 2 }),
      ids: { orderId: orders.captured, shard: 'orders-1' },
    },
    { spoils: (shop) => shop.buckets.pop(), ids: { orderId: orders.captured, shard: 'orders-1' } },
  ],
  'no-order-past-its-deadline': [
    {
      spoils: (shop) => (of(shop.runs, orders.captured).deadlineAt = minutesAgo(2)),
      ids: { orderId: orders.captured, step: 'hand-over' },
    },
    {
      spoils: (shop) => (of(shop.runs, orders.captured).dueAt = minutesAgo(2)),
      ids: { orderId: orders.captured, saga: 'order' },
    },
  ],
  'orders-end': [
    { spoils: (shop) => (order(shop, 'delivered').state = 'needs-review'), ids: { orderId: orders.delivered } },
  ],
  'open-order-goes-on': [
    { spoils: (shop) => shop.runs.pop(), ids: { orderId: orders.captured } },
    {
      spoils: (shop) => (of(shop.runs, orders.captured).saga = `refund ${refundId}`),
      ids: { orderId: orders.captured },
    },
  ],
  'history-is-complete': [
    { spoils: (shop) => (order(shop, 'captured').entries = 6), ids: { orderId: orders.captured } },
  ],
  'mails-leave': [
    {
      spoils: (shop) => (of(shop.mails, orders.captured).dueAt = minutesAgo(2)),
      ids: { orderId: orders.captured, mail: 'action-needed' },
    },
  ],
  'captured-once': [
    {
      spoils: (shop) => (intent(shop, 'delivered').captures = 2),
      ids: { orderId: orders.delivered, intentId: intentOf('delivered') },
    },
    {
      spoils: (shop) => shop.intents.push({ ...intent(shop, 'delivered'), intentId: 'pi_again' }),
      ids: { orderId: orders.delivered, intentId: 'pi_again' },
    },
  ],
  'one-payment-per-order': [
    {
      spoils: (shop) => shop.intents.push({ ...intent(shop, 'cancelled'), intentId: 'pi_again' }),
      ids: { orderId: orders.cancelled, intentId: 'pi_again' },
    },
  ],
  'no-money-without-order': [
    {
      spoils: (shop) =>
        shop.intents.push({ ...intent(shop, 'cancelled'), orderId: 'x', intentId: 'pi_x', authorizedMinor: 1 }),
      ids: { orderId: 'x', intentId: 'pi_x' },
    },
    {
      spoils: (shop) =>
        shop.intents.push({ ...intent(shop, 'cancelled'), orderId: 'x', intentId: 'pi_x', capturedMinor: 1 }),
      ids: { orderId: 'x', intentId: 'pi_x' },
    },
  ],
  'never-more-refunded-than-captured': [
    {
      spoils: (shop) => (intent(shop, 'refunded').refundedMinor = 5_001),
      ids: { orderId: orders.refunded, intentId: intentOf('refunded') },
    },
  ],
  'captured-what-was-ordered': [
    {
      spoils: (shop) => (intent(shop, 'delivered').capturedMinor = 4_999),
      ids: { orderId: orders.delivered, intentId: intentOf('delivered') },
    },
  ],
  'captured-minus-refunded-is-paid': [
    { spoils: (shop) => (order(shop, 'delivered').capturedMinor = 0), ids: { orderId: orders.delivered } },
    { spoils: (shop) => (order(shop, 'refunded').refundedMinor = 0), ids: { orderId: orders.refunded } },
    { spoils: (shop) => (intent(shop, 'refunded').refundedMinor = 5_000), ids: { orderId: orders.refunded } },
    {
      spoils: (shop) => {
        intent(shop, 'captured').capturedMinor = 0;
        order(shop, 'captured').capturedMinor = 0;
      },
      ids: { orderId: orders.captured },
    },
  ],
  'cancelled-holds-no-money': [
    {
      spoils: (shop) => (intent(shop, 'cancelled').authorizedMinor = 5_000),
      ids: { orderId: orders.cancelled, intentId: intentOf('cancelled') },
    },
    {
      spoils: (shop) => (intent(shop, 'cancelled').capturedMinor = 5_000),
      ids: { orderId: orders.cancelled, intentId: intentOf('cancelled') },
    },
  ],
  'payment-says-what-stripe-says': [
    {
      spoils: (shop) => (of(shop.payments, orders.delivered).intentId = 'pi_forgotten'),
      ids: { orderId: orders.delivered, intentId: 'pi_forgotten' },
    },
    {
      spoils: (shop) => (of(shop.payments, orders.cancelled).status = 'authorized'),
      ids: { orderId: orders.cancelled, intentId: intentOf('cancelled') },
    },
    {
      spoils: (shop) => (of(shop.payments, orders.delivered).capturedMinor = 0),
      ids: { orderId: orders.delivered, intentId: intentOf('delivered') },
    },
  ],
  'refunds-agree': [
    { spoils: (shop) => shop.paymentRefunds.pop(), ids: { orderId: orders.refunded, refundId } },
    { spoils: (shop) => shop.orderRefunds.pop(), ids: { orderId: orders.refunded, refundId } },
    {
      spoils: (shop) => (of(shop.paymentRefunds, orders.refunded).status = 'failed'),
      ids: { orderId: orders.refunded, refundId },
    },
    {
      spoils: (shop) => (of(shop.paymentRefunds, orders.refunded).amountMinor = 1),
      ids: { orderId: orders.refunded, refundId },
    },
  ],
  'stock-never-negative': [
    { spoils: (shop) => Object.assign(mugs(shop), { onHand: 1, available: -1 }), ids: { sku: 'mug' } },
    {
      spoils: (shop) => Object.assign(shop.movements[1] as object, { onHandAfter: -1 }),
      ids: { sku: 'mug', movementId: 'a' },
    },
  ],
  'stock-adds-up': [
    { spoils: (shop) => (mugs(shop).available = 5), ids: { sku: 'mug' } },
    { spoils: (shop) => Object.assign(mugs(shop), { claimed: 0, held: 2 }), ids: { sku: 'mug' } },
  ],
  'stock-equals-its-ledger': [
    { spoils: (shop) => Object.assign(mugs(shop), { onHand: 7, available: 5 }), ids: { sku: 'mug' } },
    { spoils: (shop) => Object.assign(shop.stock[1] as object, { onHand: 1, available: 1 }), ids: { sku: 'plate' } },
    { spoils: (shop) => shop.stock.shift(), ids: { sku: 'mug' } },
    {
      spoils: (shop) => Object.assign(shop.movements[1] as object, { onHandAfter: 9 }),
      ids: { sku: 'mug', movementId: 'a' },
    },
    { spoils: (shop) => Object.assign(shop.movements[1] as object, { sequence: 3 }), ids: { movementId: 'a' } },
  ],
  'each-movement-once': [
    {
      spoils: (shop) => shop.movements.push(shop.movements[0] as Shop['movements'][number]),
      ids: { sku: 'mug', movementId: 'in' },
    },
    {
      spoils: (shop) => shop.movements.push({ ...(shop.movements[1] as Shop['movements'][number]), movementId: 'c' }),
      ids: { sku: 'mug', orderId: orders.delivered },
    },
  ],
  'no-hold-without-order': [
    { spoils: (shop) => (order(shop, 'captured').state = 'cancelled'), ids: { sku: 'mug', orderId: orders.captured } },
    {
      spoils: (shop) => mugs(shop).holds.push({ orderId: 'x', units: 0, isClaimed: false, expiresAt: minutesAgo(-30) }),
      ids: { sku: 'mug', orderId: 'x' },
    },
  ],
  'what-is-promised-is-there': [
    { spoils: (shop) => mugs(shop).holds.pop(), ids: { sku: 'mug', orderId: orders.captured } },
    { spoils: (shop) => (order(shop, 'captured').goods = { mug: 3 }), ids: { sku: 'mug', orderId: orders.captured } },
    {
      spoils: (shop) => ((mugs(shop).holds[0] as { isClaimed: boolean }).isClaimed = false),
      ids: { sku: 'mug', orderId: orders.captured },
    },
  ],
  'what-is-shipped-has-left': [
    { spoils: (shop) => shop.movements.pop(), ids: { sku: 'mug', orderId: orders.refunded } },
    {
      spoils: (shop) => Object.assign(shop.movements[1] as object, { orderId: orders.cancelled }),
      ids: { sku: 'mug', orderId: orders.cancelled },
    },
  ],
  'what-comes-back-has-left': [
    {
      spoils: (shop) => Object.assign(returned(shop), { units: 3 }),
      ids: { sku: 'mug', orderId: orders.refunded },
    },
    {
      spoils: (shop) => Object.assign(returned(shop), { orderId: orders.captured }),
      ids: { sku: 'mug', orderId: orders.captured },
    },
  ],
  'nothing-comes-back-that-is-here': [
    {
      spoils: (shop) => Object.assign(of(shop.orderRefunds, orders.refunded), { orderId: orders.captured }),
      ids: { orderId: orders.captured, refundId },
    },
  ],
  'one-shipment-per-parcel': [
    {
      spoils: (shop) => shop.shipments.push({ ...of(shop.shipments, orders.delivered), shipmentId: 'again' }),
      ids: { orderId: orders.delivered, shipmentId: 'again' },
    },
  ],
  'one-label-per-parcel': [
    {
      spoils: (shop) =>
        shop.labels.push({ carrierShipment: 'shp_again', shipmentId: shipmentOf('delivered'), isVoided: false }),
      ids: { shipmentId: shipmentOf('delivered'), carrierShipment: 'shp_again' },
    },
  ],
  'no-label-without-parcel': [
    {
      spoils: (shop) => shop.labels.push({ carrierShipment: 'shp_x', shipmentId: 'x', isVoided: true }),
      ids: { carrierShipment: 'shp_x' },
    },
    {
      spoils: (shop) => shop.labels.push({ carrierShipment: 'shp_x', shipmentId: null, isVoided: false }),
      ids: { carrierShipment: 'shp_x' },
    },
  ],
  'each-labelled-parcel-has-its-label': [
    { spoils: (shop) => shop.labels.shift(), ids: { shipmentId: shipmentOf('delivered') } },
    {
      spoils: (shop) => ((shop.labels[0] as { isVoided: boolean }).isVoided = true),
      ids: { shipmentId: shipmentOf('delivered') },
    },
    {
      spoils: (shop) => ((shop.labels[2] as { isVoided: boolean }).isVoided = false),
      ids: { orderId: orders.cancelled, shipmentId: shipmentOf('cancelled') },
    },
  ],
  'each-sent-order-has-parcels': [
    {
      spoils: (shop) => {
        shop.shipments.shift();
        shop.labels.shift();
      },
      ids: { orderId: orders.delivered },
    },
    { spoils: (shop) => (of(shop.shipments, orders.captured).status = 'wanted'), ids: { orderId: orders.captured } },
  ],
  'no-label-for-cancelled': [
    {
      spoils: (shop) => (of(shop.shipments, orders.cancelled).status = 'labelled'),
      ids: { orderId: orders.cancelled, shipmentId: shipmentOf('cancelled') },
    },
    {
      spoils: (shop) => (of(shop.shipments, orders.cancelled).orderId = 'x'),
      ids: { orderId: 'x', shipmentId: shipmentOf('cancelled') },
    },
  ],
  'each-event-applied-once': [
    {
      spoils: (shop) => shop.applied.push({ shard: 'orders-3', consumer: 'order', messageId: 'm1' }),
      ids: { consumer: 'order', messageId: 'm1', shard: 'orders-3' },
    },
  ],
  'each-event-sent': [
    {
      spoils: (shop) => ((shop.sent[1] as { isSent: boolean }).isSent = false),
      ids: { service: 'order', messageId: 'm2' },
    },
  ],
  'each-event-applied': [
    { spoils: (shop) => shop.applied.shift(), ids: { consumer: 'order', messageId: 'm1', subject: orders.delivered } },
  ],
  'no-dead-letters': [
    { spoils: (shop) => ((shop.queues[1] as { messages: number }).messages = 1), ids: { queue: 'order.dead' } },
  ],
  'queues-are-empty': [
    { spoils: (shop) => ((shop.queues[0] as { messages: number }).messages = 1), ids: { queue: 'order' } },
  ],
};

describe('the auditor', () => {
  it('finds nothing in a shop in which all is as it must be', () => {
    expect(formatBreaches(audit(soundShop(), soundTerms))).toBe('');
  });

  it('has a flaw here for each thing that must never be', () => {
    expect(Object.keys(flaws).toSorted()).toEqual(invariants.map(({ name }) => name).toSorted());
  });

  const cases = Object.entries(flaws).flatMap(([invariant, all]) =>
    all.map((flaw, index) => [invariant, index + 1, flaw] as const),
  );
  it.each(cases)('names whose flaw it is: %s (%i)', (invariant, _, { spoils, ids }) => {
    const shop = soundShop();
    spoils(shop);
    const found = audit(shop, soundTerms).filter((breach) => breach.invariant === invariant);
    expect(found).toContainEqual(expect.objectContaining({ ids: expect.objectContaining(ids) as object }));
  });

  it('waits for the events of every service that has an inbox', () => {
    const entries = Object.entries(fleet as Record<string, ServiceEntry>);
    const inboxes = entries.filter(
      ([, { consumes, stores }]) =>
        consumes.length > 0 && Object.values(stores).some(({ kind }) => ['postgres', 'mongo'].includes(kind)),
    );
    expect(usualTerms.consumers).toEqual(Object.fromEntries(inboxes.map(([name, { consumes }]) => [name, consumes])));
  });

  it('blames nobody for what is still on its way', () => {
    const shop = soundShop();
    Object.assign(order(shop, 'captured'), { state: 'authorized', capturedMinor: 0 });
    Object.assign(intent(shop, 'captured'), { capturedMinor: 0, captures: 0, authorizedMinor: 5_000 });
    shop.applied.shift();
    Object.assign(shop.queues[0] as object, { messages: 3 });
    const placedNow = idAt(minutesAgo(1));
    mugs(shop).holds.push({ orderId: placedNow, units: 0, isClaimed: false, expiresAt: minutesAgo(-59) });

    expect(audit(shop, { ...soundTerms, isAtRest: false })).toEqual([]);
    expect(audit(shop, soundTerms).length).toBeGreaterThan(0);
  });

  it('does not wait for ever for the order of a hold', () => {
    const shop = soundShop();
    const orderId = idAt(minutesAgo(11));
    mugs(shop).holds.push({ orderId, units: 0, isClaimed: false, expiresAt: minutesAgo(-40) });
    expect(audit(shop, { ...soundTerms, isAtRest: false })).toMatchObject([
      { invariant: 'no-hold-without-order', ids: { orderId } },
    ]);
  });
});
