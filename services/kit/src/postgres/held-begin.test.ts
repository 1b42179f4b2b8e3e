import type { QueryResult } from 'pg';
import { beforeEach, describe, expect, it } from 'vitest';
import { committing, withHeldBegin } from './held-begin.ts';

const sent: string[] = [];
let ended = 0;
beforeEach(() => {
  sent.length = 0;
  ended = 0;
});

/** A connection that answers each text when it is told to. */
function connection() {
  const answers: { text: string; answer: (error?: Error) => void }[] = [];
  const ask = withHeldBegin(
    (text) =>
      new Promise((resolve, reject) => {
        sent.push(text);
        const rows = [{ text }];
        const answer = (error?: Error) => (error ? reject(error) : resolve({ rows } as QueryResult));
        answers.push({ text, answer });
      }),
    () => {
      ended += 1;
    },
  );
  return { ask, answers };
}

describe('a BEGIN that is held', () => {
  it('goes out with the first statement, and only with that', async () => {
    const { ask, answers } = connection();
    await ask('begin');
    expect(sent).toEqual([]);
    const first = ask('insert', [1]);
    expect(sent).toEqual(['begin', 'insert']);
    for (const { answer } of answers) answer();
    expect((await first).rows).toEqual([{ text: 'insert' }]);
    void ask('update');
    void ask('commit');
    expect(sent).toEqual(['begin', 'insert', 'update', 'commit']);
  });

  it.each(['commit', 'rollback'])(
    'is not sent at all where the transaction asks nothing before its %s',
    async (end) => {
      const { ask } = connection();
      await ask('begin');
      expect((await ask(end)).command).toBe(end.toUpperCase());
      expect(sent).toEqual([]);
      void ask('select');
      expect(sent).toEqual(['select']);
    },
  );

  it('is not sent where the first statement commits', async () => {
    const { ask, answers } = connection();
    await ask('begin');
    const only = ask(`insert ${committing}`);
    expect(sent).toEqual([`insert ${committing}`]);
    answers[0]?.answer();
    await only;
    await expect(ask('update')).rejects.toThrow('after the one that committed');
    expect((await ask('commit')).command).toBe('COMMIT');
    void ask('select');
    expect(sent).toEqual([`insert ${committing}`, 'select']);
  });

  it('is held again behind a statement that was to commit and failed', async () => {
    const { ask, answers } = connection();
    await ask('begin');
    const first = ask('insert');
    for (const { answer } of answers) answer();
    await first;
    const last = ask(`update ${committing}`);
    expect(sent.slice(2)).toEqual([`update ${committing}`, 'commit']);
    answers[2]?.answer(new Error('no'));
    answers[3]?.answer();
    await expect(last).rejects.toThrow('no');
    void ask('select');
    void ask('rollback');
    expect(sent.slice(4)).toEqual(['begin', 'select', 'rollback']);
  });

  it('that fails takes the statement behind it along, and the connection', async () => {
    const { ask, answers } = connection();
    await ask('begin');
    const first = ask('insert');
    answers[0]?.answer(new Error('no'));
    answers[1]?.answer();
    await expect(first).rejects.toThrow('no');
    expect(ended).toBe(1);
  });
});
