import { generateKeyPairSync } from 'node:crypto';
import {
  callerHeader,
  createCallerSigner,
  createCallerVerifier,
  createServiceCaller,
  publicKeysIn,
  type PublicKeys,
} from '@storefront/kit/caller';
import { createClient } from '@storefront/kit/client';
import { reply, route } from '@storefront/kit/http';
import { callerFor, testCallerDir, testConfig } from '@storefront/kit/testing';
import { SignJWT, UnsecuredJWT } from 'jose';
import { describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { serve } from './serve.ts';

const who = (path: `/${string}`, allow: Parameters<typeof route>[0]['allow']) =>
  route({
    method: 'GET',
    path,
    summary: 'Who is calling',
    allow,
    response: z.looseObject({}),
    async handle({ caller }) {
      return reply(caller);
    },
  });
const routes = [who('/open', ['anyone']), who('/office', ['merchant', 'service'])];

const own = generateKeyPairSync('ed25519');
const keys: PublicKeys = async (signer) => (signer === 'gateway' ? own.publicKey : undefined);
const merchant = { kind: 'merchant', sub: 'm', scopes: ['merchant'] } as const;

async function forged(change: (jwt: SignJWT) => SignJWT, key = own.privateKey): Promise<string> {
  const jwt = new SignJWT({ kind: 'merchant', scopes: [] })
    .setProtectedHeader({ alg: 'EdDSA' })
    .setSubject('m')
    .setAudience('notes')
    .setExpirationTime('60s');
  return change(jwt).sign(key);
}

describe('a caller', () => {
  it('is a guest without a token where anyone may call, and 401 elsewhere', async () => {
    const { ask } = await serve(routes);
    expect((await ask('GET', '/open')).json).toEqual({ kind: 'guest', sub: '', scopes: [] });
    const refused = await ask('GET', '/office');
    expect(refused).toMatchObject({ status: 401, headers: { 'www-authenticate': 'Bearer' } });
  });

  it('is let in by its kind, 403 otherwise', async () => {
    const { ask } = await serve(routes);
    const as = async (kind: 'merchant' | 'customer') =>
      ask('GET', '/office', { headers: await callerFor(kind, { audience: 'notes', sub: 's' }) });
    expect((await as('merchant')).json).toEqual({ kind: 'merchant', sub: 's', scopes: ['merchant'] });
    expect((await as('customer')).status).toBe(403);
  });

  it.each([
    ['signed by another key', () => forged((jwt) => jwt)],
    ['without a signature', () => new UnsecuredJWT({ kind: 'merchant', sub: 'm', scopes: [], aud: 'notes' }).encode()],
    ['that is no token', () => 'merchant'],
    ['for another service', async () => (await callerFor('merchant', { audience: 'order' }))[callerHeader] ?? ''],
    [
      'signed with the public key as a shared secret',
      () =>
        new SignJWT({ kind: 'merchant', scopes: [] })
          .setProtectedHeader({ alg: 'HS256' })
          .setAudience('notes')
          .sign(own.publicKey.export({ format: 'der', type: 'spki' })),
    ],
  ])('with a token %s is 401, also where anyone may call', async (_, token) => {
    const { ask } = await serve(routes);
    const answer = await ask('GET', '/open', { headers: { [callerHeader]: await token() } });
    expect(answer).toMatchObject({ status: 401, json: { code: 'bad-caller-token' } });
  });

  it('is unknown while the key is not there, and known as soon as it is', async () => {
    const { ask, lines } = await serve(routes, { config: testConfig('notes', { callerDir: '/nonexistent' }) });
    const headers = await callerFor('merchant', { audience: 'notes' });
    expect((await ask('GET', '/open', { headers })).status).toBe(500);
    expect(JSON.stringify(lines)).toContain('public.jwk');
    expect((await ask('GET', '/open')).status).toBe(200);
  });
});

describe('a service that calls another', () => {
  const verify = createCallerVerifier({ keys: publicKeysIn(testCallerDir('cart')), audience: 'notes' });
  const order = { kind: 'service', sub: 'order', scopes: [] } as const;
  const service = (sub: string) => callerFor('service', { audience: 'notes', sub });

  it('says so itself, with a key of its own that all others know', async () => {
    const sign = createServiceCaller({ callerDir: testCallerDir('order'), service: 'order' });
    expect(await verify(await sign('notes'))).toEqual(order);
    await expect(verify(await sign('stock'))).rejects.toMatchObject({ code: 'bad-caller-token' });
  });

  it('is known to those that started before it first called', async () => {
    const { ask } = await serve(routes);
    expect((await ask('GET', '/office', { headers: await service('shipping') })).json).toMatchObject({
      kind: 'service',
      sub: 'shipping',
    });
  });

  it.each([
    ['another kind', { ...order, kind: 'merchant' }],
    ['the shop’s customers', { kind: 'customer', sub: 'c-1', scopes: [] }],
    ['another service', { ...order, sub: 'payment' }],
    ['a right of its own making', { ...order, scopes: ['merchant'] }],
  ] as const)('cannot speak for %s', async (_, caller) => {
    const pair = generateKeyPairSync('ed25519');
    const known: PublicKeys = async (signer) => (signer === 'order' ? pair.publicKey : own.publicKey);
    const check = createCallerVerifier({ keys: known, audience: 'notes' });
    const sign = createCallerSigner({ key: pair.privateKey, signer: 'order' });
    expect(await check(await sign(order, 'notes'))).toEqual(order);
    await expect(check(await sign(caller, 'notes'))).rejects.toMatchObject({
      code: 'bad-caller-token',
      message: 'The caller token claims more than order may say.',
    });
  });

  it.each([
    ['the gateway', 'gateway', 'order'],
    ['no name', undefined, 'order'],
    ['the name of another', 'payment', 'payment'],
    ['a name that leads elsewhere', '../cart', 'cart'],
    ['a name that nobody has', 'nobody', 'nobody'],
  ])('cannot sign as %s', async (_, kid, sub) => {
    await service('payment');
    const { privateKey } = generateKeyPairSync('ed25519');
    const itself = new SignJWT({ kind: 'service', scopes: [] }).setSubject(sub).setAudience('notes');
    const header = { alg: 'EdDSA', ...(kid === undefined ? {} : { kid }) };
    const token = await itself.setProtectedHeader(header).setExpirationTime('60s').sign(privateKey);
    await expect(verify(token)).rejects.toMatchObject({ code: 'bad-caller-token' });
  });

  it('does not start without its key', () => {
    const callerDir = testCallerDir();
    expect(() => createServiceCaller({ callerDir, service: 'order' })).toThrow('own.private.jwk cannot be read');
  });

  it('is who its client says, whoever called it, unless the request names another', async () => {
    const { url } = await serve(routes);
    const signer = createServiceCaller({ callerDir: testCallerDir('order'), service: 'order' });
    const client = createClient({ name: 'notes', baseUrl: url, signer });
    onTestFinished(() => client.close());
    const relay = route({
      method: 'GET',
      path: '/relay',
      summary: 'Asks notes who is calling',
      allow: ['anyone'],
      response: z.looseObject({}),
      async handle() {
        const [itself, nobody] = await Promise.all([
          client.request({ method: 'GET', path: '/office' }),
          client.request({ method: 'GET', path: '/open', caller: null }),
        ]);
        return reply({ itself: itself.json(), nobody: nobody.json() });
      },
    });
    const { ask } = await serve([relay], { name: 'order' });
    const headers = await callerFor('merchant', { audience: 'order' });
    expect((await ask('GET', '/relay', { headers })).json).toEqual({
      itself: order,
      nobody: { kind: 'guest', sub: '', scopes: [] },
    });
  });

  it('is never a reason to forget a token of a gateway that names no signer', async () => {
    const check = createCallerVerifier({ keys, audience: 'notes' });
    expect(await check(await forged((jwt) => jwt))).toEqual({ kind: 'merchant', sub: 'm', scopes: [] });
  });
});

describe('caller tokens', () => {
  const at = (second: number) => ({ now: () => new Date(Date.UTC(2026, 0, 1, 0, 0, second)) });

  it('live 60 seconds: one that was verified before is refused after them', async () => {
    let clock = at(0);
    const moving = { now: () => clock.now() };
    const sign = createCallerSigner({ key: own.privateKey, clock: moving });
    const verify = createCallerVerifier({ keys, audience: 'notes', clock: moving });
    const token = await sign(merchant, 'notes');
    expect(await verify(token)).toEqual(merchant);
    clock = at(59);
    expect(await verify(token)).toEqual(merchant);
    clock = at(61);
    await expect(verify(token)).rejects.toMatchObject({ kind: 'unauthenticated' });
  });

  it('are signed anew every 30 seconds, and apart for every caller and audience', async () => {
    let clock = at(0);
    const sign = createCallerSigner({ key: own.privateKey, clock: { now: () => clock.now() } });
    const first = await sign(merchant, 'notes');
    clock = at(29);
    expect(await sign({ ...merchant }, 'notes')).toBe(first);
    expect(await sign(merchant, 'order')).not.toBe(first);
    expect(await sign({ ...merchant, scopes: [] }, 'notes')).not.toBe(first);
    clock = at(31);
    expect(await sign(merchant, 'notes')).not.toBe(first);
  });

  it('must say everything', async () => {
    const verify = createCallerVerifier({ keys, audience: 'notes' });
    const base = new SignJWT({ kind: 'owner', scopes: [] }).setProtectedHeader({ alg: 'EdDSA' }).setAudience('notes');
    await expect(verify(await base.setExpirationTime('60s').sign(own.privateKey))).rejects.toMatchObject({
      code: 'bad-caller-token',
    });
    const endless = new SignJWT({ kind: 'merchant', sub: 'm', scopes: [] }).setAudience('notes');
    const token = await endless.setProtectedHeader({ alg: 'EdDSA' }).sign(own.privateKey);
    await expect(verify(token)).rejects.toMatchObject({ code: 'bad-caller-token' });
  });

  it.each([
    ['for two services', (jwt: SignJWT) => jwt.setAudience(['notes', 'order'])],
    ['for none', () => new SignJWT({ ...merchant }).setProtectedHeader({ alg: 'EdDSA' }).setExpirationTime('60s')],
    ['of the past', (jwt: SignJWT) => jwt.setExpirationTime('-1s')],
    ['of this second', (jwt: SignJWT) => jwt.setExpirationTime(Math.floor(Date.now() / 1000))],
    ['of the future', (jwt: SignJWT) => jwt.setNotBefore('30s')],
  ])('are refused %s', async (_, change) => {
    const check = createCallerVerifier({ keys, audience: 'notes' });
    await expect(check(await forged(change))).rejects.toMatchObject({ code: 'bad-caller-token' });
  });
});
