import type { Storefront } from '@storefront/crds';
import type { Fleet } from '../../fleet.ts';
import { metadataOf } from '../names.ts';
import { agentConfig, consulStart } from '../pod/consul.ts';
import { nginxStart } from '../pod/nginx.ts';
import { nginxConfig } from '../pod/nginx-config.ts';

/** Configuration and start scripts of a pod's two sidecars. */
export function configMap(storefront: Storefront, fleet: Fleet, service: string) {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: metadataOf(storefront, service),
    data: {
      'agent.json': `${JSON.stringify(agentConfig(storefront), null, 2)}\n`,
      'consul.sh': consulStart(storefront, service, fleet[service]!),
      'nginx.conf': nginxConfig(storefront, fleet, service),
      'nginx.sh': nginxStart,
    },
  };
}
