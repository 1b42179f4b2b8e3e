import type { Address } from '@storefront/commerce/address';
import type { Carrier, CarrierParcel, NewParcel, Purchase, RateRequest, Refusal } from '../domain/carrier.ts';
import { carrierUnavailable } from '../domain/errors.ts';
import { ask, demand, isBusy } from './easypost-answer.ts';
import { connectEasyPost, type EasyPostAccount, type EasyPostClient } from './easypost-client.ts';
import { carrierParcelOf, easyPostAddress, EasyPostEvent, ouncesOf } from './easypost-shape.ts';

export type EasyPostOptions = EasyPostAccount & {
  name: string;
  webhookSecret: string;
  /** Where parcels come from. */
  from: Address;
};

/** Somebody waits for rates; a label is bought by a machine, which takes what time EasyPost's carriers take. */
const ratesWithinMs = 4_000;
const callWithinMs = 20_000;

/** Parcels by EasyPost (API v2), which speaks with the carriers of its account. https://docs.easypost.com */
export const createEasyPostCarrier = (options: EasyPostOptions): Carrier => new EasyPostCarrier(options);

class EasyPostCarrier implements Carrier {
  readonly name: string;
  readonly #quick: EasyPostClient;
  readonly #patient: ReturnType<typeof connectEasyPost>;
  readonly #webhookSecret: string;
  readonly #from: Record<string, string>;

  constructor({ name, webhookSecret, from, ...account }: EasyPostOptions) {
    this.name = name;
    this.#patient = connectEasyPost(account, { timeoutMs: callWithinMs });
    this.#quick = connectEasyPost(account, { timeoutMs: ratesWithinMs }).client;
    this.#webhookSecret = webhookSecret;
    this.#from = easyPostAddress(from);
  }

  /** A place that EasyPost knows nothing of has no rates. */
  async rates({ country, postcode, weightGrams, currency }: RateRequest) {
    const shipment = this.#shipmentOf({ country, zip: postcode }, weightGrams, currency);
    const answer = await ask(this.name, async () => carrierParcelOf(await this.#quick.Shipment.create(shipment)));
    return 'refused' in answer ? [] : [...answer.result.rates];
  }

  async create({ reference, to, weightGrams, currency }: NewParcel): Promise<CarrierParcel | Refusal> {
    const shipment = { reference, ...this.#shipmentOf(easyPostAddress(to), weightGrams, currency) };
    const answer = await ask(this.name, async () =>
      carrierParcelOf(await this.#patient.client.Shipment.create(shipment)),
    );
    return 'refused' in answer ? { refusal: answer.refused.message } : answer.result;
  }

  async find(idOrReference: string): Promise<CarrierParcel | undefined> {
    const { Shipment } = this.#patient.client;
    const answer = await ask(this.name, async () => carrierParcelOf(await Shipment.retrieve(idOrReference)));
    if ('result' in answer) return answer.result;
    if (answer.refused.status === 404) return undefined;
    throw carrierUnavailable(this.name, new Error(`${answer.refused.code}: ${answer.refused.message}`));
  }

  rerate(carrierId: string): Promise<CarrierParcel> {
    return demand(this.name, async () =>
      carrierParcelOf(await this.#patient.client.Shipment.regenerateRates(carrierId)),
    );
  }

  async buy(carrierId: string, rateId: string): Promise<Purchase> {
    const { Shipment } = this.#patient.client;
    try {
      const answer = await ask(this.name, async () => carrierParcelOf(await Shipment.buy(carrierId, rateId)));
      if ('result' in answer) return answer.result;
      return meaningOf(answer.refused.code) ?? { refusal: answer.refused.message };
    } catch (error) {
      if (isBusy(error)) return 'look-again';
      throw error;
    }
  }

  async void(carrierId: string): Promise<CarrierParcel> {
    const refund = async () => carrierParcelOf(await this.#patient.client.Shipment.refund(carrierId));
    const answer = await ask(this.name, refund);
    if ('result' in answer) return answer.result;
    // Voided before, scanned by now, or never bought: the parcel says which.
    return demand(this.name, async () => carrierParcelOf(await this.#patient.client.Shipment.retrieve(carrierId)));
  }

  isAuthentic(body: Buffer, headers: Readonly<Record<string, unknown>>): boolean {
    try {
      this.#patient.client.Utils.validateWebhook(body, headers, this.#webhookSecret);
      return true;
    } catch {
      return false;
    }
  }

  readNotice(body: Buffer) {
    const { description, result } = EasyPostEvent.parse(JSON.parse(body.toString()));
    const carrierId = result.shipment_id;
    return carrierId && /^(tracker|refund)\./.test(description) ? { carrierId } : { about: description };
  }

  abandon(): void {
    this.#patient.abandon();
  }

  #shipmentOf(to: Record<string, string>, weightGrams: number, currency: string | null) {
    return {
      to_address: to,
      from_address: this.#from,
      parcel: { weight: ouncesOf(weightGrams) },
      options: { label_format: 'PDF', ...(currency === null ? {} : { currency }) },
    };
  }
}

/** What a refused purchase means beside "no". */
function meaningOf(code: string): 'look-again' | 'rate-expired' | undefined {
  if (code === 'SHIPMENT.POSTAGE.EXISTS') return 'look-again';
  return /\.RATES?\b.*\b(EXPIRED|NOT_FOUND|OUTDATED|UNAVAILABLE)$/.test(code) ? 'rate-expired' : undefined;
}
