import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import type { JsonWebKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { cook } from './secrets.ts';
import type { Recipe, SecretRecipe } from './secrets.ts';

const recipe = (keys: Record<string, Recipe>): SecretRecipe => ({ name: 'acme-caller', labels: {}, keys });
const text = (data: Record<string, string>, key: string): string => Buffer.from(data[key] ?? '', 'base64').toString();

const pair = recipe({
  'public.jwk': { make: 'keypair', pair: 'gateway', part: 'public' },
  'private.jwk': { make: 'keypair', pair: 'gateway', part: 'private' },
});
const pairs = recipe({
  ...pair.keys,
  'order.public.jwk': { make: 'keypair', pair: 'order', part: 'public' },
  'order.private.jwk': { make: 'keypair', pair: 'order', part: 'private' },
});

describe('a Secret that is made once', () => {
  it('has a value for each key, of the form its recipe says', () => {
    const data = cook(
      recipe({
        key: { make: 'bytes', size: 32 },
        password: { make: 'password' },
        token: { make: 'token' },
        id: { make: 'uuid' },
        username: { make: 'text', value: 'acme-product' },
      }),
    );
    expect(Buffer.from(text(data, 'key'), 'base64')).toHaveLength(32);
    expect(text(data, 'password')).toMatch(/^[\w-]{43}$/);
    expect(text(data, 'token')).toMatch(/^[\w-]{43}$/);
    expect(text(data, 'id')).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(text(data, 'username')).toBe('acme-product');
  });

  it('is never the same twice', () => {
    const passwords = Array.from({ length: 50 }, () => cook(recipe({ password: { make: 'password' } })).password);
    expect(new Set(passwords).size).toBe(50);
  });

  it('has a key pair whose halves belong together, and the public half keeps the secret', () => {
    const data = cook(pair);
    const [open, secret] = ['public.jwk', 'private.jwk'].map((key) => JSON.parse(text(data, key)) as JsonWebKey);
    const signature = sign(null, Buffer.from('hello'), createPrivateKey({ key: secret!, format: 'jwk' }));
    expect(verify(null, Buffer.from('hello'), createPublicKey({ key: open!, format: 'jwk' }), signature)).toBe(true);
    expect(open).not.toHaveProperty('d');
  });

  it('has pairs that have nothing in common', () => {
    const data = cook(pairs);
    const jwk = (key: string) => JSON.parse(text(data, key)) as JsonWebKey;
    for (const [open, secret] of [
      ['public.jwk', 'private.jwk'],
      ['order.public.jwk', 'order.private.jwk'],
    ] as const)
      expect(jwk(secret)).toMatchObject(jwk(open));
    expect(jwk('order.public.jwk').x).not.toBe(jwk('public.jwk').x);
  });

  it('keeps the pair that a shop has when another joins', () => {
    const kept = ['public.jwk', 'private.jwk'];
    expect(Object.keys(cook(pairs, kept)).toSorted()).toEqual(['order.private.jwk', 'order.public.jwk']);
    const torn = ['public.jwk', 'private.jwk', 'order.private.jwk'];
    expect(Object.keys(cook(pairs, torn)).toSorted()).toEqual(['order.private.jwk', 'order.public.jwk']);
    expect(cook(pairs, [...torn, 'order.public.jwk'])).toEqual({});
  });

  it('gets only the keys that it lacks', () => {
    const keys: Record<string, Recipe> = { a: { make: 'password' }, b: { make: 'password' } };
    expect(Object.keys(cook(recipe(keys), ['a']))).toEqual(['b']);
    expect(cook(recipe(keys), ['a', 'b', 'of-someone-else'])).toEqual({});
  });

  it('gets a whole new pair when half of it is lost', () => {
    expect(Object.keys(cook(pair, ['public.jwk'])).toSorted()).toEqual(['private.jwk', 'public.jwk']);
    expect(cook(pair, ['public.jwk', 'private.jwk'])).toEqual({});
  });
});
