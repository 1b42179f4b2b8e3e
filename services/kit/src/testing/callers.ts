import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { callerHeader, createCallerSigner, type CallerKind } from '../caller.ts';
import type { CommonConfig } from '../config.ts';

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const sign = createCallerSigner({ key: privateKey });
let dir: string | undefined;

/** A folder with `public.jwk` and `private.jwk`, as the Secret `<storefront>-caller` is mounted; gone with the process. */
export function testCallerDir(): string {
  if (dir) return dir;
  dir = mkdtempSync(join(tmpdir(), 'caller-'));
  const made = dir;
  writeFileSync(join(made, 'public.jwk'), JSON.stringify(publicKey.export({ format: 'jwk' })));
  writeFileSync(join(made, 'private.jwk'), JSON.stringify(privateKey.export({ format: 'jwk' })), { mode: 0o600 });
  process.once('exit', () => rmSync(made, { recursive: true, force: true }));
  return made;
}

/** Headers of a request by that caller to that service: `callerFor('merchant', { audience: 'product' })`. */
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
  return { [callerHeader]: await sign({ kind, sub, scopes }, audience) };
}

/** A configuration for a service in a test: a free port of the loopback, the callers of callerFor. */
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
    callerDir: testCallerDir(),
    tracesSample: 0,
    ...changes,
  };
}
