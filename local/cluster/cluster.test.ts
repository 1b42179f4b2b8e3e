import { stat } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { executeInside } from '../network.ts';
import { runningPid } from '../process.ts';
import { allPrograms, clusterIsHealthy, startCluster } from './cluster.ts';
import { createKubectl } from './kubectl.ts';
import { folders } from './layout.ts';

const reason = process.env['STOREFRONT_TEST_KUBECONFIG'] ? '' : ' (needs the cluster: make test)';

describe.skipIf(reason !== '')(`the machine's cluster${reason}`, () => {
  it('is left alone while it is well', async () => {
    const before = allPrograms().map(({ identity }) => runningPid(identity));
    expect(await startCluster()).toBe('unchanged');
    expect(allPrograms().map(({ identity }) => runningPid(identity))).toEqual(before);
  });

  it.each(allPrograms().map(({ identity }) => identity.name))(
    'gets back a %s that was killed, and only that, with all its data',
    async (name) => {
      const kubectl = createKubectl();
      const label = `test-${Date.now()}`;
      await kubectl.run(['create', 'configmap', label]);
      const pids = () => allPrograms().map(({ identity }) => [identity.name, runningPid(identity)] as const);
      const before = new Map(pids());

      process.kill(before.get(name) as number, 'SIGKILL');
      await expect.poll(clusterIsHealthy, { timeout: 10_000 }).toBe(false);
      expect(await startCluster()).toBe('repaired');

      expect(await clusterIsHealthy()).toBe(true);
      expect(
        pids()
          .filter(([each, pid]) => before.get(each) !== pid)
          .map(([each]) => each),
      ).toEqual([name]);
      await kubectl.run(['delete', 'configmap', label]);
    },
    120_000,
  );

  it('leads to a pod whose way was half removed when its kube-proxy was killed', async () => {
    const chains = async () => (await executeInside(['nft', '-nn', 'list', 'chains', 'ip'])).split('\n');
    const line = (await chains()).find((text) => text.includes('chain endpoint-') && text.includes('kube-dns'));
    const chain = line?.trim().split(' ')[1] as string;
    await executeInside(['nft', `flush chain ip kube-proxy ${chain}`]);

    process.kill(runningPid(allPrograms().at(-1)!.identity) as number, 'SIGKILL');
    await expect.poll(clusterIsHealthy, { timeout: 10_000 }).toBe(false);
    expect(await startCluster()).toBe('repaired');

    expect(await executeInside(['nft', 'list', 'chain', 'ip', 'kube-proxy', chain])).toContain('dnat to');
  }, 60_000);

  it('is not well while no address of a service leads anywhere', async () => {
    await executeInside(['nft', 'delete table ip kube-proxy']);
    expect(await clusterIsHealthy()).toBe(false);

    process.kill(runningPid(allPrograms().at(-1)!.identity) as number, 'SIGKILL');
    expect(await startCluster()).toBe('repaired');
    expect(await clusterIsHealthy()).toBe(true);
  }, 60_000);

  it('holds its keys where only root reads them', async () => {
    expect((await stat(folders.pki)).mode & 0o777).toBe(0o700);
  });
});
