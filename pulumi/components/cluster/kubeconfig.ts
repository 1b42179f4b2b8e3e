import type { Cluster } from '@pulumi/gcp/container/cluster.js';
import { type Output, all } from '@pulumi/pulumi';

/**
 * A kubeconfig without a secret in it: the token comes from gke-gcloud-auth-plugin, for whoever is logged in to gcloud. The DNS
 * endpoint has a public certificate, so no CA is pinned.
 */
export function kubeconfig(cluster: Cluster): Output<string> {
  const endpoint = cluster.controlPlaneEndpointsConfig.apply((config) => config.dnsEndpointConfig?.endpoint);
  return all([cluster.name, endpoint]).apply(([name, host]) => JSON.stringify(config(name, `https://${host}`)));
}

const config = (name: string, server: string) => ({
  apiVersion: 'v1',
  kind: 'Config',
  'current-context': name,
  clusters: [{ name, cluster: { server } }],
  contexts: [{ name, context: { cluster: name, user: name } }],
  users: [
    {
      name,
      user: {
        exec: {
          apiVersion: 'client.authentication.k8s.io/v1beta1',
          command: 'gke-gcloud-auth-plugin',
          installHint: 'gcloud components install gke-gcloud-auth-plugin',
          provideClusterInfo: true,
          interactiveMode: 'Never',
        },
      },
    },
  ],
});
