import { isRefusal, type CarrierParcel } from '../domain/carrier.ts';
import { carrierUnavailable } from '../domain/errors.ts';
import { chooseRate, ratingTries, type LabelAttempt } from '../domain/label-attempt.ts';
import { refused, type StoredShipment } from '../domain/shipment.ts';
import { takenIn, type Held, type Left } from './held.ts';

/**
 * One label for a shipment, whatever happens: the carrier's id of the parcel is kept before anything is bought, nothing is bought under
 * another id, and the carrier sells one label for it. An outcome that is not known is looked up before anybody buys again.
 */
export async function buyLabel(held: Held): Promise<Left> {
  const parcel = await parcelAtCarrier(held);
  if (isRefusal(parcel)) return refuse(held, parcel.refusal);
  if (parcel.isBought)
    return held.end((current) =>
      isOf(parcel, current) ? takenIn(named(current, parcel), parcel) : { shipment: current },
    );
  return buyParcel(held, await withRates(held, parcel));
}

/** Not where another creation was quicker: then nothing is bought under this one's id, and whoever looks next goes on with the other. */
const isOf = ({ carrierId }: CarrierParcel, shipment: StoredShipment): boolean =>
  shipment.carrierId === null || shipment.carrierId === carrierId;

const named = (shipment: StoredShipment, { carrierId }: CarrierParcel): StoredShipment => ({ ...shipment, carrierId });

async function parcelAtCarrier(held: Held) {
  const { shipment, carrier } = held;
  if (shipment.carrierId !== null) return parcelOf(held, shipment.carrierId);
  // The answer to an earlier creation may have been lost.
  const known = shipment.tries > 1 ? await carrier.find(shipment.id) : undefined;
  const { id: reference, address: to, weightGrams, price } = shipment;
  return known ?? carrier.create({ reference, to, weightGrams, currency: price?.currency ?? null });
}

async function parcelOf({ carrier }: Held, carrierId: string): Promise<CarrierParcel> {
  const parcel = await carrier.find(carrierId);
  if (!parcel) throw carrierUnavailable(carrier.name, new Error(`it does not know its parcel ${carrierId}`));
  return parcel;
}

/** Rates that lack the service are asked for again, but not those that have just come. */
async function withRates({ shipment, carrier }: Held, parcel: CarrierParcel): Promise<CarrierParcel> {
  const isOffered = parcel.rates.some(({ service }) => service === shipment.service);
  return isOffered || shipment.tries <= 1 ? parcel : carrier.rerate(parcel.carrierId);
}

async function buyParcel(held: Held, parcel: CarrierParcel, isRerated = false): Promise<Left> {
  const { carrier } = held;
  const attempt = await openAttempt(held, parcel);
  if (!attempt) return held.end((current) => ({ shipment: current }));
  const purchase = await carrier.buy(parcel.carrierId, attempt.rateId);
  if (purchase === 'rate-expired') {
    await held.keep((shipment) => ({ shipment, closes: 'expired' }));
    if (isRerated) throw carrierUnavailable(carrier.name, new Error('its rates expire at once'));
    return buyParcel(held, await carrier.rerate(parcel.carrierId), true);
  }
  if (purchase === 'look-again') return lookAgain(held, parcel.carrierId);
  if (isRefusal(purchase)) return refuse(held, purchase.refusal);
  return held.end((current) => takenIn(current, purchase));
}

async function lookAgain(held: Held, carrierId: string): Promise<Left> {
  const parcel = await parcelOf(held, carrierId);
  if (!parcel.isBought) throw carrierUnavailable(held.carrier.name, new Error('it is being bought'));
  return held.end((current) => takenIn(current, parcel));
}

/** The parcel's id and the rate to buy it at, kept together; undefined where nothing is to be bought now. */
async function openAttempt(held: Held, parcel: CarrierParcel): Promise<LabelAttempt | undefined> {
  let opened: LabelAttempt | undefined;
  const askedAt = held.now();
  const shipment = await held.keep((found, attempts) => {
    opened = undefined;
    if (!isOf(parcel, found)) return { shipment: found };
    const current = named(found, parcel);
    if (!isStillWanted(current)) return { shipment: current };
    const open = attempts.find(({ state }) => state === 'open');
    const rate = open ?? chooseRate(current, parcel.rates, attempts);
    if (rate === 'missing')
      return { shipment: current.tries < ratingTries ? current : refused(current, noRate(current)) };
    if ('refusal' in rate) return { shipment: refused(current, rate.refusal) };
    const { rateId, price } = rate;
    const attempt = open?.attempt ?? attempts.length + 1;
    opened = { attempt, carrierId: parcel.carrierId, rateId, price, state: 'open', askedAt };
    return { shipment: current, asks: opened };
  });
  return isStillWanted(shipment) ? opened : undefined;
}

const isStillWanted = ({ status, voidWantedAt }: StoredShipment): boolean =>
  status === 'wanted' && voidWantedAt === null;

const noRate = ({ service, address }: StoredShipment) => `${service} is not offered to ${address.country}.`;

function refuse(held: Held, refusal: string): Promise<Left> {
  return held.end((current) => ({ shipment: refused(current, refusal), closes: 'refused' }));
}
