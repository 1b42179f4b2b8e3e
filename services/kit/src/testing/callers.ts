import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { callerHeader, createCallerSigner, type CallerKind } from '../caller/index.ts';
import type { CommonConfig } from '../config.ts';

type Pair = { publicKey: KeyObject; privateKey: KeyObject };

const gateway: Pair = generateKeyPairSync('ed25519');
const signAsGateway = createCallerSigner({ key: gateway.privateKey });
const services = new Map<string, Pair & { sign: ReturnType<typeof createCallerSigner> }>();
const dirs = new Map<string, string>();

/**
 * A folder as the Secret `<storefront>-caller` is mounted: `public.jwk` and `private.jwk` of the gateway and the public halves of all
 * services that have signed here. With a service's name that one's own key besides, as `own.private.jwk`.
 */
export function testCallerDir(service = ''): string {
  const known = dirs.get(service);
  if (known) return known;
  const dir = mkdtempSync(join(tmpdir(), 'caller-'));
  process.once('exit', () => rmSync(dir, { recursive: true, force: true }));
  writeKey(dir, 'public.jwk', gateway.publicKey);
  writeKey(dir, 'private.jwk', gateway.privateKey);
  for (const [name, { publicKey }] of services) writeKey(dir, `${name}.public.jwk`, publicKey);
  dirs.set(service, dir);
  if (service !== '') writeKey(dir, 'own.private.jwk', pairOf(service).privateKey);
  return dir;
}

/** The pair of a service, made when it is first asked for: from then on every folder has its public half. */
function pairOf(service: string) {
  const known = services.get(service);
  if (known) return known;
  const pair = generateKeyPairSync('ed25519');
  const made = { ...pair, sign: createCallerSigner({ key: pair.privateKey, signer: service }) };
  services.set(service, made);
  for (const dir of dirs.values()) writeKey(dir, `${service}.public.jwk`, pair.publicKey);
  return made;
}

/** Where order finds by which key shipping's statements are known: `testKeyFile('order', 'shipping')`. */
export function testKeyFile(service: string, signer: string): string {
  pairOf(signer);
  return join(testCallerDir(service), `${signer}.public.jwk`);
}

function writeKey(dir: string, name: string, key: KeyObject): void {
  writeFileSync(join(dir, name), JSON.stringify(key.export({ format: 'jwk' })), { mode: 0o600 });
}

/**
 * Headers of a request by that caller to that service: `callerFor('merchant', { audience: 'product' })`. The gateway signs, but for a
 * service: that signs for itself, under the name `sub`.
 */
export async function callerFor(
  kind: CallerKind,
  {
    audience,
    sub = `test-${kind}`,
    scopes = kind === 'merchant' ? ['merchant'] : [],
  }: {
    audience: string;
    sub?: string;
    scopes?: string[];
  },
): Promise<Record<string, string>> {
  const sign = kind === 'service' ? pairOf(sub).sign : signAsGateway;
  return { [callerHeader]: await sign({ kind, sub, scopes }, audience) };
}

/** A configuration for a service in a test: a free port of the loopback, the callers of callerFor, a key of its own to sign with. */
export function testConfig(service: string, changes: Partial<CommonConfig> = {}): CommonConfig {
  return {
    service,
    scope: 'test',
    release: 'test',
    host: '127.0.0.1',
    port: 0,
    logLevel: 'silent',
    shutdownGrace: '5s',
    locale: 'en-IE',
    timeZone: 'Europe/Dublin',
    currencies: ['EUR', 'USD', 'JPY'],
    countries: ['IE', 'DE', 'US'],
    publicUrl: 'http://127.0.0.1:8080',
    credentialsDir: '/nonexistent',
    callerDir: testCallerDir(service),
    tracesSample: 0,
    ...changes,
  };
}
