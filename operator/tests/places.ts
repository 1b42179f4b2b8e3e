/** Where the contracts are tried: in memory, and on the API server of the machine's cluster if there is one. */
import { randomUUID } from 'node:crypto';
import type { Cluster, Kind } from '../src/cluster.ts';
import type { Verb } from '../src/kube/call.ts';
import { createConnection, loadKubeConfig } from '../src/kube/connection.ts';
import { createKubeCluster } from '../src/kube/kube-cluster.ts';
import { createMemoryCluster, MemoryStore } from '../src/memory/memory-cluster.ts';

export type Call = { verb: Verb; kind: Kind; subresource?: 'status'; status?: number };

export type Place = {
  namespace: string;
  /** A client whose writes bear this manager's name. */
  client(manager: string, onCall?: (call: Call) => void): Cluster;
  close(): Promise<void>;
};

export const kubeconfig = process.env.STOREFRONT_TEST_KUBECONFIG;

export const places: { name: string; isThere: boolean; open: () => Promise<Place> }[] = [
  { name: 'in memory', isThere: true, open: () => Promise.resolve(openMemory()) },
  {
    name: kubeconfig ? 'on the API server' : 'on the API server (needs a cluster: set STOREFRONT_TEST_KUBECONFIG)',
    isThere: kubeconfig !== undefined,
    open: () => openCluster(),
  },
];

export const openMemory = (store = new MemoryStore()): Place => ({
  namespace: 'shop',
  client: (fieldManager, before) => createMemoryCluster({ fieldManager, ...(before && { before }) }, store),
  close: () => Promise.resolve(),
});

const Namespace: Kind = { apiVersion: 'v1', kind: 'Namespace', plural: 'namespaces' };

/** The API server of a kubeconfig, in a namespace of its own that is gone when closed, or in one that is there. */
export async function openCluster(config = loadKubeConfig(kubeconfig), existing?: string): Promise<Place> {
  const connection = createConnection(config);
  const client: Place['client'] = (fieldManager, onCall) =>
    createKubeCluster(connection, { fieldManager, ...(onCall && { onCall }) });
  if (existing !== undefined) return { namespace: existing, client, close: () => connection.close() };
  const namespace = `operator-test-${randomUUID().slice(0, 8)}`;
  const admin = client('test');
  const { metadata } = await admin.create(Namespace, {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: namespace },
  });
  return {
    namespace,
    client,
    async close() {
      await admin.remove(Namespace, { namespace: '', name: namespace }, { uid: metadata.uid ?? '' });
      await connection.close();
    },
  };
}
