import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { OrderId } from '@storefront/commerce/order-ids';
import { withoutRequest } from '@storefront/kit/request-context';
import { ms, type Clock, type Duration } from '@storefront/kit/time';
import type { ParcelRequest } from '../contract.ts';
import * as errors from '../domain/errors.ts';
import { handedOver, isInHouse, isOver, isSameParcel, shipmentIdOf, wantedShipment } from '../domain/shipment.ts';
import type { ParcelPlace, StoredShipment } from '../domain/shipment.ts';
import { endsJourney } from '../domain/tracking.ts';
import type { Shipments } from '../store/shipments.ts';
import type { Carriers, LabelDesk } from './label-desk.ts';

export type ParcelsDeps = {
  shipments: Shipments;
  desk: LabelDesk;
  carriers: Carriers;
  clock: Clock;
  /** How long a command waits for the carrier; then it answers what is so far, and an event tells the rest. */
  patience?: Duration;
};

/** What others ask to be done with an order's parcels. `signal`: whoever asked still listens. */
export type Parcels = {
  want(place: ParcelPlace, request: ParcelRequest, signal: AbortSignal): Promise<StoredShipment>;
  list(orderId: OrderId): Promise<StoredShipment[]>;
  /** After asking the carriers. */
  listFresh(orderId: OrderId, signal: AbortSignal): Promise<StoredShipment[]>;
  void(place: ParcelPlace, signal: AbortSignal): Promise<StoredShipment>;
  handOver(place: ParcelPlace): Promise<StoredShipment>;
  /** Resolves when nothing is being done that a command began. */
  idle(): Promise<void>;
};

const everyMs = 100;

export function createParcels(deps: ParcelsDeps): Parcels {
  const { shipments, desk, carriers, clock, patience = '7s' } = deps;
  const running = new Set<Promise<void>>();

  /** The look goes on when nobody waits any more: then what it finds is news. */
  async function look(shipment: StoredShipment, lease: string, signal: AbortSignal): Promise<void> {
    let isWaiting = true;
    const isHeard = () => isWaiting && !signal.aborted;
    const work = withoutRequest(() => desk.look(shipment, { lease, isHeard })).finally(() => running.delete(work));
    running.add(work);
    const patienceEnds = new AbortController();
    await Promise.race([work, pause(ms(patience), undefined, { signal: patienceEnds.signal }).catch(() => {})]);
    patienceEnds.abort();
    isWaiting = false;
  }

  async function take(shipment: StoredShipment, signal: AbortSignal): Promise<boolean> {
    const lease = randomUUID();
    const taken = await shipments.take(shipment, { lease, now: clock.now(), early: true });
    if (taken) await look(taken, lease, signal);
    return taken !== undefined;
  }

  async function found(place: ParcelPlace): Promise<StoredShipment> {
    const shipment = await shipments.find(place);
    if (!shipment) throw errors.shipmentNotFound(place.orderId, place.parcel);
    return shipment;
  }

  /** Somebody else works on it: what becomes of it is worth waiting for. */
  async function settled(place: ParcelPlace, isSettled: (shipment: StoredShipment) => boolean, signal: AbortSignal) {
    const deadline = performance.now() + ms(patience);
    for (;;) {
      const shipment = await found(place);
      if (isSettled(shipment) || signal.aborted || performance.now() > deadline) return shipment;
      await pause(everyMs);
    }
  }

  async function want(place: ParcelPlace, request: ParcelRequest, signal: AbortSignal): Promise<StoredShipment> {
    if (!carriers.has(request.carrier)) throw errors.unknownCarrier(request.carrier);
    const [lease, now] = [randomUUID(), clock.now()];
    const id = shipmentIdOf(place.orderId, { at: now, random: randomBytes(8) });
    const { shipment, isNew } = await shipments.claim(wantedShipment(place, request, { id, now }), { lease, now });
    if (!isSameParcel(shipment, request)) throw errors.shipmentDiffers();
    if (isNew) await look(shipment, lease, signal);
    return settled(place, (one) => isNew || one.status !== 'wanted' || one.tries > 1, signal);
  }

  async function voidParcel(place: ParcelPlace, signal: AbortSignal): Promise<StoredShipment> {
    const now = clock.now();
    const wish = (one: StoredShipment) => (isInHouse(one) ? { ...one, voidWantedAt: one.voidWantedAt ?? now } : one);
    await shipments.change(
      await found(place),
      (one) => ({ shipment: wish(one), ...(isInHouse(one) ? { dueAt: now } : {}) }),
      now,
    );
    const deadline = performance.now() + ms(patience);
    let shipment = await found(place);
    while (isInHouse(shipment) && performance.now() < deadline && !signal.aborted) {
      const isDone = await take(shipment, signal);
      shipment = await found(place);
      if (isDone) break;
      await pause(everyMs);
    }
    return voidable(shipment);
  }

  async function handOver(place: ParcelPlace): Promise<StoredShipment> {
    const now = clock.now();
    await shipments.change(await found(place), (current) => ({ shipment: handedOver(handable(current), now) }), now);
    return found(place);
  }

  return {
    want,
    list: (orderId) => shipments.ofOrder(orderId),
    async listFresh(orderId, signal) {
      for (const shipment of (await shipments.ofOrder(orderId)).filter((one) => !isOver(one))) {
        if (shipment.status === 'wanted' || shipment.voidWantedAt) await take(shipment, signal);
        else await desk.refresh(shipment, { isHeard: () => !signal.aborted });
      }
      return shipments.ofOrder(orderId);
    },
    void: voidParcel,
    handOver,
    async idle() {
      await Promise.allSettled(running);
    },
  };
}

/** A wish that was kept counts as done: it will be, as long as nobody scans the parcel. */
function voidable(shipment: StoredShipment): StoredShipment {
  const { status, handedOverAt } = shipment;
  const isOnItsWay = status === 'in-transit' || status === 'out-for-delivery' || endsJourney(status);
  if (isOnItsWay) throw errors.tooLateToVoid(status);
  if (status === 'labelled' && handedOverAt) throw errors.tooLateToVoid('handed over');
  return shipment;
}

function handable(shipment: StoredShipment): StoredShipment {
  const { status, voidWantedAt } = shipment;
  if (status === 'wanted' || status === 'refused' || status === 'voided') throw errors.notLabelled(status);
  if (voidWantedAt) throw errors.notLabelled('about to be voided');
  return shipment;
}
