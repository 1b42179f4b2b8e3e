import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { processStart } from '../process.ts';

/** A run whose program has a child of its own, and whose clean-up says that it was reached. */
const script = `
import { watchInterruption } from '${join(import.meta.dirname, 'interruption.ts')}';
const interruption = watchInterruption();
try {
  await interruption.run(['sh', '-c', 'sleep 300 & echo $!; wait'], { cwd: '/' });
} catch (error) {
  console.log('clean-up after', error.name);
} finally {
  interruption.release();
}`;

describe('a run that is interrupted', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    'ends what is at work with its children on %s, then cleans up',
    async (signal) => {
      const run = spawn(process.execPath, ['--input-type=module', '-e', script], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let output = '';
      run.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
      await expect.poll(() => output, { timeout: 10_000 }).toMatch(/^\d+\n/);
      const grandchild = Number.parseInt(output, 10);

      run.kill(signal);
      await once(run, 'close');

      expect(output).toContain('clean-up after Interrupted');
      await expect.poll(() => processStart(grandchild)).toBeUndefined();
    },
  );
});
