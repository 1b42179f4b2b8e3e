import { setTimeout as pause } from 'node:timers/promises';

import { Agent, request } from 'undici';
import { onTestFinished } from 'vitest';

/** Addresses of the node: requests come from several, as customers do, so that no client's budget is what is measured. */
const sources = ['10.200.0.1', '10.200.0.11', '10.200.0.12'];

export interface LoadResult {
  sent: number;
  /** What was not answered with 200, counted by status or error. */
  failures: Record<string, number>;
  /** Milliseconds, ascending. */
  times: number[];
}

export interface Load {
  /** Ends the load, waits for what is under way, and says what came back. */
  stop(): Promise<LoadResult>;
}

/** Sends GETs at a fixed rate whatever comes back (an open model: a slow answer does not slow the next request). */
export function startLoad(url: (index: number) => string, perSecond: number): Load {
  const agents = sources.map((localAddress) => new Agent({ localAddress, connections: 128 }));
  const result: LoadResult = { sent: 0, failures: {}, times: [] };
  const underWay = new Set<Promise<void>>();
  const stopping = new AbortController();

  async function send(index: number): Promise<void> {
    const startedAt = performance.now();
    const outcome = await get(url(index), agents[index % agents.length] as Agent);
    if (outcome === 200) result.times.push(performance.now() - startedAt);
    else result.failures[outcome] = (result.failures[outcome] ?? 0) + 1;
  }

  async function run(): Promise<void> {
    const startedAt = performance.now();
    while (!stopping.signal.aborted) {
      const due = ((performance.now() - startedAt) / 1000) * perSecond;
      for (; result.sent < due; result.sent += 1) {
        const sending: Promise<void> = send(result.sent).finally(() => underWay.delete(sending));
        underWay.add(sending);
      }
      await pause(5);
    }
  }

  async function end(): Promise<LoadResult> {
    await running;
    await Promise.all(underWay);
    await Promise.all(agents.map((agent) => agent.close()));
    result.times.sort((a, b) => a - b);
    return result;
  }

  const running = run();
  let ended: Promise<LoadResult> | undefined;
  const stop = () => {
    stopping.abort();
    return (ended ??= end());
  };
  onTestFinished(async () => void (await stop())); // a test that failed leaves no load to the next one
  return { stop };
}

async function get(url: string, dispatcher: Agent): Promise<number | string> {
  try {
    const { statusCode, body } = await request(url, { dispatcher, headersTimeout: 10_000 });
    await body.dump();
    return statusCode;
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
}
