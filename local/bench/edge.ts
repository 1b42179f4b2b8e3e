import { storefrontLabel } from '@storefront/operator/labels';
import { createKubectl } from '../cluster/kubectl.ts';
import { isServing, type Pod } from '../shop/pods.ts';
import { Failure } from '../steps.ts';

type EdgePod = Omit<Pod, 'spec'> & {
  spec: { initContainers: { name: string; ports?: { name: string; containerPort: number }[] }[] };
};

/**
 * The edge by its pod's own address: from the node, its Service would replace every client's address by the node's, and ten
 * clients would share the budget of one.
 */
export async function findEdge(): Promise<string> {
  const pods = await createKubectl().get<{ items: EdgePod[] }>(['pods', '--all-namespaces', '-l', storefrontLabel]);
  for (const pod of (pods?.items ?? []).filter(isServing)) {
    const ports = pod.spec.initContainers.flatMap((container) => container.ports ?? []);
    const edge = ports.find(({ name }) => name === 'edge');
    if (edge) return `http://${pod.status.podIP}:${edge.containerPort}`;
  }
  throw new Failure('No pod of the edge is ready.', 'See: make status');
}
