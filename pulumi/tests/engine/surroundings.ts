/** What components are given by those before them, where a test makes only one of them. */
import { output, type Resource } from '@pulumi/pulumi';
import type { Cluster } from '../../components/cluster/cluster.ts';
import { Namespaces } from '../../components/kubernetes/namespaces.ts';
import { Secrets } from '../../components/kubernetes/secrets.ts';
import type { Network } from '../../components/network/network.ts';
import { site } from './mocks.ts';

/** A GKE as others see it; the component itself needs an API to answer. */
export const cluster = {
  principal: (namespace: string, account: string) => output(`principal://${namespace}/${account}`),
  storageClass: output('encrypted'),
  systemPool: { pool: 'system' } as Record<string, string>,
} satisfies Partial<Cluster> as unknown as Cluster;

const waited: Resource[] = [];
export const network = { id: output('vpc'), privateServices: waited, endpoints: waited } as unknown as Network;

/** To be called within `register`. */
export function surroundings() {
  const namespaces = new Namespaces('namespaces', { site });
  const secrets = new Secrets('secrets', { site, cluster, namespaces, integrations: {} });
  return { site, cluster, network, namespaces, secrets };
}
