import { describe, expect, it } from 'vitest';
import { Address, Country, Postcode } from './address.ts';

const address = {
  name: 'Ada Lovelace',
  line1: 'Invalidenstraße 117',
  postcode: '10115',
  city: 'Berlin',
  country: 'DE',
};

describe('an address', () => {
  it('is what fits on a label, without blanks around', () => {
    expect(Address.parse({ ...address, name: '  Ada Lovelace ' })).toEqual(address);
    const more = { company: 'Analytical Engines', line2: 'Hinterhaus', region: 'Berlin', phone: '+49 30 1234567' };
    expect(Address.parse({ ...address, ...more })).toEqual({ ...address, ...more });
  });

  it.each([
    { name: ' ' },
    { name: 'A'.repeat(101) },
    { name: 'Ada\nBcc: all@example.com' },
    { line1: 'a\u0000b' },
    { city: 'Ber\u2028lin' },
    { country: 'de' },
    { phone: 'call me' },
    { fax: '1' },
    { company: undefined },
  ])('is refused with %j', (change) => expect(Address.safeParse({ ...address, ...change }).success).toBe(false));
});

describe('a postcode', () => {
  it.each(['10115', 'D02 X285', 'SW1A 1AA', '1000-205', '94107-1741', '00-950'])('may be %s', (text) =>
    expect(Postcode.parse(` ${text} `)).toBe(text),
  );
  it.each(['', '1', '-1', '1'.repeat(12), '10115\n1', '٤٢٤٢'])('is not %j', (text) =>
    expect(Postcode.safeParse(text).success).toBe(false),
  );
});

describe('a country', () => {
  it.each(['D', 'DEU', 'D1', 'de', 'DE '])('is not %j', (code) => expect(Country.safeParse(code).success).toBe(false));
});
