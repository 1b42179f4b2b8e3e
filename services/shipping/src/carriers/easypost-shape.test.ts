import { describe, expect, it } from 'vitest';
import { carrierParcelOf, easyPostAddress, fromDecimal, ouncesOf, wordsOf } from './easypost-shape.ts';

describe('what EasyPost says', () => {
  it.each([
    ['7.45', 'USD', 745],
    ['745.00', 'JPY', 745],
    ['0.29', 'EUR', 29],
    ['12', 'EUR', 1200],
    ['1.005', 'KWD', 1005],
  ])('%s %s is %i', (text, currency, amountMinor) =>
    expect(fromDecimal(text, currency)).toEqual({ amountMinor, currency }),
  );

  it.each([
    ['GroundAdvantage', 'Ground Advantage'],
    ['UPSGround', 'UPS Ground'],
    ['FEDEX_2_DAY', 'FEDEX 2 DAY'],
    ['Priority', 'Priority'],
  ])('%s is called %s', (service, name) => expect(wordsOf(service)).toBe(name));

  it('never weighs less than it does', () => {
    expect(ouncesOf(700)).toBe(24.7);
    expect(ouncesOf(1)).toBe(0.1);
  });

  it('is refused where it is not what EasyPost says', () => {
    expect(() => carrierParcelOf({})).toThrow('id');
    expect(() =>
      carrierParcelOf({ id: 'shp_1', rates: [{ id: 'r', carrier: 'c', service: 's', rate: '-1', currency: 'USD' }] }),
    ).toThrow('rate');
    expect(carrierParcelOf({ id: 'shp_1' })).toMatchObject({
      isBought: false,
      label: null,
      status: 'labelled',
      scans: [],
    });
  });

  it('has no fields of an address that has none', () => {
    const address = { name: 'A', line1: 'B 1', postcode: '1', city: 'C', country: 'DE', region: 'R' };
    expect(easyPostAddress(address)).toEqual({
      name: 'A',
      street1: 'B 1',
      zip: '1',
      city: 'C',
      country: 'DE',
      state: 'R',
    });
  });
});
