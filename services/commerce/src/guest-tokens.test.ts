import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { guestTokenOf, orderScope, readGuestToken } from './guest-tokens.ts';

const mac = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString('base64url'));
const token = fc.record({ kind: fc.constantFrom('cart' as const, 'order' as const), id: fc.uuid() });

describe('a token of a guest', () => {
  it('is read as it was made', () => {
    fc.assert(
      fc.property(token, mac, (made, proof) => {
        expect(readGuestToken(guestTokenOf(made, proof))).toEqual({ ...made, mac: proof });
      }),
    );
  });

  it('is no other text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(readGuestToken(text)).toBeUndefined();
      }),
    );
    const [id, proof] = ['7f8d9c1e-2b3a-4c5d-8e6f-0a1b2c3d4e5f', 'A'.repeat(43)];
    for (const text of [
      `cart.${id}.${proof}A`,
      `cart.${id}`,
      `basket.${id}.${proof}`,
      `cart.${id}.${proof}\n`,
      ` cart.${id}.${proof}`,
    ])
      expect(readGuestToken(text)).toBeUndefined();
  });

  it('of an order has the scope of that order', () => expect(orderScope('a')).toBe('order:a'));
});
