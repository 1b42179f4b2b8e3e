import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  endProcess,
  execute,
  pidFile,
  processStart,
  runningPid,
  startDaemon,
  stopDaemon,
  waitUntil,
} from './process.ts';

let dir: string;
const started: { name: string; dir: string }[] = [];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'storefront-process-'));
});

afterEach(async () => {
  for (const daemon of started.splice(0)) await stopDaemon(daemon, 100);
  rmSync(dir, { recursive: true });
});

function shell(name: string, script: string) {
  const daemon = { name, dir, command: ['sh', '-c', script] };
  started.push(daemon);
  return daemon;
}

describe('a server that outlives make', () => {
  it('is started once', async () => {
    const sleeper = shell('sleeper', 'exec sleep 60');
    expect(await startDaemon(sleeper)).toBe('started');
    const pid = runningPid(sleeper);
    expect(await startDaemon(sleeper)).toBe('running');
    expect(runningPid(sleeper)).toBe(pid);
    expect(await stopDaemon(sleeper)).toBe('stopped');
    expect(await stopDaemon(sleeper)).toBe('absent');
    expect(processStart(pid as number)).toBeUndefined();
  });

  it('is killed when it does not listen to SIGTERM', async () => {
    const deaf = shell('deaf', 'trap "" TERM; echo ready; while :; do sleep 0.05; done');
    await startDaemon(deaf);
    const isReady = async () => readFileSync(join(dir, 'deaf.log'), 'utf8').includes('ready');
    await waitUntil('deaf', isReady, { withinMs: 5000, daemon: deaf });
    expect(await stopDaemon(deaf, 200)).toBe('stopped');
    expect(runningPid(deaf)).toBeUndefined();
  });

  it('is told apart from another program that has got its pid', async () => {
    const other = spawn('sleep', ['60']);
    try {
      const daemon = { name: 'gone', dir };
      writeFileSync(pidFile(daemon), `${other.pid} another-boot/12345\n`);
      expect(runningPid(daemon)).toBeUndefined();
      expect(await stopDaemon(daemon)).toBe('absent');
      expect(processStart(other.pid as number)).toBeDefined();
    } finally {
      await endProcess(other.pid as number, 1000);
    }
  });

  it('says at once, and with its last words, that it ended', async () => {
    const broken = shell('broken', 'echo cannot bind 10.0.0.1:80 >&2; exit 3');
    await startDaemon(broken);
    const waiting = waitUntil('broken', async () => false, { withinMs: 20_000, daemon: broken });
    await expect(waiting).rejects.toThrow(/broken: broken ended[^]*cannot bind 10\.0\.0\.1:80/);
  });

  it('is given up at the deadline', async () => {
    const slow = shell('slow', 'echo still loading; exec sleep 60');
    await startDaemon(slow);
    const waiting = waitUntil('slow', async () => false, { withinMs: 300, daemon: slow });
    await expect(waiting).rejects.toThrow(/slow: not within 0\.3 s[^]*still loading/);
  });

  it('cannot be started when its program is missing', async () => {
    const daemon = { name: 'absent', dir, command: ['/nowhere/absent'] };
    await expect(startDaemon(daemon)).rejects.toThrow('absent cannot be started');
    expect(runningPid(daemon)).toBeUndefined();
  });
});

describe('running a program', () => {
  it('gives its output', async () => {
    expect(await execute(['cat'], { input: 'hello' })).toBe('hello');
  });

  it('fails with what it said last', async () => {
    await expect(execute(['sh', '-c', 'echo no such table >&2; exit 4'])).rejects.toMatchObject({
      exitCode: 4,
      output: 'no such table',
    });
  });
});
