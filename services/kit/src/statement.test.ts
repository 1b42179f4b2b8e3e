import { join } from 'node:path';
import { SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createCallerVerifier, createServiceCaller, publicKeysIn, readPrivateKey } from './caller/index.ts';
import { createJwsSigner } from './caller/jws.ts';
import { readOwnKey } from './caller/keys.ts';
import { createStatementReader, createStatementSigner } from './statement.ts';
import { testCallerDir, testKeyFile } from './testing/index.ts';

const type = 'weather-report';
const Report = z.strictObject({ place: z.string(), degrees: z.int() });
const report = { place: 'Zürich', degrees: 21 };
const signAs = (service: string, as = type) =>
  createStatementSigner({ callerDir: testCallerDir(service), service, type: as })(report);
const reader = { keyFile: testKeyFile('order', 'weather'), signer: 'weather', type };
const read = createStatementReader({ ...reader, schema: Report });

describe('a statement', () => {
  it('says what its signer has signed, to whoever has the public half', () => {
    expect(read(signAs('weather'))).toEqual(report);
  });

  it.each([
    ['of another service', () => signAs('cart')],
    [
      'of another service in that one’s name',
      () => createJwsSigner({ key: readOwnKey(testCallerDir('cart')), kid: 'weather', typ: type })(report),
    ],
    [
      'of the gateway, which may say who is calling and no more',
      async () =>
        new SignJWT(report).setProtectedHeader({ alg: 'EdDSA', typ: type }).sign(await readPrivateKey(testCallerDir())),
    ],
    [
      'without the name of its signer',
      () =>
        new SignJWT(report).setProtectedHeader({ alg: 'EdDSA', typ: type }).sign(readOwnKey(testCallerDir('weather'))),
    ],
    ['of another type', () => signAs('weather', 'weather-forecast')],
    ['without a type', () => createJwsSigner({ key: readOwnKey(testCallerDir('weather')), kid: 'weather' })(report)],
    ['that is no text of this form', () => 'sunny'],
    ['that is nothing', () => ''],
    [
      'that says something else than is asked for',
      () =>
        createJwsSigner({ key: readOwnKey(testCallerDir('weather')), kid: 'weather', typ: type })({ place: 'Bern' }),
    ],
  ])('%s is none', async (_, text) => expect(read(await text())).toBeUndefined());

  it('that was changed is none', () => {
    const [header, , signature] = signAs('weather').split('.');
    const warmer = Buffer.from(JSON.stringify({ ...report, degrees: 30 })).toString('base64url');
    expect(read(`${header}.${warmer}.${signature}`)).toBeUndefined();
  });

  it('is no caller token, and a caller token no statement, though one key signs both', async () => {
    const verify = createCallerVerifier({ keys: publicKeysIn(testCallerDir('order')), audience: 'order' });
    const sign = createServiceCaller({ callerDir: testCallerDir('weather'), service: 'weather' });
    const token = await sign('order');
    const caller = { kind: 'service', sub: 'weather', scopes: [] };
    expect(await verify(token)).toEqual(caller);
    const anything = { keyFile: reader.keyFile, signer: 'weather', schema: z.looseObject({}) };
    expect(createStatementReader({ ...anything, type })(token)).toBeUndefined();

    // Word for word what a token says, long valid: the type alone keeps it from being one.
    const claims = { ...caller, aud: 'order', exp: Math.floor(Date.now() / 1000) + 60 };
    const stated = createStatementSigner({ callerDir: testCallerDir('weather'), service: 'weather', type })(claims);
    expect(createStatementReader({ ...anything, type })(stated)).toEqual(claims);
    await expect(verify(stated)).rejects.toMatchObject({ code: 'bad-caller-token' });
    const untyped = createJwsSigner({ key: readOwnKey(testCallerDir('weather')), kid: 'weather' })(claims);
    expect(await verify(untyped)).toEqual(caller);
  });

  it('is known by the key in the signer’s file: once that is another one, those of before are none', () => {
    const before = signAs('weather');
    const after = createStatementReader({ ...reader, keyFile: testKeyFile('order', 'wind'), schema: Report });
    expect(after(before)).toBeUndefined();
    const kept = createJwsSigner({ key: readOwnKey(testCallerDir('wind')), kid: 'weather', typ: type })(report);
    expect(after(kept)).toEqual(report);
  });

  it('is neither made nor read without its key: the service does not start', () => {
    const callerDir = testCallerDir();
    expect(() => createStatementSigner({ callerDir, service: 'weather', type })).toThrow('or is believed?');
    const keyFile = join(callerDir, 'nobody.public.jwk');
    expect(() => createStatementReader({ ...reader, keyFile, schema: Report })).toThrow('believes weather?');
  });
});
