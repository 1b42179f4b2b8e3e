import { generateKeyPairSync, sign } from 'node:crypto';
import fc from 'fast-check';
import { CompactSign, compactVerify, SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { createJwsSigner, readJws } from './jws.ts';

const { privateKey: key, publicKey } = generateKeyPairSync('ed25519');
const claims = { sub: 'Zoë', scopes: ['cart'] };
const signed = createJwsSigner({ key, kid: 'gateway' })(claims);
const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Rightly signed, whatever its header says. */
function headed(header: unknown): string {
  const text = `${base64url(header)}.${base64url(claims)}`;
  return `${text}.${sign(null, Buffer.from(text), key).toString('base64url')}`;
}

const read = (token: string, by = publicKey) => readJws(token).payload(by);

describe('a signed token', () => {
  it('is one to every other implementation', async () => {
    const { payload, protectedHeader } = await compactVerify(signed, publicKey, { algorithms: ['EdDSA'] });
    expect(JSON.parse(new TextDecoder().decode(payload))).toEqual(claims);
    expect(protectedHeader).toEqual({ alg: 'EdDSA', kid: 'gateway' });
    const other = await new SignJWT(claims).setProtectedHeader({ alg: 'EdDSA', kid: 'order' }).sign(key);
    expect(readJws(other).kid).toBe('order');
    expect(read(other)).toEqual(claims);
  });

  it('gives what was signed, and whose key to try', () => {
    expect(readJws(signed).kid).toBe('gateway');
    expect(read(signed)).toEqual(claims);
    expect(readJws(headed({ alg: 'EdDSA' })).kid).toBeUndefined();
  });

  it('is refused when a byte of it is another', () => {
    // The last character of a signature has four bits that belong to no byte.
    fc.assert(
      fc.property(
        fc.nat(signed.length - 2),
        fc.constantFrom('A', 'x', '0', '-', '_', '.', '=', ' '),
        (at, character) => {
          const forged = signed.slice(0, at) + character + signed.slice(at + 1);
          fc.pre(forged !== signed);
          expect(() => read(forged)).toThrow(Error);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('is refused by another key, and by one that is not Ed25519', () => {
    expect(() => read(signed, generateKeyPairSync('ed25519').publicKey)).toThrow('not signed by this key');
    expect(() => read(signed, generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey)).toThrow('by this key');
    const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    expect(() => createJwsSigner({ key: ec, kid: 'gateway' })).toThrow('Ed25519');
  });

  it('is refused as another type than it is read for', () => {
    const typed = createJwsSigner({ key, kid: 'order', typ: 'receipt' })(claims);
    expect(readJws(typed, { typ: 'receipt' }).payload(publicKey)).toEqual(claims);
    for (const typ of [undefined, 'Receipt', 'invoice', ''])
      expect(() => readJws(typed, typ === undefined ? {} : { typ })).toThrow('not of the form');
    expect(() => readJws(signed, { typ: 'receipt' })).toThrow('not of the form');
  });

  it.each([
    ['another algorithm', { alg: 'HS256' }],
    ['the algorithm in other letters', { alg: 'eddsa' }],
    ['no algorithm', { kid: 'gateway' }],
    ['none', { alg: 'none' }],
    ['what must be understood', { alg: 'EdDSA', crit: ['b64'], b64: false }],
    ['a signer that is no name', { alg: 'EdDSA', kid: 1 }],
    ['a list', [{ alg: 'EdDSA' }]],
    ['nothing', null],
  ])('is refused when its header says %s', (_, header) => {
    expect(() => readJws(headed(header))).toThrow(Error);
  });

  it('is refused in pieces, with more of them, or as something else', async () => {
    const [header = '', payload = '', signature = ''] = signed.split('.');
    const shorter = `${header}.${payload}.${signature.slice(0, -2)}`;
    for (const token of [
      '',
      '..',
      `${header}.${payload}`,
      `${header}.${payload}.`,
      shorter,
      `${signed}.`,
      `${signed}\n`,
    ])
      expect(() => read(token)).toThrow(Error);
    const text = await new CompactSign(Buffer.from('no JSON')).setProtectedHeader({ alg: 'EdDSA' }).sign(key);
    expect(() => read(text)).toThrow(Error);
  });
});
