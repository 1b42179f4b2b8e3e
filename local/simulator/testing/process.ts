import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** A simulator as it runs in earnest: a process that can be killed. */
export type SimulatorProcess = {
  url: string;
  /** As a crash would. */
  kill: () => Promise<void>;
  stop: () => Promise<void>;
};

export async function startProcess(main: string, env: Record<string, string>): Promise<SimulatorProcess> {
  const child = spawn(process.execPath, [main], {
    env: { PATH: process.env['PATH'], NODE_NO_WARNINGS: '1', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = await firstUrl(child);
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await once(child, 'exit');
  };
  return { url, kill: () => end('SIGKILL'), stop: () => end('SIGTERM') };
}

async function firstUrl({ stdout }: ChildProcess): Promise<string> {
  for await (const line of createInterface({ input: stdout as NodeJS.ReadableStream })) {
    const url = /http:\S+/.exec(line)?.[0];
    if (url) return url;
  }
  throw new Error('the simulator ended before it listened');
}
