/** What Google's load balancer is told of the edge, where a Gateway of GKE leads to it. Without `ingress.gke` nothing: other clusters lack these kinds. */
import type { IGCPBackendPolicy } from '@kubernetes-models/gke/networking.gke.io/v1/GCPBackendPolicy';
import type { IHealthCheckPolicy } from '@kubernetes-models/gke/networking.gke.io/v1/HealthCheckPolicy';
import type { Storefront } from '@storefront/crds';
import { edgePort, type ServiceEntry } from '../../fleet.ts';
import { metadataOf, objectName } from '../names.ts';
import { drainOf } from '../pod/drain.ts';

/** Seconds. The edge has limits of its own; the load balancer's 30 s unless told otherwise would cut streams and slow uploads. */
const longestAnswer = 3600;

export function gkePolicies(storefront: Storefront, service: string, entry: ServiceEntry): object[] {
  const { gke } = storefront.spec.ingress;
  if (!gke || !entry.edge) return [];
  const parts = {
    metadata: metadataOf(storefront, service),
    targetRef: { group: '', kind: 'Service', name: objectName(storefront, service) },
  };
  return [backendPolicy(parts, gke, entry), healthCheckPolicy(parts, entry.edge.health)];
}

type Parts = {
  metadata: ReturnType<typeof metadataOf>;
  targetRef: { group: string; kind: string; name: string };
};

/** https://cloud.google.com/kubernetes-engine/docs/how-to/configure-gateway-resources */
function backendPolicy({ metadata, targetRef }: Parts, gke: { securityPolicy?: string }, entry: ServiceEntry) {
  const { preStopSeconds, appSeconds } = drainOf(entry);
  return {
    apiVersion: 'networking.gke.io/v1',
    kind: 'GCPBackendPolicy',
    metadata,
    spec: {
      default: {
        ...(gke.securityPolicy ? { securityPolicy: gke.securityPolicy } : {}),
        timeoutSec: longestAnswer,
        // For as long as a pod that ends still answers. Unless told, its requests are dropped as soon as it is taken out.
        connectionDraining: { drainingTimeoutSec: preStopSeconds + appSeconds },
      },
      targetRef,
    },
  } satisfies IGCPBackendPolicy;
}

/** Quick to take a new pod in, slow to doubt one: a busy pod that is taken out leaves its load to the others, and they follow. */
function healthCheckPolicy({ metadata, targetRef }: Parts, requestPath: string) {
  return {
    apiVersion: 'networking.gke.io/v1',
    kind: 'HealthCheckPolicy',
    metadata,
    spec: {
      default: {
        checkIntervalSec: 5,
        timeoutSec: 5,
        healthyThreshold: 1,
        unhealthyThreshold: 3,
        config: {
          type: 'HTTP',
          httpHealthCheck: { portSpecification: 'USE_FIXED_PORT', port: edgePort, requestPath },
        },
      },
      targetRef,
    },
  } satisfies IHealthCheckPolicy;
}
