import { describe, expect, it } from 'vitest';
import type { Pod } from '../shop/pods.ts';
import { formatReport } from './format.ts';
import { groupCpu, groupMemory } from './memory.ts';
import type { Process } from './processes.ts';
import type { Report } from './report.ts';

const started = (name: string) => ({ name, ready: true, restartCount: 0, containerID: `containerd://id-of-${name}` });
const pod: Pod = {
  metadata: { name: 'acme-product-1', labels: { 'storefront.dev/storefront': 'acme' } },
  status: { phase: 'Running', initContainerStatuses: [started('consul')], containerStatuses: [started('app')] },
};
const process = (pid: number, rest: Partial<Process>): Process => ({
  pid,
  parent: 1,
  command: '',
  cgroup: '',
  pssBytes: 10,
  cpuMs: 0,
  ...rest,
});
const inPod = (container: string) => `4:memory:/kubepods/burstable/pod1/id-of-${container}\n0::/`;

describe('the memory of a shop', () => {
  it('counts processes by their container, and those of servers with their children', () => {
    const processes = [
      process(10, { cgroup: inPod('app') }),
      process(11, { cgroup: inPod('app'), pssBytes: 5 }),
      process(12, { cgroup: inPod('consul') }),
      process(20, {}),
      process(21, { parent: 20, pssBytes: 3 }),
      process(30, { command: 'containerd-shim-runc-v2 -address /run/storefront/cluster/containerd.sock' }),
      process(40, { command: 'a stranger' }),
    ];
    const memory = groupMemory(processes, [pod], new Map([[20, 'stores']]));
    expect(memory).toMatchObject({ services: 15, consul: 10, stores: 13, kubernetes: 10, nginx: 0 });
  });

  it('counts processor time the same way', () => {
    const processes = [process(10, { cgroup: inPod('app'), cpuMs: 40 }), process(20, { cpuMs: 7 })];
    expect(groupCpu(processes, [pod], new Map([[20, 'stores']]))).toMatchObject({ services: 40, stores: 7 });
  });

  it('counts what holds a pod open as Kubernetes', () => {
    expect(groupMemory([process(10, { cgroup: inPod('pause') })], [pod], new Map()).kubernetes).toBe(10);
  });
});

it('the report names what is not well, and why', () => {
  const report: Report = {
    cluster: 'healthy',
    storefronts: [{ namespace: 'shop', name: 'acme', url: 'http://127.0.0.1:8080', conditions: [] }],
    pods: [{ namespace: 'shop', name: 'acme-web-1', isReady: false, restarts: 2, why: 'app: CrashLoopBackOff' }],
    stores: [
      { instance: 'shop', name: 'mongo', isRunning: true },
      { instance: 'shop', name: 'cache', isRunning: false },
    ],
    memory: groupMemory([], [], new Map()),
    cpu: groupCpu([], [], new Map()),
  };
  const text = formatReport(report);
  expect(text).toContain('shop/acme  http://127.0.0.1:8080');
  expect(text).toContain('shop/acme-web-1  app: CrashLoopBackOff, 2 restarts');
  expect(text).toContain('shop  mongo, cache (stopped)');
});
