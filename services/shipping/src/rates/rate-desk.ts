import type { Log } from '@storefront/kit/log';
import { withoutRequest } from '@storefront/kit/request-context';
import { ms, type Clock } from '@storefront/kit/time';
import type { Carrier, Rate, RateRequest } from '../domain/carrier.ts';
import { comparable } from '../domain/quote.ts';
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
/** After it did not answer, a carrier whose rates are known is left alone for so long. */
const silentMs = ms('30s');

/**
 * What carriers ask for a parcel, asked for once in 15 minutes for a country, postcode, weight band and currency. What was asked last
 * is in the database, so that any instance has it for 24 hours while a carrier is away; without that database carriers are asked each time.
 */
export function createRateDesk({ carriers, kept, clock, log }: RateDeskDeps): RateDesk {
  const asking = new Map<string, Promise<readonly Rate[]>>();
  const silentUntil = new Map<string, number>();

  async function ask(carrier: Carrier, key: string, request: RateRequest): Promise<readonly Rate[]> {
    try {
      const rates = await carrier.rates(request);
      silentUntil.delete(carrier.name);
      await kept
        .keep(key, { rates, askedAt: clock.now() })
        .catch((error: unknown) => log.warn({ error }, 'rates could not be kept'));
      return rates;
    } catch (error) {
      silentUntil.set(carrier.name, clock.now().getTime() + silentMs);
      throw error;
    }
  }

  /** Once for all who want the same at the same time. */
  function askOnce(carrier: Carrier, key: string, request: RateRequest): Promise<readonly Rate[]> {
    const known = asking.get(key);
    if (known) return known;
    const asked = withoutRequest(() => ask(carrier, key, request)).finally(() => asking.delete(key));
    asking.set(key, asked);
    return asked;
  }

  async function ratesOf(carrier: Carrier, request: RateRequest): Promise<readonly Rate[]> {
    const key = keyOf(carrier.name, request);
    const before = await kept.find(key).catch((error: unknown): undefined => {
      log.warn({ error }, 'rates that were kept cannot be read');
    });
    const ageMs = before ? clock.now().getTime() - before.askedAt.getTime() : Infinity;
    if (before && ageMs < freshMs) return before.rates;
    const isSilent = (silentUntil.get(carrier.name) ?? 0) > clock.now().getTime();
    const usable = ageMs < staleMs ? before : undefined;
    if (usable && isSilent) return usable.rates;
    return askOnce(carrier, key, request).catch((error: unknown) => fallBack(usable, error));
  }

  function fallBack(usable: KeptRates | undefined, error: unknown): readonly Rate[] {
    if (!usable) throw error;
    log.warn({ error, askedAt: usable.askedAt }, 'a carrier is away, its last rates are offered');
    return usable.rates;
  }

  return {
    async ratesFor(parcel) {
      const request = { ...parcel, postcode: comparable(parcel.postcode), weightGrams: weightBand(parcel.weightGrams) };
      const asked = Array.from(carriers.values(), async (carrier) => ({
        carrier: carrier.name,
        rates: await ratesOf(carrier, request),
      }));
      const answers = await Promise.allSettled(asked);
      const known = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
      const failed = answers.find((answer) => answer.status === 'rejected');
      if (known.length === 0 && failed) throw failed.reason;
      return known;
    },
  };
}

function keyOf(carrier: string, { country, postcode, weightGrams, currency }: RateRequest): string {
  return [carrier, country, postcode, weightGrams, currency].join('|');
}
