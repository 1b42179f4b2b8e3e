import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { OrderId } from '@storefront/commerce/order-ids';
import { ms, type Clock, type Duration } from '@storefront/kit/time';
import type { ParcelRequest } from '../contract.ts';
import * as errors from '../domain/errors.ts';
import {
  handedOver,
  isInHouse,
  isOver,
  isSameParcel,
  neverWanted,
  shipmentIdOf,
  wantedShipment,
  wasNeverWanted,
  type ParcelPlace,
  type StoredShipment,
} from '../domain/shipment.ts';
import { endsJourney } from '../domain/tracking.ts';
import type { Shipments } from '../store/shipments.ts';
import type { Left } from './held.ts';
import type { Carriers, LabelDesk } from './label-desk.ts';
import { PatientLooks } from './patient-looks.ts';

export type ParcelsDeps = {
  shipments: Shipments;
  desk: LabelDesk;
  carriers: Carriers;
  clock: Clock;
  /** How long a command waits for the carrier; then it answers what is so far, and an event tells the rest. */
  patience?: Duration;
};

const everyMs = 100;
const takenWithinMs = 10_000;

/** What others ask to be done with an order's parcels. `signal`: whoever asked still listens. */
export class Parcels {
  readonly #deps: ParcelsDeps;
  readonly #patienceMs: number;
  readonly #looks: PatientLooks;

  constructor(deps: ParcelsDeps) {
    this.#deps = deps;
    this.#patienceMs = ms(deps.patience ?? '7s');
    this.#looks = new PatientLooks(deps.desk, this.#patienceMs);
  }

  /** Has its label bought, once. */
  async want(place: ParcelPlace, request: ParcelRequest, signal: AbortSignal): Promise<Left> {
    const { carriers, clock, shipments } = this.#deps;
    if (!carriers.has(request.carrier)) throw errors.unknownCarrier(request.carrier);
    const [lease, now] = [randomUUID(), clock.now()];
    const wanted = wantedShipment(place, request, { id: newId(place, now), now });
    const { shipment, isNew } = await shipments.claim(wanted, { lease, now });
    if (wasNeverWanted(shipment)) return { shipment };
    if (!isSameParcel(shipment, request)) throw errors.shipmentDiffers();
    if (!isNew) return { shipment: await this.#firstTried(place, signal) };
    const left = await this.#looks.look({ shipment, lease, attempts: [] }, signal);
    return left ?? { shipment: await this.#find(place) };
  }

  list(orderId: OrderId): Promise<StoredShipment[]> {
    return this.#deps.shipments.ofOrder(orderId);
  }

  /** After asking the carriers; throws when they cannot be asked. */
  async listFresh(orderId: OrderId, signal: AbortSignal): Promise<StoredShipment[]> {
    const { shipments, desk } = this.#deps;
    const open = (await shipments.ofOrder(orderId)).filter((shipment) => !isOver(shipment));
    for (const shipment of open) {
      if (shipment.status === 'wanted' || shipment.voidWantedAt) await this.#take(shipment, signal);
      else await desk.refresh(shipment, { isHeard: () => !signal.aborted });
    }
    return shipments.ofOrder(orderId);
  }

  /** The wish is kept first, also before any label was wanted: what it answers is done, or will be. */
  async void(place: ParcelPlace, signal: AbortSignal): Promise<StoredShipment> {
    const { shipments, clock } = this.#deps;
    const now = clock.now();
    // Should this process end before it takes it, another one does.
    const dueAt = new Date(now.getTime() + takenWithinMs);
    const wish = (one: StoredShipment) =>
      isInHouse(one) ? { shipment: { ...one, voidWantedAt: one.voidWantedAt ?? now }, dueAt } : { shipment: one };
    const known =
      (await shipments.find(place)) ?? (await shipments.giveUp(neverWanted(place, { id: newId(place, now), now })));
    await shipments.change(known, wish, now);
    const deadline = performance.now() + this.#patienceMs;
    for (;;) {
      const shipment = await this.#find(place);
      if (!isInHouse(shipment)) return unlessUsed(shipment);
      if (await this.#take(shipment, signal)) return unlessUsed(await this.#find(place));
      if (signal.aborted || performance.now() > deadline) return shipment;
      await pause(everyMs);
    }
  }

  async handOver(place: ParcelPlace): Promise<StoredShipment> {
    const { shipments, clock } = this.#deps;
    const now = clock.now();
    const given = (current: StoredShipment) => ({ shipment: handedOver(unlessWithoutLabel(current), now) });
    await shipments.change(await this.#find(place), given, now);
    return this.#find(place);
  }

  /** Resolves when nothing is being done that a command began. */
  idle(): Promise<void> {
    return this.#looks.idle();
  }

  async #find(place: ParcelPlace): Promise<StoredShipment> {
    const shipment = await this.#deps.shipments.find(place);
    if (!shipment) throw errors.shipmentNotFound(place.orderId, place.parcel);
    return shipment;
  }

  /** Whoever asked first is buying it, and only that one is told by an answer: wait for it. */
  async #firstTried(place: ParcelPlace, signal: AbortSignal): Promise<StoredShipment> {
    const deadline = performance.now() + this.#patienceMs;
    for (;;) {
      const shipment = await this.#find(place);
      if (shipment.status !== 'wanted' || shipment.tries > 1) return shipment;
      if (signal.aborted || performance.now() > deadline) return shipment;
      await pause(everyMs);
    }
  }

  async #take(shipment: StoredShipment, signal: AbortSignal): Promise<boolean> {
    const lease = randomUUID();
    const taken = await this.#deps.shipments.take(shipment, { lease, now: this.#deps.clock.now(), early: true });
    if (taken) await this.#looks.look({ shipment: taken, lease }, signal);
    return taken !== undefined;
  }
}

const newId = ({ orderId }: ParcelPlace, at: Date): string => shipmentIdOf(orderId, { at, random: randomBytes(8) });

function unlessUsed(shipment: StoredShipment): StoredShipment {
  const { status, handedOverAt } = shipment;
  const isOnItsWay = status === 'in-transit' || status === 'out-for-delivery' || endsJourney(status);
  if (isOnItsWay) throw errors.tooLateToVoid(status);
  if (status === 'labelled' && handedOverAt) throw errors.tooLateToVoid('handed over');
  return shipment;
}

function unlessWithoutLabel(shipment: StoredShipment): StoredShipment {
  const { status, voidWantedAt } = shipment;
  if (status === 'wanted' || status === 'refused' || status === 'voided') throw errors.notLabelled(status);
  if (voidWantedAt) throw errors.notLabelled('about to be voided');
  return shipment;
}
