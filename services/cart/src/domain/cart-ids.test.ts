import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CartId } from '../contract.ts';
import { cartIdOf, currencyOfCartId } from './cart-ids.ts';

const currency = fc.stringMatching(/^[A-Z]{3}$/);
const random = fc.uuid({ version: 4 });

describe('the id of a cart', () => {
  it('is a UUID that says its currency', () => {
    fc.assert(
      fc.property(currency, random, (code, uuid) => {
        const cartId = cartIdOf({ currency: code, uuid });
        expect(CartId.parse(cartId)).toBe(cartId);
        expect(currencyOfCartId(cartId)).toBe(code);
      }),
    );
  });

  it('differs wherever chance does', () => {
    fc.assert(
      fc.property(currency, random, fc.nat(35), fc.stringMatching(/^[0-9a-f]$/), (code, uuid, at, digit) => {
        const other = uuid.slice(0, at) + digit + uuid.slice(at + 1);
        // The currency takes the place of four digits; two say that the UUID is a random one.
        fc.pre(at >= 4 && /[^4-]/.test(uuid.charAt(at)) && /^.{19}[89ab]/.test(other));
        expect(cartIdOf({ currency: code, uuid: other }) === cartIdOf({ currency: code, uuid })).toBe(other === uuid);
      }),
    );
  });

  it.each(['7f8d9c1e-2b3a-4c5d-8e6f-0a1b2c3d4e5f', 'ffffffff-ffff-8fff-bfff-ffffffffffff', 'x', ''])(
    'is not %j',
    (text) => expect(currencyOfCartId(text)).toBeUndefined(),
  );

  it('needs a currency and a random UUID', () => {
    const uuid = '7f8d9c1e-2b3a-4c5d-8e6f-0a1b2c3d4e5f';
    expect(() => cartIdOf({ currency: 'EUR', uuid: uuid.replace('-4', '-7') })).toThrow('a random UUID');
    expect(() => cartIdOf({ currency: 'EUR', uuid: `${uuid}0` })).toThrow('a random UUID');
    expect(() => cartIdOf({ currency: 'eur', uuid })).toThrow(/"path"/);
  });
});
