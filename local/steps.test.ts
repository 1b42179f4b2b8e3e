import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { execute } from './process.ts';
import { describeError, Failure, formatSeconds, runCommand, runSteps } from './steps.ts';
import { asFailure } from './tools/failures.ts';

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

  it.each<[string, () => Promise<unknown>, string]>([
    ['Node', async () => writeFileSync('/dev/full', 'x'), 'ENOSPC: no space left on device'],
    ['a program', () => execute(['sh', '-c', 'env echo x >/dev/full']), 'No space left on device'],
    ['a program that is known to fail', () => failingBuild(), 'No space left on device'],
    [
      'the log of a server',
      () => Promise.reject(new Failure('redis: redis ended.', 'Its log: No space left on device')),
      'No space',
    ],
    [
      'one of several',
      () => Promise.reject(new AggregateError([new Error('a: Disk quota exceeded')])),
      'a: Disk quota exceeded',
    ],
    [
      'a quota',
      () => Promise.reject(Object.assign(new Error('Unknown system error -122'), { errno: -122 })),
      'error -122',
    ],
  ])('says that the disk is full, when %s does, and how much is free where', async (_, work, said) => {
    const error = await work().catch((caught: unknown) => caught);
    const text = describeError('up', error);
    expect(text).toMatch(/^\nmake up: the disk is full\.\n/);
    expect(text).toContain(said);
    expect(text).toMatch(/Free by now: \d+\.\d GiB at \//);
    expect(text).toContain('make clean');
    expect(text).not.toMatch(/bug|steps\.test\.ts/);
  });

  it('names what could not be done for want of space, and the disk of the file', async () => {
    const text = describeError('up', await failingBuild().catch((caught: unknown) => caught));
    expect(text).toContain('consul could not be built');
    const ended = new Failure('redis: redis ended.', `Its log:\n${'a line\n'.repeat(50)}No space left on device`);
    expect(describeError('up', ended)).toMatch(/full\.\n {2}No space[^]*redis ended[^]*a line\n {4}No space/);
    const error = Object.assign(new Error('ENOSPC: no space left on device, copyfile'), { path: '/proc/self/none' });
    expect(describeError('up', error)).toContain('GiB at /proc/self/none');
  });

  it.each([
    [() => Promise.resolve(), 0],
    [() => Promise.resolve(3), 3],
    [() => Promise.reject(new Failure('no.', 'yes.')), 1],
  ])('ends with an exit code', async (work: () => Promise<number | void>, code) => {
    expect(await runCommand('test', work)).toBe(code);
  });
});

const failingBuild = () =>
  execute(['sh', '-c', 'env echo x >/dev/full']).catch((error: unknown) => {
    throw asFailure('consul could not be built', error);
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
