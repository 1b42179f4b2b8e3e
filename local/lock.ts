import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { paths } from './paths.ts';
import { processStart } from './process.ts';
import { Failure } from './steps.ts';

type Holder = { pid: number; start: string; command: string; checkout: string };

/** One run of `make` at a time changes the machine; a lock whose process has ended counts for nothing. */
export async function withLock<T>(command: string, work: () => Promise<T>, file: string = paths.lock): Promise<T> {
  takeLock(command, file);
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

function takeLock(command: string, file: string): void {
  mkdirSync(dirname(file), { recursive: true });
  const own = `${file}.${process.pid}`;
  const holder: Holder = {
    pid: process.pid,
    start: processStart(process.pid) ?? '',
    command,
    checkout: paths.checkout,
  };
  writeFileSync(own, JSON.stringify(holder));
  try {
    if (link(own, file)) return;
    const other = readHolder(file);
    if (other) throw refusal(other);
    rmSync(file, { force: true }); // its holder was killed
    if (!link(own, file)) throw new Failure('Another make has just started.', 'Wait for it to end.');
  } finally {
    rmSync(own, { force: true });
  }
}

/** The run that holds the lock, if it still lives. */
export function readHolder(file: string = paths.lock): Holder | undefined {
  try {
    const holder = JSON.parse(readFileSync(file, 'utf8')) as Holder;
    return processStart(holder.pid) === holder.start ? holder : undefined;
  } catch {
    return undefined;
  }
}

function refusal({ pid, command, checkout }: Holder): Failure {
  const place = checkout === paths.checkout ? '' : ` in ${checkout}`;
  return new Failure(
    `\`make ${command}\` (pid ${pid})${place} is at work on this machine.`,
    `Wait for it to end, or stop it: kill ${pid}`,
  );
}

/** A link appears whole or not at all, and never over an existing file. */
function link(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}
