import { createLog } from '@storefront/kit/log';
import { systemClock } from '@storefront/kit/time';
import { expect, it } from 'vitest';
import type { Carrier } from '../domain/carrier.ts';
import type { CarrierRates, KeptRates } from '../store/carrier-rates.ts';
import { createRateDesk } from './rate-desk.ts';

it('asks a carrier once for two who want the same, also when the second one reads slowly what is kept', async () => {
  let asked = 0;
  const carrier: Partial<Carrier> = {
    name: 'c',
    async rates() {
      asked += 1;
      return [];
    },
  };
  const reads: PromiseWithResolvers<KeptRates | undefined>[] = [];
  const kept: Partial<CarrierRates> = {
    find() {
      const read = Promise.withResolvers<KeptRates | undefined>();
      reads.push(read);
      return read.promise;
    },
    keep: async () => {},
  };
  const desk = createRateDesk({
    carriers: new Map([['c', carrier as Carrier]]),
    kept: kept as CarrierRates,
    clock: systemClock,
    log: createLog({ service: 'test', level: 'silent' }),
  });
  const parcel = { country: 'DE', postcode: '10115', weightGrams: 100, currency: 'EUR' };
  const [first, second] = [desk.ratesFor(parcel), desk.ratesFor(parcel)];
  reads[0]?.resolve(undefined);
  await first;
  // What this one read was read before anything was kept.
  reads[1]?.resolve(undefined);
  await second;
  expect(asked).toBe(1);
});
