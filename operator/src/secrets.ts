/** The Secrets that the operator makes once: how each key's value comes about. Values are never compared or corrected afterwards. */
import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';

export type Recipe =
  /** Base64 text of `size` random bytes. */
  | { make: 'bytes'; size: number }
  /** 32 random bytes, URL-safe: 43 characters. */
  | { make: 'password' }
  | { make: 'token' }
  | { make: 'uuid' }
  | { make: 'text'; value: string }
  /** One half of an Ed25519 key pair as JWK; the two of one `pair` in a Secret belong together. */
  | { make: 'keypair'; pair: string; part: 'private' | 'public' };

export type SecretRecipe = { name: string; labels: Record<string, string>; keys: Record<string, Recipe> };

/** Secret `data` (base64) for the keys that `existing` lacks; `{}` when nothing is missing. */
export function cook(recipe: SecretRecipe, existing: Iterable<string> = []): Record<string, string> {
  const has = new Set(existing);
  const wanted = Object.entries(recipe.keys).filter(([key, how]) => !has.has(key) || isTorn(recipe, how, has));
  const pairs = new Map<string, Pair>();
  return Object.fromEntries(wanted.map(([key, how]) => [key, Buffer.from(text(how, pairs)).toString('base64')]));
}

/** A pair of which one half is missing is of no use: both halves are made anew. Other pairs stay. */
const isTorn = (recipe: SecretRecipe, how: Recipe, has: Set<string>): boolean =>
  how.make === 'keypair' &&
  Object.entries(recipe.keys).some(
    ([key, other]) => other.make === 'keypair' && other.pair === how.pair && !has.has(key),
  );

type Pair = { private: string; public: string };

function text(how: Recipe, pairs: Map<string, Pair>): string {
  switch (how.make) {
    case 'bytes':
      return randomBytes(how.size).toString('base64');
    case 'password':
    case 'token':
      return randomBytes(32).toString('base64url');
    case 'uuid':
      return randomUUID();
    case 'text':
      return how.value;
    case 'keypair':
      return halvesOf(how.pair, pairs)[how.part];
  }
}

function halvesOf(name: string, pairs: Map<string, Pair>): Pair {
  const pair = pairs.get(name) ?? newPair();
  pairs.set(name, pair);
  return pair;
}

function newPair(): Pair {
  const { privateKey } = generateKeyPairSync('ed25519');
  const { kty, crv, x, d } = privateKey.export({ format: 'jwk' });
  const shared = { kty, crv, x, alg: 'EdDSA', use: 'sig', kid: randomUUID() };
  return { private: JSON.stringify({ ...shared, d }), public: JSON.stringify(shared) };
}
