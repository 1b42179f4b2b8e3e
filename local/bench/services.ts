import { componentLabel, storefrontLabel } from '@storefront/operator/labels';
import { createKubectl } from '../cluster/kubectl.ts';
import { containersOf, isServing, type Pod } from '../shop/pods.ts';
import { listProcesses } from '../status/processes.ts';

/** Of each service the worst pod: milliseconds from its process's start until it listens, and bytes of PSS. */
export type ServiceFigures = { service: string; startMs: number; idleBytes: number };

const appPods = ['pods', '--all-namespaces', '-l', `${storefrontLabel},${componentLabel}`];

/** What the services' own containers are at the moment; their sidecars are apart. */
export async function readServices(): Promise<ServiceFigures[]> {
  const kubectl = createKubectl();
  const { items } = (await kubectl.get<{ items: ServicePod[] }>(appPods)) ?? { items: [] };
  const processes = listProcesses();
  const worst = new Map<string, ServiceFigures>();
  for (const pod of items.filter(isServing)) {
    const service = pod.metadata.labels?.[componentLabel] ?? '';
    const { name, namespace } = pod.metadata;
    const log = await kubectl.run(['-n', namespace, 'logs', name, '-c', 'app', '--limit-bytes=20000']);
    const startMs = Number(/"tookMs":(\d+),"msg":"started"/.exec(log)?.[1]);
    const id = containerId(pod);
    const own = processes.filter(({ cgroup }) => cgroup.includes(id));
    const idleBytes = own.reduce((sum, { pssBytes }) => sum + pssBytes, 0);
    const before = worst.get(service) ?? { service, startMs: 0, idleBytes: 0 };
    worst.set(service, {
      service,
      startMs: Math.max(before.startMs, startMs),
      idleBytes: Math.max(before.idleBytes, idleBytes),
    });
  }
  return [...worst.values()].sort((a, b) => (a.service < b.service ? -1 : 1));
}

type ServicePod = Pod & { metadata: { namespace: string } };

const containerId = (pod: Pod): string =>
  containersOf(pod)
    .find(({ name }) => name === 'app')
    ?.containerID?.split('//')[1] ?? 'none';
