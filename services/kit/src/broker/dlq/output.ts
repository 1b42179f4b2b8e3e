import { inspect } from 'node:util';

/** Results on standard output; what is only for the person who waits on standard error. */
export type Output = {
  letter(summary: { diedAt: string; reason: string; type: string; id: string; queue: string; outcome?: string }): void;
  whole(letter: object): void;
  say(text: string): void;
  /** Seen when it takes longer than 2 s. */
  progress(text: string): void;
};

const progressMs = 2_000;

export function createOutput({ isJson }: { isJson: boolean }): Output {
  let toldAt = performance.now();
  const line = (text: string) => process.stdout.write(`${text}\n`);
  return {
    letter(summary) {
      if (isJson) return void line(JSON.stringify(summary));
      const { diedAt, queue, reason, type, id, outcome = '' } = summary;
      line([diedAt, queue.padEnd(16), reason.padEnd(14), type.padEnd(24), id, outcome].join('  ').trimEnd());
    },
    whole(letter) {
      line(
        isJson
          ? JSON.stringify(letter)
          : inspect(letter, { depth: null, colors: process.stdout.isTTY, breakLength: 120 }),
      );
    },
    say: (text) => void process.stderr.write(`${text}\n`),
    progress(text) {
      if (performance.now() - toldAt < progressMs) return;
      toldAt = performance.now();
      process.stderr.write(`${text}\n`);
    },
  };
}
