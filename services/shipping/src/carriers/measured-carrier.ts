import { ServiceError } from '@storefront/kit/errors';
import { Histogram, type Metrics } from '@storefront/kit/metrics';
import type { Carrier } from '../domain/carrier.ts';

type Calls = Histogram<'carrier' | 'call' | 'outcome'>;

/** `carrier_call_duration_seconds`: how long carriers take, and how often they do not answer. */
export function createCallDuration({ registry }: Pick<Metrics, 'registry'>): Calls {
  return new Histogram({
    name: 'carrier_call_duration_seconds',
    help: 'Time that a carrier took for a call; outcome unavailable: it is not known what became of it',
    labelNames: ['carrier', 'call', 'outcome'],
    buckets: [0.1, 0.25, 0.5, 1, 2, 4, 8, 16, 20],
    registers: [registry],
  });
}

/** The carrier, each call of it measured. */
export function measured(carrier: Carrier, calls: Calls): Carrier {
  const timed =
    <Given extends unknown[], Result>(call: string, work: (...given: Given) => Promise<Result>) =>
    async (...given: Given): Promise<Result> => {
      const end = calls.startTimer({ carrier: carrier.name, call });
      try {
        const result = await work(...given);
        end({ outcome: 'answered' });
        return result;
      } catch (error) {
        end({ outcome: error instanceof ServiceError ? 'unavailable' : 'failed' });
        throw error;
      }
    };
  return {
    name: carrier.name,
    rates: timed('rates', (request) => carrier.rates(request)),
    create: timed('create', (parcel) => carrier.create(parcel)),
    find: timed('find', (id) => carrier.find(id)),
    rerate: timed('rerate', (id) => carrier.rerate(id)),
    buy: timed('buy', (id, rateId) => carrier.buy(id, rateId)),
    void: timed('void', (id) => carrier.void(id)),
    isAuthentic: (body, headers) => carrier.isAuthentic(body, headers),
    readNotice: (body) => carrier.readNotice(body),
    abandon: () => carrier.abandon(),
  };
}
