import type { Log } from '@storefront/kit/log';
import { withoutRequest } from '@storefront/kit/request-context';
import { ms, type Clock } from '@storefront/kit/time';
import { comparable } from '../contract/quote.ts';
import type { Carrier, Rate, RateRequest } from '../domain/carrier.ts';
import { carrierBusy } from '../domain/errors.ts';
import { weightBand } from '../domain/weight-band.ts';
import type { CarrierRates, KeptRates } from '../store/carrier-rates.ts';

export type RateDeskDeps = {
  carriers: ReadonlyMap<string, Carrier>;
  kept: CarrierRates;
  clock: Clock;
  log: Log;
};

export type RateDesk = {
  /** Of each carrier that can be asked, or whose rates are known; throws when there is none of either. */
  ratesFor(parcel: RateRequest): Promise<{ carrier: string; rates: readonly Rate[] }[]>;
};

const freshMs = ms('15m');
/** Older ones are of no use, and are deleted. */
export const staleMs = ms('24h');
/** At once, to one carrier: customers who type postcodes do not come near it, and a program must not use us to flood anybody. */
const mostAsked = 8;
/** After it did not answer, a carrier whose rates are known is left alone for so long. */
const silentMs = ms('30s');

/**
 * What carriers ask for a parcel, asked for once in 15 minutes for a country, postcode, weight band and currency. What was asked last
 * is in the database, so that any instance has it for 24 hours while a carrier is away; without that database carriers are asked each time.
 */
export const createRateDesk = (deps: RateDeskDeps): RateDesk => new KeptRateDesk(deps);

class KeptRateDesk implements RateDesk {
  readonly #deps: RateDeskDeps;
  /** By what is asked for: one look, and one question, for all who want the same at the same time. */
  readonly #looking = new Map<string, Promise<readonly Rate[]>>();
  /** Questions under way, by carrier. */
  readonly #asking = new Map<string, number>();
  readonly #silentUntil = new Map<string, number>();

  constructor(deps: RateDeskDeps) {
    this.#deps = deps;
  }

  async ratesFor(parcel: RateRequest) {
    const request = { ...parcel, postcode: comparable(parcel.postcode), weightGrams: weightBand(parcel.weightGrams) };
    const asked = Array.from(this.#deps.carriers.values(), async (carrier) => ({
      carrier: carrier.name,
      rates: await this.#ratesOf(carrier, request),
    }));
    const answers = await Promise.allSettled(asked);
    const known = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
    const failed = answers.find((answer) => answer.status === 'rejected');
    if (known.length === 0 && failed) throw failed.reason;
    return known;
  }

  /** Who looked by himself could miss what is being kept at this moment, and ask again. */
  #ratesOf(carrier: Carrier, request: RateRequest): Promise<readonly Rate[]> {
    const key = keyOf(carrier.name, request);
    const known = this.#looking.get(key);
    if (known) return known;
    const looking = withoutRequest(() => this.#look(carrier, key, request)).finally(() => this.#looking.delete(key));
    this.#looking.set(key, looking);
    return looking;
  }

  async #look(carrier: Carrier, key: string, request: RateRequest): Promise<readonly Rate[]> {
    const { kept, log } = this.#deps;
    const before = await kept.find(key).catch((error: unknown): undefined => {
      log.warn({ error }, 'rates that were kept cannot be read');
    });
    const ageMs = before ? this.#now() - before.askedAt.getTime() : Infinity;
    if (before && ageMs < freshMs) return before.rates;
    const usable = ageMs < staleMs ? before : undefined;
    const isSilent = (this.#silentUntil.get(carrier.name) ?? 0) > this.#now();
    if (usable && isSilent) return usable.rates;
    return this.#ask(carrier, key, request).catch((error: unknown) => this.#fallBack(usable, error));
  }

  async #ask(carrier: Carrier, key: string, request: RateRequest): Promise<readonly Rate[]> {
    const { kept, clock, log } = this.#deps;
    const others = this.#asking.get(carrier.name) ?? 0;
    if (others >= mostAsked) throw carrierBusy(carrier.name);
    this.#asking.set(carrier.name, others + 1);
    try {
      const rates = await carrier.rates(request);
      this.#silentUntil.delete(carrier.name);
      await kept
        .keep(key, { rates, askedAt: clock.now() })
        .catch((error: unknown) => log.warn({ error }, 'rates could not be kept'));
      return rates;
    } catch (error) {
      this.#silentUntil.set(carrier.name, this.#now() + silentMs);
      throw error;
    } finally {
      this.#asking.set(carrier.name, (this.#asking.get(carrier.name) ?? 1) - 1);
    }
  }

  #fallBack(usable: KeptRates | undefined, error: unknown): readonly Rate[] {
    if (!usable) throw error;
    this.#deps.log.warn({ error, askedAt: usable.askedAt }, 'a carrier cannot be asked, its last rates are offered');
    return usable.rates;
  }

  #now(): number {
    return this.#deps.clock.now().getTime();
  }
}

function keyOf(carrier: string, { country, postcode, weightGrams, currency }: RateRequest): string {
  return [carrier, country, postcode, weightGrams, currency].join('|');
}
