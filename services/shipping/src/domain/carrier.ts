import type { Address } from '@storefront/commerce/address';
import type { Money } from '@storefront/commerce/money';
import type { ShipmentStatus } from '../contract.ts';

/** What a carrier asks for one of its services. `service` is the carrier's own name of it and finds it again. */
export type Rate = { rateId: string; service: string; name: string; price: Money; days: number | null };

/** Whom a price is for, before anybody said where exactly it goes. */
export type RateRequest = { country: string; postcode: string; weightGrams: number; currency: string };

/** `reference` finds it again when an answer is lost. `currency`: in which its rates are wanted, where that matters. */
export type NewParcel = { reference: string; to: Address; weightGrams: number; currency: string | null };

/** How far a parcel is, in our words; `labelled` while no scanner has seen it. */
export type ScanStatus = Extract<
  ShipmentStatus,
  'labelled' | 'in-transit' | 'out-for-delivery' | 'delivered' | 'returned' | 'failed'
>;
export type Scan = { status: ScanStatus; message: string; place: string | null; at: Date };

/** A parcel as the carrier knows it. Some sell first and print later: then `label` is null although it is bought. */
export type CarrierParcel = {
  carrierId: string;
  reference: string | null;
  /** None once it is bought. */
  rates: readonly Rate[];
  isBought: boolean;
  /** Its label must not be used any more. */
  isVoided: boolean;
  label: { trackingCode: string; trackingUrl: string | null; labelUrl: string } | null;
  status: ScanStatus;
  scans: readonly Scan[];
};

/** What the carrier will not do, today or tomorrow; the text is for a person. */
export type Refusal = { refusal: string };

/** What became of a purchase. `look-again`: it is or was bought, and the parcel itself tells. */
export type Purchase = CarrierParcel | Refusal | 'rate-expired' | 'look-again';

/** What a message of the carrier is about: a parcel, by the carrier's id, or nothing of ours. */
export type Notice = { carrierId: string } | { about: string };

/**
 * A company that carries parcels, or one that speaks with several of them. Each call answers within 20 s; whatever leaves its outcome
 * open (no answer, an error of the carrier's) is `unavailable`, and then `find` tells what happened.
 */
export type Carrier = {
  /** As the Storefront calls it. */
  readonly name: string;
  rates(request: RateRequest): Promise<Rate[]>;
  create(parcel: NewParcel): Promise<CarrierParcel | Refusal>;
  /** By the carrier's id, or by our reference: of several the newest. */
  find(idOrReference: string): Promise<CarrierParcel | undefined>;
  /** At the prices of the day. */
  rerate(carrierId: string): Promise<CarrierParcel>;
  /** One label for a parcel, ever. */
  buy(carrierId: string, rateId: string): Promise<Purchase>;
  /** Asks for the money back; whether it was granted is what the parcel says then. Twice is once. */
  void(carrierId: string): Promise<CarrierParcel>;
  /** Whether the carrier itself sent this. */
  isAuthentic(body: Buffer, headers: Readonly<Record<string, unknown>>): boolean;
  /** Throws when it is no message of this carrier. */
  readNotice(body: Buffer): Notice;
  /** Ends the calls that are under way: what becomes of them is not known. */
  abandon(): void;
};

export const isRefusal = (answer: object): answer is Refusal => 'refusal' in answer;
