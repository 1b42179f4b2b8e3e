/** The API server of the machine's cluster, if there is one: `STOREFRONT_TEST_KUBECONFIG` names its kubeconfig. */
import { randomUUID } from 'node:crypto';
import type { Cluster, Kind } from '../src/cluster.ts';
import type { Observation } from '../src/kube/call.ts';
import { createConnection, loadKubeConfig } from '../src/kube/connection.ts';
import { createKubeCluster } from '../src/kube/kube-cluster.ts';

export const kubeconfig = process.env.STOREFRONT_TEST_KUBECONFIG;
export const whySkipped = 'needs a cluster: set STOREFRONT_TEST_KUBECONFIG';

const Namespace: Kind = { apiVersion: 'v1', kind: 'Namespace', plural: 'namespaces' };

export type RealCluster = {
  namespace: string;
  client(fieldManager: string, onCall?: (observation: Observation) => void): Cluster;
  close(): Promise<void>;
};

/** A namespace of its own, gone when closed. */
export async function openRealCluster(): Promise<RealCluster> {
  const connection = createConnection(loadKubeConfig(kubeconfig));
  const client: RealCluster['client'] = (fieldManager, onCall) =>
    createKubeCluster(connection, { fieldManager, ...(onCall && { onCall }) });
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
