import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { clusterRuns } from './cluster/cluster.ts';
import { startDaemon, stopDaemon } from './process.ts';
import { runSteps } from './steps.ts';
import { undoing } from './undo.ts';

let dir: string;
const program = (name: string) => ({ identity: { name, dir } });
const start = (name: string) => startDaemon({ name, dir, command: ['sleep', '60'] });

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'storefront-undo-'));
});

afterEach(async () => {
  for (const name of ['etcd', 'kube-proxy', 'redis']) await stopDaemon({ name, dir }, 100);
  rmSync(dir, { recursive: true });
});

/** A `make up` whose last step fails, on a cluster of two programs and stores of one. */
async function failingRun(): Promise<string[]> {
  const stopped: string[] = [];
  const stop = (name: string) => async () => void stopped.push(name);
  const cluster = [program('etcd'), program('kube-proxy')];
  const parts = [
    { runs: () => clusterRuns(cluster), stop: stop('cluster') },
    { runs: () => clusterRuns([program('redis')]), stop: stop('stores') },
  ];
  const steps = undoing(parts, [
    { name: 'stores', run: async () => void (await start('redis')) },
    { name: 'cluster', run: async () => void (await Promise.all([start('etcd'), start('kube-proxy')])) },
    { name: 'image', run: () => Promise.reject(new Error('no image')) },
  ]);
  await expect(runSteps(steps, () => undefined)).rejects.toThrow('no image');
  return stopped;
}

describe('a run that fails', () => {
  it('stops what it started', async () => {
    expect(await failingRun()).toEqual(['cluster', 'stores']);
  });

  it('leaves a cluster alone of which a program had died before it', async () => {
    await start('etcd');
    expect(await failingRun()).toEqual(['stores']);
  });

  it('leaves all alone that ran before it', async () => {
    await Promise.all(['etcd', 'kube-proxy', 'redis'].map(start));
    expect(await failingRun()).toEqual([]);
  });
});
