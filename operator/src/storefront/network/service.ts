import type { Storefront } from '@storefront/crds';
import { edgePort, type ServiceEntry } from '../../fleet.ts';
import { metadataOf, selectorOf } from '../names.ts';

/** Names the pods for scrapers and people: services find each other through Consul. The edge's is also the way in. */
export function service(storefront: Storefront, name: string, entry: ServiceEntry) {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: metadataOf(storefront, name),
    spec: { selector: selectorOf(storefront, name), ...(entry.edge ? wayIn(storefront) : headless(entry)) },
  };
}

const headless = ({ port }: ServiceEntry) => ({
  clusterIP: 'None',
  ports: [{ name: 'http', port, targetPort: 'http', protocol: 'TCP' }],
});

function wayIn({ spec }: Storefront) {
  const port = { name: 'edge', port: edgePort, targetPort: 'edge', protocol: 'TCP' };
  const { nodePort } = spec.ingress;
  if (!nodePort) return { type: 'ClusterIP', ports: [port] };
  // Local keeps the client's address; Cluster would replace it by a node's.
  return { type: 'NodePort', externalTrafficPolicy: 'Local', ports: [{ ...port, nodePort }] };
}
