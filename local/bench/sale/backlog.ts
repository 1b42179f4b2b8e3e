import { join } from 'node:path';
import { executeInside } from '../../network.ts';
import { paths } from '../../paths.ts';

/** How fast one relay, or one consumer, gets through messages that wait. */
export type Backlog = { what: string; perSecond: number };

const messages = 10_000;

/** In a database, a vhost and a collection of its own on the shop's stores, gone afterwards. */
export async function measureBacklog(): Promise<Backlog[]> {
  const program = join(paths.checkout, 'services/kit/bench/broker.ts');
  const output = await executeInside([process.execPath, program, String(messages)], {
    env: { STOREFRONT_TEST_STORES: paths.storesFile('shop') },
    onLine: (line) => console.log(`  ${line}`),
  });
  return readBacklog(output);
}

/** Of what it prints, the ways of messages: `outbox in PostgreSQL → broker   2345/s, …`. */
export function readBacklog(output: string): Backlog[] {
  return [...output.matchAll(/^(.+ → .+?) +(\d+)\/s/gm)].map(([, what = '', perSecond]) => ({
    what,
    perSecond: Number(perSecond),
  }));
}
