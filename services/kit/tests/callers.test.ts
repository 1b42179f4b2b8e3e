import { generateKeyPairSync } from 'node:crypto';
import { callerHeader, createCallerSigner, createCallerVerifier } from '@storefront/kit/caller';
import { reply, route } from '@storefront/kit/http';
import { callerFor, testConfig } from '@storefront/kit/testing';
import { SignJWT, UnsecuredJWT } from 'jose';
import { describe, expect, it } from 'vitest';
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

describe('caller tokens', () => {
  const at = (second: number) => ({ now: () => new Date(Date.UTC(2026, 0, 1, 0, 0, second)) });

  it('live 60 seconds: one that was verified before is refused after them', async () => {
    let clock = at(0);
    const moving = { now: () => clock.now() };
    const sign = createCallerSigner({ key: own.privateKey, clock: moving });
    const verify = createCallerVerifier({ key: own.publicKey, audience: 'notes', clock: moving });
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
    const verify = createCallerVerifier({ key: own.publicKey, audience: 'notes' });
    const base = new SignJWT({ kind: 'owner', scopes: [] }).setProtectedHeader({ alg: 'EdDSA' }).setAudience('notes');
    await expect(verify(await base.setExpirationTime('60s').sign(own.privateKey))).rejects.toMatchObject({
      code: 'bad-caller-token',
    });
    const endless = new SignJWT({ kind: 'merchant', sub: 'm', scopes: [] }).setAudience('notes');
    const token = await endless.setProtectedHeader({ alg: 'EdDSA' }).sign(own.privateKey);
    await expect(verify(token)).rejects.toMatchObject({ code: 'bad-caller-token' });
  });
});
