/**
 * Signed JSON in the one form that caller tokens and statements have: JWS in compact serialization (RFC 7515, 7.1) by Ed25519 (RFC 8037, 3.1). At
 * once, by Node's own crypto: WebCrypto, and every library on it, pays a change of threads for each token.
 */
import { sign, verify, type KeyObject } from 'node:crypto';

const alg = 'EdDSA';
/** Base64url without anything else in it; 86 characters are the 64 bytes of a signature. */
const compact = /^([\w-]+)\.([\w-]+)\.([\w-]{86})$/;

/** What the signature is for (RFC 8725, 3.11): with one key, a text of one type never passes for another. Caller tokens have none. */
type Typed = { typ?: string };

/** `kid` names the signer. */
export function createJwsSigner({
  key,
  ...header
}: { key: KeyObject; kid: string } & Typed): (payload: object) => string {
  if (!isEd25519(key)) throw new TypeError('tokens are signed by an Ed25519 key');
  const first = encode({ alg, ...header });
  return (payload) => {
    const signed = `${first}.${encode(payload)}`;
    return `${signed}.${sign(null, Buffer.from(signed), key).toString('base64url')}`;
  };
}

export type Jws = {
  /** Not believed before `payload` has been read: it says whose key to try. */
  readonly kid: string | undefined;
  /** What was signed; throws unless it was by this key. */
  payload(key: KeyObject): unknown;
};

/**
 * Throws for what is no such token, whatever its signature: another algorithm or type, or an extension that must be understood (`crit`).
 */
export function readJws(token: string, { typ }: Typed = {}): Jws {
  const [, header = '', payload = '', signature = ''] = compact.exec(token) ?? [];
  const kid = signerOf(asObject(decode(header)), typ);
  return {
    kid,
    payload(key) {
      const isSigned =
        isEd25519(key) && verify(null, Buffer.from(`${header}.${payload}`), key, Buffer.from(signature, 'base64url'));
      if (!isSigned) throw new Error('The token was not signed by this key.');
      return decode(payload);
    },
  };
}

function signerOf(header: Readonly<Record<string, unknown>>, typ: string | undefined): string | undefined {
  const { kid, crit } = header;
  if (header['alg'] !== alg || header['typ'] !== typ || crit !== undefined)
    throw new Error('The token is not of the form that is read here.');
  if (kid !== undefined && typeof kid !== 'string') throw new Error('The signer of the token has no name.');
  return kid;
}

const isEd25519 = (key: KeyObject): boolean => key.asymmetricKeyType === 'ed25519';

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

const decode = (text: string): unknown => JSON.parse(Buffer.from(text, 'base64url').toString());

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
