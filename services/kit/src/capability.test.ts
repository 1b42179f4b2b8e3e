import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { capabilityFor, isCapabilityFor } from './capability.ts';

const key = Buffer.alloc(32, 1);

describe('a capability', () => {
  it('opens the one thing that it is for', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.uuid(), (id, other) => {
        const token = capabilityFor(key, 'order', id);
        expect(token).toMatch(/^[\w-]{43}$/);
        expect(isCapabilityFor(key, 'order', id, token)).toBe(true);
        expect(isCapabilityFor(key, 'order', other, token)).toBe(id === other);
        expect(isCapabilityFor(key, 'cart', id, token)).toBe(false);
        expect(isCapabilityFor(Buffer.alloc(32, 2), 'order', id, token)).toBe(false);
      }),
    );
  });

  it('is not one with another character, another length, or of another alphabet', () => {
    const token = capabilityFor(key, 'order', 'a');
    for (const wrong of ['', `${token}=`, `${token}A`, token.slice(0, -1), `ä${token.slice(1)}`, token.toLowerCase()])
      expect(isCapabilityFor(key, 'order', 'a', wrong)).toBe(false);
  });

  it('is the MAC of kind and id under that key, whichever key was used before', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 64 }), fc.string(), (bytes, id) => {
        const own = Buffer.from(bytes);
        const mac = createHmac('sha256', bytes).update('order').update('\0').update(id).digest('base64url');
        expect(capabilityFor(own, 'order', id)).toBe(mac);
        expect(capabilityFor(own, 'order', id)).toBe(mac);
      }),
    );
  });
});
