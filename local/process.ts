import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Failure } from './steps.ts';

export type ExecuteOptions = {
  input?: string;
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  timeoutMs?: number;
  /** Ends the program. */
  signal?: AbortSignal;
  /** Called with every line of stderr and stdout as it comes. */
  onLine?: (line: string) => void;
};

/** A program that ended badly; `output` holds the end of what it said. */
export class ProgramError extends Error {
  override name = 'ProgramError';
  readonly exitCode: number | null;
  readonly output: string;

  constructor(command: readonly string[], exitCode: number | null, output: string) {
    super(`${command.slice(0, 6).join(' ')} ended with ${exitCode ?? 'a signal'}:\n${output}`);
    this.exitCode = exitCode;
    this.output = output;
  }
}

/** Runs a program to its end and gives what it wrote to stdout; throws `ProgramError` when it fails. */
export function execute(command: readonly string[], options: ExecuteOptions = {}): Promise<string> {
  const [program, ...args] = command as [string, ...string[]];
  const child = spawn(program, args, {
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(options.cwd ? { cwd: options.cwd } : {}),
    ...(options.env ? { env: { ...process.env, ...options.env } } : {}),
    ...(options.signal ? { signal: options.signal } : {}),
    ...(options.timeoutMs ? { timeout: options.timeoutMs, killSignal: 'SIGKILL' as const } : {}),
  });
  child.stdin.on('error', () => undefined); // the program may end without reading
  child.stdin.end(options.input ?? '');
  return collect(child, command, options.onLine);
}

function collect(child: ChildProcess, command: readonly string[], onLine?: (line: string) => void): Promise<string> {
  let stdout = '';
  let everything = '';
  const take = (chunk: string, isOutput: boolean) => {
    if (isOutput) stdout += chunk;
    everything = (everything + chunk).slice(-8000);
    if (onLine) for (const line of chunk.split('\n').filter(Boolean)) onLine(line);
  };
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => take(chunk, true));
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => take(chunk, false));
  return new Promise((done, fail) => {
    // One that was ended by its signal is heard of again when it is gone.
    child.on('error', (error) => error.name === 'AbortError' || fail(new ProgramError(command, null, error.message)));
    child.on('close', (code) => (code === 0 ? done(stdout) : fail(new ProgramError(command, code, everything.trim()))));
  });
}

/** A server that outlives this program. Its files are `<dir>/<name>.pid` and `<dir>/<name>.log`. */
export type Daemon = {
  name: string;
  dir: string;
  command: readonly string[];
  env?: NodeJS.ProcessEnv;
  cwd?: string;
};

type Identity = Pick<Daemon, 'name' | 'dir'>;

/**
 * Starts a server unless it runs already. A server in the namespace gives its command through `inside()`: `nsenter`,
 * `unshare` and `chroot` all replace themselves, so the pid is the server's own.
 */
export async function startDaemon(daemon: Daemon): Promise<'started' | 'running'> {
  if (runningPid(daemon) !== undefined) return 'running';
  await untilPortsAreFree(daemon);
  mkdirSync(daemon.dir, { recursive: true });
  const log = logFile(daemon);
  if (existsSync(log)) renameSync(log, `${log}.1`);
  const output = openSync(log, 'a', 0o600);
  const [program, ...args] = daemon.command as [string, ...string[]];
  const child = spawn(program, args, {
    detached: true,
    stdio: ['ignore', output, output],
    cwd: daemon.cwd ?? '/',
    env: { ...process.env, ...daemon.env },
  });
  closeSync(output);
  await new Promise<void>((started, fail) => {
    child.once('spawn', started);
    child.once('error', (error) =>
      fail(new Failure(`${daemon.name} cannot be started: ${error.message}`, 'Run: make doctor')),
    );
  });
  writePidFile(daemon, child.pid as number);
  child.unref();
  return 'started';
}

/** The server's pid, if that very process still lives: a pid that the system has given to another program does not count. */
export function runningPid(daemon: Identity): number | undefined {
  const [pid, startedAt] = readText(pidFile(daemon)).trim().split(' ');
  if (!pid || !startedAt) return undefined;
  return processStart(Number(pid)) === startedAt ? Number(pid) : undefined;
}

/** Of a server that was killed, threads may live on for a moment and hold its ports: the process is a zombie meanwhile. */
async function untilPortsAreFree(daemon: Identity): Promise<void> {
  const [pid] = readText(pidFile(daemon)).trim().split(' ');
  const isEnding = () => readText(`/proc/${pid}/stat`).includes(') Z ') && countThreads(Number(pid)) > 1;
  for (const deadline = performance.now() + 5000; pid && isEnding() && performance.now() < deadline;) await pause(20);
}

function countThreads(pid: number): number {
  return Number(/^Threads:\s+(\d+)/m.exec(readText(`/proc/${pid}/status`))?.[1] ?? 0);
}

/** Stops a server by its pid: SIGTERM, and SIGKILL after the grace. A server that is not there is stopped already. */
export async function stopDaemon(
  daemon: Identity,
  graceMs = 10_000,
  signal: NodeJS.Signals = 'SIGTERM',
): Promise<'stopped' | 'absent'> {
  const pid = runningPid(daemon);
  if (pid !== undefined) await endProcess(pid, graceMs, signal);
  rmSync(pidFile(daemon), { force: true });
  return pid === undefined ? 'absent' : 'stopped';
}

/** Ends one process and waits until it is gone. */
export async function endProcess(pid: number, graceMs: number, first: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  const start = processStart(pid);
  const isThere = () => start !== undefined && processStart(pid) === start;
  for (const [signal, waitMs] of [
    [first, graceMs],
    ['SIGKILL', 5000],
  ] as const) {
    if (!isThere()) return;
    signalProcess(pid, signal);
    const deadline = performance.now() + waitMs;
    while (isThere() && performance.now() < deadline) await pause(20);
  }
  if (isThere()) throw new Failure(`Process ${pid} does not end, not even by SIGKILL.`, 'Restart the machine.');
}

function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // it ended meanwhile
  }
}

export type WaitOptions = { withinMs: number; everyMs?: number; daemon?: Identity };

/** Waits until `check` answers true. Gives up at the deadline, or at once when the server has died, and shows the end of its log. */
export async function waitUntil(what: string, check: () => Promise<boolean>, options: WaitOptions): Promise<void> {
  const { withinMs, everyMs = 100, daemon } = options;
  const deadline = performance.now() + withinMs;
  const remedy = () => (daemon ? `Its log, ${logFile(daemon)}, ends with:\n${logTail(daemon)}` : 'Run: make status');
  for (;;) {
    if (await check()) return;
    if (daemon && runningPid(daemon) === undefined)
      throw new Failure(
        `${what}: ${daemon.name} ended.`,
        `Its log, ${logFile(daemon)}, ends with:\n${logTail(daemon)}`,
      );
    if (performance.now() > deadline) throw new Failure(`${what}: not within ${withinMs / 1000} s.`, remedy());
    await pause(everyMs);
  }
}

export function logTail(daemon: Identity, lines = 15): string {
  return readText(logFile(daemon)).trimEnd().split('\n').slice(-lines).join('\n');
}

export const pidFile = ({ dir, name }: Identity) => join(dir, `${name}.pid`);
export const logFile = ({ dir, name }: Identity) => join(dir, `${name}.log`);

/** What tells a process from a later one with the same pid: the boot, and the tick at which it started. Undefined: no such process. */
export function processStart(pid: number): string | undefined {
  const stat = readText(`/proc/${pid}/stat`);
  if (!stat) return undefined;
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' '); // the name before may hold spaces and parentheses
  const isZombie = fields[0] === 'Z';
  return isZombie ? undefined : `${readText('/proc/sys/kernel/random/boot_id').trim()}/${fields[19]}`;
}

function writePidFile(daemon: Identity, pid: number): void {
  const file = pidFile(daemon);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, `${pid} ${processStart(pid) ?? 'ended'}\n`);
  renameSync(`${file}.new`, file);
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
