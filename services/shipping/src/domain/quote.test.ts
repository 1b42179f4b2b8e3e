import { describe, expect, it } from 'vitest';
import { chooseRate } from './label-attempt.ts';
import { offersOf } from './quote.ts';
import { backOffMs, nextLook } from './schedule.ts';
import { wantedShipment } from './shipment.ts';
import { weightBand } from './weight-band.ts';

const now = new Date('2026-11-28T12:00:00Z');
const eur = (amountMinor: number) => ({ amountMinor, currency: 'EUR' });
const rate = (service: string, price = eur(500)) => ({
  rateId: `rate_${service}`,
  service,
  name: service,
  price,
  days: 2,
});
const request = {
  address: { name: 'A', line1: 'B 1', postcode: '10115', city: 'Berlin', country: 'DE' },
  carrier: 'c',
  service: 'Ground',
  weightGrams: 100,
  reference: 'r',
};
const place = { orderId: '019a2b4c-7d10-8f3a-9c1e-5b2f7a6d8e90', parcel: 1 };
const wanted = wantedShipment(place, { ...request, price: eur(500) }, { id: place.orderId, now });

describe('an offer', () => {
  it('is the rate as it is, in the currency of the cart only, ten of them at most', () => {
    const cart = { cartId: 'c', version: 1, currency: 'EUR' };
    const rates = [rate('Fast', eur(900)), rate('Ground'), rate('Dollar', { amountMinor: 1, currency: 'USD' })];
    const offers = offersOf(rates, { carrier: 'c', cart, destination: { country: 'DE', postcode: '1' }, now });
    expect(offers.map(({ service, price }) => [service, price.amountMinor])).toEqual([
      ['Ground', 500],
      ['Fast', 900],
    ]);
    const many = Array.from({ length: 30 }, (_, at) => rate(`S${at}`));
    expect(offersOf(many, { carrier: 'c', cart, destination: { country: 'DE', postcode: '1' }, now })).toHaveLength(10);
  });
});

describe('the weight that is asked for', () => {
  it.each([
    [0, 100],
    [100, 100],
    [101, 250],
    [31_500, 31_500],
    [31_501, 35_000],
  ])('of %i g is %i g', (grams, band) => expect(weightBand(grams)).toBe(band));
});

describe('the rate of a label', () => {
  it.each([500, 600])('that costs %i where 500 were paid is bought', (amountMinor) =>
    expect(chooseRate(wanted, [rate('Fast'), rate('Ground', eur(amountMinor))], [])).toMatchObject({
      rateId: 'rate_Ground',
    }),
  );

  it('that costs more than a fifth beyond what was paid is for a person to decide', () =>
    expect(chooseRate(wanted, [rate('Fast'), rate('Ground', eur(601))], [])).toHaveProperty('refusal'));

  it('is compared with the first one where nobody said what was paid', () => {
    const first = { attempt: 1, carrierId: 's', rateId: 'r', price: eur(100), state: 'expired' as const, askedAt: now };
    const unpaid = { ...wanted, price: null };
    expect(chooseRate(unpaid, [rate('Ground', eur(121))], [first])).toHaveProperty('refusal');
    expect(chooseRate(unpaid, [rate('Ground', eur(9_000))], [])).toHaveProperty('rateId');
    expect(chooseRate(unpaid, [rate('Fast')], [])).toBe('missing');
  });
});

describe('the next look at a shipment', () => {
  const after = (changes: Partial<typeof wanted>) => {
    const due = nextLook({ ...wanted, ...changes }, { now, random: 0.5 });
    return due && due.getTime() - now.getTime();
  };

  it('comes soon, then within five minutes for hours, then each hour', () => {
    expect(after({ tries: 1 })).toBeLessThanOrEqual(2_000);
    for (const tries of [9, 30, 60]) expect(backOffMs(tries, 1)).toBe(300_000);
    expect(backOffMs(61, 1)).toBe(3_600_000);
  });

  it('comes a few times a day while it is on its way, and never again when it is over', () => {
    expect(after({ status: 'in-transit' })).toBe(6 * 3_600_000);
    for (const status of ['delivered', 'refused', 'voided'] as const) expect(after({ status })).toBeNull();
    const old = new Date(now.getTime() - 91 * 86_400_000);
    expect(after({ status: 'in-transit', createdAt: old })).toBeNull();
    expect(after({ status: 'labelled', createdAt: old, voidWantedAt: now })).not.toBeNull();
  });
});
