import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CartId } from '../contract.ts';
import { cartIdOf, currencyOfCartId } from './cart-ids.ts';

const currency = fc.stringMatching(/^[A-Z]{3}$/);
const random = fc.uint8Array({ minLength: 16, maxLength: 16 });

describe('the id of a cart', () => {
  it('is a UUID that says its currency', () => {
    fc.assert(
      fc.property(currency, random, (code, bytes) => {
        const cartId = cartIdOf({ currency: code, random: bytes });
        expect(CartId.parse(cartId)).toBe(cartId);
        expect(currencyOfCartId(cartId)).toBe(code);
      }),
    );
  });

  it('differs wherever chance does', () => {
    const bits = new Set<string>();
    for (let bit = 0; bit < 128; bit += 1) {
      const bytes = new Uint8Array(16);
      bytes[Math.floor(bit / 8)] = 1 << (bit % 8);
      bits.add(cartIdOf({ currency: 'EUR', random: bytes }));
    }
    // Of 128 bits the currency, the version and the variant take 22; all that share these are one id more.
    expect(bits.size).toBe(128 - 22 + 1);
  });

  it.each(['7f8d9c1e-2b3a-4c5d-8e6f-0a1b2c3d4e5f', 'ffffffff-ffff-8fff-bfff-ffffffffffff', 'x', ''])(
    'is not %j',
    (text) => expect(currencyOfCartId(text)).toBeUndefined(),
  );

  it('needs a currency and its bytes', () => {
    expect(() => cartIdOf({ currency: 'EUR', random: new Uint8Array(15) })).toThrow('16 random bytes');
    expect(() => cartIdOf({ currency: 'eur', random: new Uint8Array(16) })).toThrow(/"path"/);
  });
});
