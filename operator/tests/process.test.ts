/** The operator as a process: it becomes ready, shows its metrics, and ends by itself when it is told to. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import getPort from 'get-port';
import { describe, expect, it, vi } from 'vitest';
import { kubeconfig } from './places.ts';
import { within } from './stage.ts';

const main = new URL('../src/main.ts', import.meta.url).pathname;

const why = kubeconfig ? '' : ' (needs a cluster: set STOREFRONT_TEST_KUBECONFIG)';

describe('the process', () => {
  it('names all its bad settings at once and does not start', async () => {
    const env = { ...process.env, HEALTH_PORT: 'x', WORKERS: '0' };
    const child = spawn(process.execPath, [main], { env, stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const [code] = (await once(child, 'close')) as [number];
    expect(code).not.toBe(0);
    expect(said).toMatch(/HEALTH_PORT[\s\S]*WORKERS/);
  });

  it.skipIf(!kubeconfig)(`is ready when it knows the cluster, and leaves in order${why}`, async () => {
    const port = await getPort();
    const env = { ...process.env, KUBECONFIG: kubeconfig, HEALTH_PORT: String(port), OPERATOR_CLASS: 'process-test' };
    const child = spawn(process.execPath, [main], { env, stdio: 'ignore' });
    const ask = async (path: string) => fetch(`http://127.0.0.1:${port}${path}`);
    await vi.waitFor(async () => expect((await ask('/readyz')).status).toBe(200), within(25_000));
    expect((await ask('/livez')).status).toBe(200);
    const metrics = await (await ask('/metrics')).text();
    for (const name of ['success', 'error', 'requeue', 'requeue_after'])
      expect(metrics).toMatch(new RegExp(`controller_runtime_reconcile_total\\{.*result="${name}".*\\} 0`));
    expect(metrics).toMatch(/rest_client_requests_total\{.*code="200".*method="LIST".*\} [1-9]/);
    expect(metrics).toMatch(/storefront_informer_synced\{.*kind="Deployment".*\} 1/);
    expect(metrics).toMatch(/workqueue_depth\{.*name="storefront".*\} 0/);
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
  });
});
