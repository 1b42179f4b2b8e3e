import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { testCallerDir } from './callers.ts';
import { eventually } from './eventually.ts';

type Line = Record<string, unknown>;
export type ServiceProcess = {
  readonly child: ChildProcess;
  /** What it logged. */
  readonly lines: readonly Line[];
  /** All it wrote, on either output. */
  said: () => string;
  /** Sends the signal and answers how the process ended. */
  end: (signal?: NodeJS.Signals) => Promise<{ code: number | null; tookMs: number }>;
  /** Its exit code, null where a signal ended it. */
  readonly ended: Promise<number | null>;
};
export type RunningService = ServiceProcess & { readonly url: string };

export type PodOptions = {
  /** Beside what every pod of a storefront is told: `{ SERVICE: 'payment', BROKER_URL: … }`. */
  env?: Record<string, string>;
  /** Of its stores, by the name that their Secret's files begin with. */
  accounts?: Record<string, { username: string; password: string }>;
  /** Files beside those of the accounts. */
  files?: Record<string, string>;
};

/** A script of a service as its pod runs it: a process of its own, tracing preloaded, secrets in files. It ends with `end`. */
export function spawnService(script: string, { env = {}, accounts = {}, files = {} }: PodOptions = {}): ServiceProcess {
  const credentialsDir = writeFiles({ ...filesOf(accounts), ...files });
  const child = spawn(process.execPath, ['--import', '@storefront/kit/tracing', script], {
    cwd: dirname(script),
    env: { ...whatEveryPodIsTold(), CREDENTIALS_DIR: credentialsDir, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: Line[] = [];
  let text = '';
  for (const output of [child.stdout, child.stderr])
    output.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
  createInterface(child.stdout).on('line', (line) => lines.push(JSON.parse(line) as Line));
  const ended = new Promise<number | null>((resolve) => {
    child.once('close', (code) => {
      rmSync(credentialsDir, { recursive: true, force: true });
      resolve(code);
    });
  });
  return {
    child,
    lines,
    said: () => text,
    ended,
    async end(signal = 'SIGTERM') {
      const from = performance.now();
      child.kill(signal);
      return { code: await ended, tookMs: performance.now() - from };
    },
  };
}

/** The same, once it has started. */
export async function runService(script: string, options: PodOptions = {}): Promise<RunningService> {
  const service = spawnService(script, options);
  const started = () => {
    const line = service.lines.find(({ msg }) => msg === 'started');
    if (!line) throw new Error(`it has not started; it said: ${service.said()}`);
    return String(line['url']);
  };
  return { ...service, url: await eventually(started, { within: '20s' }) };
}

function writeFiles(files: Record<string, string>): string {
  const dir = mkdtempSync(join(tmpdir(), 'credentials-'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text);
  return dir;
}

function filesOf(accounts: NonNullable<PodOptions['accounts']>): Record<string, string> {
  const pairs = Object.entries(accounts).flatMap(([store, { username, password }]) => [
    [`${store}-username`, username],
    [`${store}-password`, password],
  ]);
  return Object.fromEntries(pairs) as Record<string, string>;
}

const whatEveryPodIsTold = () => ({
  SERVICE: 'notes',
  SCOPE: 'test',
  HOST: '127.0.0.1',
  PORT: '0',
  LOCALE: 'en-IE',
  TIME_ZONE: 'Europe/Dublin',
  CURRENCIES: 'EUR',
  COUNTRIES: 'IE',
  PUBLIC_URL: 'http://127.0.0.1:8080',
  CALLER_DIR: testCallerDir(),
});
