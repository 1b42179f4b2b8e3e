import { describe, expect, it } from 'vitest';
import { describeError, Failure, formatSeconds, runCommand, runSteps } from './steps.ts';

describe('a message a person can act on', () => {
  it('says what is wrong and what to do, and nothing of the code', () => {
    const failure = new Failure(
      'port 8080 is taken by pid 4121 (java).',
      'Stop it, or choose another:\nmake up PORT=8090',
    );
    expect(describeError('up', failure)).toBe(
      '\nmake up: port 8080 is taken by pid 4121 (java).\n  Stop it, or choose another:\n  make up PORT=8090',
    );
  });

  it('keeps the stack of what nobody expected', () => {
    const text = describeError('up', new TypeError('undefined is not a function'));
    expect(text).toContain('This is a bug');
    expect(text).toContain('steps.test.ts');
  });

  it.each([
    [() => Promise.resolve(), 0],
    [() => Promise.resolve(3), 3],
    [() => Promise.reject(new Failure('no.', 'yes.')), 1],
  ])('ends with an exit code', async (work: () => Promise<number | void>, code) => {
    expect(await runCommand('test', work)).toBe(code);
  });
});

describe('running steps', () => {
  it('prints each with its progress and its outcome', async () => {
    const lines: string[] = [];
    const tools = async (say: (line: string) => void) => {
      say('building consul');
      return 'new: consul';
    };
    const steps = [
      { name: 'tools', run: tools },
      { name: 'network', run: async () => undefined },
    ];
    await runSteps(steps, (line) => lines.push(line));
    expect(lines.map((line) => line.replace(/\d+\.\d s/, '…'))).toEqual([
      '  tools    building consul  (…)',
      '✓ tools    new: consul  …',
      '✓ network  done  …',
    ]);
  });

  it('stops at the first that fails', async () => {
    const lines: string[] = [];
    const ran: string[] = [];
    const steps = ['one', 'two', 'three'].map((name) => ({
      name,
      run: async () => {
        ran.push(name);
        if (name === 'two') throw new Failure('two is broken.', 'Mend it.');
      },
    }));
    await expect(runSteps(steps, (line) => lines.push(line))).rejects.toThrow('two is broken.');
    expect(ran).toEqual(['one', 'two']);
    expect(lines.at(-1)).toMatch(/^✗ two/);
  });

  it.each([
    [0.04, '0.0 s'],
    [12.34, '12.3 s'],
    [125, '2 min 05 s'],
  ])('%d seconds are %s', (seconds, text) => {
    expect(formatSeconds(seconds)).toBe(text);
  });
});
