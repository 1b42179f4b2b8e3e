import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { paths } from './paths.ts';

/** As the person's kubectl: knows one service, and follows until it is interrupted. */
const kubectl = `#!/bin/sh
case " $* " in
  *" get "*) echo '{"items":[{"metadata":{"labels":{"app.kubernetes.io/component":"product"}}}]}' ;;
  *" --follow "*) echo "follows: $*"; exec sleep 60 ;;
  *) echo "prints: $*" ;;
esac
`;
const program = [process.execPath, join(paths.checkout, 'local/main.ts'), 'logs'];
let dir: string;

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'storefront-logs-'));
  writeFileSync(join(dir, 'kubectl'), kubectl);
  chmodSync(join(dir, 'kubectl'), 0o755);
  writeFileSync(join(dir, 'Makefile'), `logs:\n\t@exec ${program.join(' ')}\n`);
});
afterAll(() => rmSync(dir, { recursive: true }));

/** In a process group of its own, without a terminal; what of it is left when the test ends is killed. */
function start([file, ...args]: string[], env: NodeJS.ProcessEnv = {}) {
  const path = `${dir}${delimiter}${process.env['PATH']}`;
  const whole = { ...process.env, PATH: path, CONTEXT: 'mine', S: 'product', MAKEFLAGS: '', ...env };
  const child = spawn(file as string, args, { env: whole, detached: true });
  onTestFinished(() => signal(child, 'SIGKILL'));
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text: Buffer) => (said += text.toString()));
  return { child, said: () => said };
}

function signal({ pid }: ChildProcess, name: NodeJS.Signals): void {
  try {
    process.kill(-(pid as number), name);
  } catch {
    // all of them have ended
  }
}

const endOf = async (child: ChildProcess) => (await once(child, 'close')) as [number | null, string | null];

describe('make logs', () => {
  it('follows in a terminal until Ctrl-C, which is no failure', async () => {
    const make = `make -f ${join(dir, 'Makefile')} logs`;
    const { child, said } = start(['script', '--quiet', '--return', '--command', make, '/dev/null']);
    await expect.poll(said, { timeout: 10_000 }).toContain('follows: --context mine -n shop logs');
    child.stdin?.write('\u0003');
    expect(await endOf(child)).toEqual([0, null]);
    expect(said()).not.toMatch(/interrupt|error/i);
  });

  it('ends after the last lines where nobody watches', async () => {
    const { child, said } = start(program);
    expect(await endOf(child)).toEqual([0, null]);
    expect(said()).toMatch(/^prints: .* --tail=500\n$/);
  });

  it('follows there as well when it is told to', async () => {
    const { child, said } = start(program, { FOLLOW: '1' });
    await expect.poll(said, { timeout: 10_000 }).toMatch(/^follows: .* --follow --tail=50\n$/);
    signal(child, 'SIGINT');
    await endOf(child);
  });

  it('says which services there are', async () => {
    const { child, said } = start(program, { S: 'products' });
    expect(await endOf(child)).toEqual([1, null]);
    expect(said()).toContain('one of: product');
  });
});
