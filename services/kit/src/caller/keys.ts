import { createPrivateKey, createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gateway } from './caller.ts';

/** Public key of a signer by its name; undefined where there is no such signer. */
export type PublicKeys = (signer: string) => Promise<KeyObject | undefined>;

/** A signer's name becomes a file's name. */
const signerName = /^[a-z][a-z0-9-]{0,62}$/;

/** `public.jwk` of the folder: the half by which the gateway's tokens are verified. */
export const readPublicKey = (callerDir: string): Promise<KeyObject> => readPublicHalf(join(callerDir, 'public.jwk'));

/** `private.jwk` of the folder, which only the gateway has. */
export async function readPrivateKey(callerDir: string): Promise<KeyObject> {
  return createPrivateKey({ key: asJwk(await readFile(join(callerDir, 'private.jwk'), 'utf8')), format: 'jwk' });
}

/** `own.private.jwk` of the folder, of a service that others believe. At once, so that a service without it does not start. */
export function readOwnKey(callerDir: string): KeyObject {
  const path = join(callerDir, 'own.private.jwk');
  try {
    return createPrivateKey({ key: asJwk(readFileSync(path, 'utf8')), format: 'jwk' });
  } catch (cause) {
    throw new Error(
      `${path} cannot be read: does the fleet table say that this service calls others, or is believed?`,
      { cause },
    );
  }
}

/**
 * The public halves of a folder: `public.jwk` is the gateway's, `<service>.public.jwk` a service's. A key is read when its signer first
 * calls, and kept; one that is not there is looked for again. Throws only where the gateway's own is missing or a file is no key.
 */
export function publicKeysIn(callerDir: string): PublicKeys {
  const known = new Map<string, KeyObject>();
  return async function keyOf(signer) {
    const before = known.get(signer);
    if (before) return before;
    const key = signer === gateway ? await readPublicKey(callerDir) : await readServiceKey(callerDir, signer);
    if (key) known.set(signer, key);
    return key;
  };
}

async function readServiceKey(callerDir: string, service: string): Promise<KeyObject | undefined> {
  if (!signerName.test(service)) return undefined;
  return readPublicHalf(join(callerDir, `${service}.public.jwk`)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
}

/** The public half of one service, by the path of its file. At once, so that who cannot read it does not start. */
export function readKeyOf(service: string, path: string): KeyObject {
  try {
    return createPublicKey({ key: asJwk(readFileSync(path, 'utf8')), format: 'jwk' });
  } catch (cause) {
    throw new Error(`${path} cannot be read: does the fleet table say that this service believes ${service}?`, {
      cause,
    });
  }
}

async function readPublicHalf(path: string): Promise<KeyObject> {
  return createPublicKey({ key: asJwk(await readFile(path, 'utf8')), format: 'jwk' });
}

const asJwk = (text: string): JsonWebKey => JSON.parse(text) as JsonWebKey;
