import { type ChildProcess, spawn } from 'node:child_process';

/** Thrown where the person wants no more of it. */
export class Interrupted extends Error {
  override name = 'Interrupted';
}

export type RunOptions = { env?: NodeJS.ProcessEnv; cwd: string };

/**
 * Ctrl-C and SIGTERM end the programs at work with all their children, so that the run comes to its clean-up instead of
 * leaving servers behind.
 */
export type Interruption = {
  /** Runs a program on the person's terminal and gives its exit code. */
  run: (command: readonly string[], options: RunOptions) => Promise<number>;
  /** Throws `Interrupted` once the person has asked for the end. */
  check: () => void;
  release: () => void;
};

export function watchInterruption(): Interruption {
  let isAsked = false;
  const atWork = new Set<ChildProcess>();
  const ask = () => {
    isAsked = true;
    for (const { pid: group } of atWork) {
      if (group === undefined) continue;
      signalGroup(group, 'SIGTERM');
      setTimeout(() => signalGroup(group, 'SIGKILL'), 5000).unref();
    }
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, ask);
  const check = () => {
    if (isAsked) throw new Interrupted('interrupted');
  };
  return {
    async run([program, ...args], { env, cwd }) {
      check();
      const child = spawn(program as string, args, {
        stdio: ['ignore', 'inherit', 'inherit'],
        detached: true, // a process group of its own
        cwd,
        env: { ...process.env, ...env },
      });
      atWork.add(child);
      const code = await new Promise<number>((done, fail) => {
        child.once('error', fail);
        child.once('close', (exitCode) => done(exitCode ?? 1));
      });
      atWork.delete(child);
      check();
      return code;
    },
    check,
    release: () => signals.forEach((signal) => process.off(signal, ask)),
  };
}

function signalGroup(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal);
  } catch {
    // all of them ended meanwhile
  }
}
