/** Exponential from 50 ms to 2 s, the upper half of it at random, so that a fleet does not come back in step. */
export function backOffMs(attempt: number, random: number): number {
  const ceiling = Math.min(2_000, 50 * 2 ** Math.min(attempt, 10));
  return Math.round(ceiling / 2 + (random * ceiling) / 2);
}
