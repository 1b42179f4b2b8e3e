import { once } from 'node:events';
import { describe, expect, it, vi } from 'vitest';
import { execute, ProgramError } from '../process.ts';
import { makeAll, type Work } from './making.ts';

const say = () => undefined;

describe('works', () => {
  it('are done two at a time, in their order', async () => {
    const begun: string[] = [];
    let most = 0;
    let now = 0;
    const work =
      (name: string): Work =>
      async () => {
        begun.push(name);
        most = Math.max(most, (now += 1));
        await execute(['true']);
        now -= 1;
      };
    await makeAll(['a', 'b', 'c', 'd'].map(work), say);
    expect({ begun, most }).toEqual({ begun: ['a', 'b', 'c', 'd'], most: 2 });
  });

  it('end with the one that fails, and say what it said', async () => {
    const ended: unknown[] = [];
    const long: Work = ({ signal }) =>
      execute(['sleep', '60'], { signal }).then(say, (error) => void ended.push(error));
    const bad: Work = () => Promise.reject(new Error('no space'));
    const late = vi.fn<Work>().mockResolvedValue();
    await expect(makeAll([long, bad, late], say)).rejects.toThrow('no space');
    expect(ended).toEqual([expect.any(ProgramError)]);
    expect(late).not.toHaveBeenCalled();
  });

  it('leave no program behind', async () => {
    const ending = new AbortController();
    const running = execute(
      ['sh', '-c', 'trap "sleep 0.2; echo cleaned; exit 1" TERM; echo ready; while :; do sleep 0.05; done'],
      {
        signal: ending.signal,
        onLine: (line) => line === 'ready' && ending.abort(),
      },
    );
    await once(ending.signal, 'abort');
    await expect(running).rejects.toMatchObject({ output: expect.stringContaining('cleaned') });
  });
});
