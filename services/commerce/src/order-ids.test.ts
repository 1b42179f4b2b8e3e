import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bucketOfOrderId,
  bucketOfOrderNumber,
  OrderId,
  orderIdOf,
  OrderNumber,
  orderNumberOf,
  readOrderNumber,
  timeOfOrderId,
} from './order-ids.ts';

const bucket = fc.integer({ min: 0, max: 4095 });
const at = fc.date({ min: new Date(0), max: new Date('2400-01-01'), noInvalidDate: true });
const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });

describe('an order id', () => {
  it('is a UUIDv8 that carries its bucket and its time, whatever else is in it', () => {
    fc.assert(
      fc.property(at, bucket, bytes(8), (time, place, random) => {
        const id = orderIdOf({ at: time, bucket: place, random });
        expect(OrderId.parse(id)).toBe(id);
        expect(bucketOfOrderId(id)).toBe(place);
        expect(timeOfOrderId(id)).toEqual(time);
      }),
    );
  });

  it('keeps all 62 random bits: another bit is another id, but for the two of the variant', () => {
    fc.assert(
      fc.property(bytes(8), fc.integer({ min: 2, max: 63 }), (random, bit) => {
        const other = Uint8Array.from(random);
        other[bit >> 3] = (other[bit >> 3] ?? 0) ^ (0x80 >> (bit & 7));
        const id = (chance: Uint8Array) => orderIdOf({ at: new Date(0), bucket: 0, random: chance });
        expect(id(other)).not.toBe(id(random));
      }),
    );
  });

  it('sorts by time', () => {
    fc.assert(
      fc.property(at, at, bucket, bytes(8), (one, other, place, random) => {
        const id = (time: Date) => orderIdOf({ at: time, bucket: place, random });
        expect(Math.sign(id(one).localeCompare(id(other)))).toBe(Math.sign(one.getTime() - other.getTime()));
      }),
    );
  });

  it.each([
    '019a2b4c-7d10-7f3a-9c1e-5b2f7a6d8e90',
    '019a2b4c-7d10-8f3a-7c1e-5b2f7a6d8e90',
    '019A2B4C-7D10-8F3A-9C1E-5B2F7A6D8E90',
    '019a2b4c7d108f3a9c1e5b2f7a6d8e90',
    '',
  ])('is not %j', (text) => expect(OrderId.safeParse(text).success).toBe(false));

  it.each([-1, 4096, 1.5, Number.NaN])('has no bucket %d', (place) => {
    expect(() => orderIdOf({ at: new Date(0), bucket: place, random: new Uint8Array(8) })).toThrow(RangeError);
  });

  it('refuses fewer random bytes than it needs', () => {
    expect(() => orderIdOf({ at: new Date(0), bucket: 0, random: new Uint8Array(7) })).toThrow(RangeError);
  });
});

describe('an order number', () => {
  it.each([
    [0, [0, 0, 0, 0, 0], '00000000000'],
    [0, [0, 0, 0, 0, 36], '0000000014U'],
    [4095, [255, 255, 255, 255, 255], 'ZZZZZZZZZZX'],
  ])('of bucket %d and %j is %s', (place, random, number) => {
    expect(orderNumberOf({ bucket: place, random: Uint8Array.from(random) })).toBe(number);
  });

  it('has ten characters and a check character, and carries its bucket', () => {
    fc.assert(
      fc.property(bucket, bytes(5), (place, random) => {
        const number = orderNumberOf({ bucket: place, random });
        expect(number).toHaveLength(11);
        expect(OrderNumber.parse(number)).toBe(number);
        expect(bucketOfOrderNumber(number)).toBe(place);
      }),
    );
  });

  it('is understood in any case, with O, I and L, hyphens and spaces', () => {
    const slip = (character: string, chance: number) => {
      const twins: Record<string, string> = { '0': 'Oo0', '1': 'IiLl1' };
      const choices = twins[character] ?? character + character.toLowerCase();
      return choices.charAt(chance % choices.length) + (chance % 7 === 0 ? '-' : chance % 11 === 0 ? ' ' : '');
    };
    fc.assert(
      fc.property(bucket, bytes(5), fc.array(fc.nat(), { minLength: 11, maxLength: 11 }), (place, random, chances) => {
        const number = orderNumberOf({ bucket: place, random });
        const typed = number
          .split('')
          .map((character, index) => slip(character, chances[index] ?? 0))
          .join('');
        expect(readOrderNumber(typed)).toBe(number);
      }),
    );
  });

  it('with one wrong character, or two neighbours swapped, is none', () => {
    fc.assert(
      fc.property(bucket, bytes(5), fc.nat(9), fc.nat(31), (...given) => {
        const [place, random, index, digit] = given;
        const number = orderNumberOf({ bucket: place, random });
        const wrong =
          number.slice(0, index) + '0123456789ABCDEFGHJKMNPQRSTVWXYZ'.charAt(digit) + number.slice(index + 1);
        expect(readOrderNumber(wrong)).toBe(wrong === number ? number : undefined);
        const [a = '', b = ''] = number.slice(index, index + 2);
        const swapped = number.slice(0, index) + b + a + number.slice(index + 2);
        expect(readOrderNumber(swapped)).toBe(swapped === number ? number : undefined);
      }),
    );
  });

  it.each(['', 'ZZZZZZZZZZ', 'ZZZZZZZZZZXX', 'UZZZZZZZZZX', 'ZZZZZZZZZ$X', '00000000001'])('is not %j', (text) => {
    expect(readOrderNumber(text)).toBeUndefined();
  });
});
