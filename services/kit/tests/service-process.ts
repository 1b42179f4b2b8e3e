import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { eventually, testCallerDir } from '@storefront/kit/testing';

type Line = Record<string, unknown>;
export type ServiceProcess = {
  readonly url: string;
  readonly lines: readonly Line[];
  readonly child: ChildProcess;
  /** Sends the signal and answers how the process ended. */
  end: (signal?: NodeJS.Signals) => Promise<{ code: number | null; tookMs: number }>;
  ended: Promise<number | null>;
};

type Account = { url: string; username: string; password: string };

/** Runs a service as its pod does: its own process, tracing preloaded, secrets in files. */
export async function runService(
  main: string,
  env: Record<string, string>,
  accounts: Record<string, Account> = {},
): Promise<ServiceProcess> {
  const credentialsDir = writeCredentials(accounts);
  const child = spawn(process.execPath, ['--import', '@storefront/kit/tracing', main], {
    cwd: import.meta.dirname,
    env: { ...commonEnv, CREDENTIALS_DIR: credentialsDir, CALLER_DIR: testCallerDir(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: Line[] = [];
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  createInterface(child.stdout).on('line', (line) => lines.push(JSON.parse(line) as Line));
  const ended = new Promise<number | null>((resolve) => {
    child.once('close', (code) => {
      rmSync(credentialsDir, { recursive: true, force: true });
      resolve(code);
    });
  });
  const started = () => {
    const line = lines.find((one) => one['msg'] === 'started');
    if (!line) throw new Error(`it has not started; it said: ${errors}`);
    return String(line['url']);
  };
  const url = await eventually(started, { within: '10s' });
  return {
    url,
    lines,
    child,
    ended,
    end: async (signal = 'SIGTERM') => {
      const from = performance.now();
      child.kill(signal);
      return { code: await ended, tookMs: performance.now() - from };
    },
  };
}

function writeCredentials(accounts: Record<string, Account>): string {
  const dir = mkdtempSync(join(tmpdir(), 'credentials-'));
  for (const [store, { username, password }] of Object.entries(accounts)) {
    writeFileSync(join(dir, `${store}-username`), username);
    writeFileSync(join(dir, `${store}-password`), password);
  }
  return dir;
}

const commonEnv = {
  SERVICE: 'notes',
  SCOPE: 'test',
  HOST: '127.0.0.1',
  PORT: '0',
  LOCALE: 'en-IE',
  TIME_ZONE: 'Europe/Dublin',
  CURRENCIES: 'EUR',
  COUNTRIES: 'IE',
  PUBLIC_URL: 'http://127.0.0.1:8080',
};
