import type { Say, Step } from './steps.ts';

/** What steps may start. It runs as soon as anything of it does, well or not. */
export type Part = { runs: () => boolean; stop: () => Promise<void> };

/** The steps; when one fails, the parts that did not run before them are stopped, in this order. What ran stays. */
export function undoing(parts: readonly Part[], steps: readonly Step[]): Step[] {
  const started = parts.filter(({ runs }) => !runs());
  return steps.map(({ name, run }) => ({
    name,
    async run(say: Say) {
      try {
        return await run(say);
      } catch (error) {
        say('failed; what this run started is stopped again');
        for (const { stop } of started) await stop();
        throw error;
      }
    },
  }));
}
