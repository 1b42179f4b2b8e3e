/** The Nginx sidecar: balances what the app calls and, in the gateway's pod, is the edge. */
import type { Storefront } from '@storefront/crds';
import { edgePort, type ServiceEntry, sidecarPort } from '../../fleet.ts';
import { imageOf, pullPolicy } from './image.ts';
import { containerSecurity, resourcesOf } from './security.ts';
import { files, readOnly } from './volumes.ts';

/**
 * SIGTERM makes Nginx drop its connections, and neither a pod (`lifecycle.stopSignal` is an alpha gate in Kubernetes 1.34) nor the
 * image, which other containers share, can choose another signal. So the shell stands between: it turns SIGTERM into SIGQUIT, at which
 * Nginx closes its listeners and finishes what is in flight. The second `wait` is for Nginx itself: the trap ends the first.
 */
export const nginxStart = `set -u
nginx -e stderr -c ${files.sidecars}/nginx.conf &
pid=$!
trap 'kill -QUIT $pid' TERM INT
wait $pid
trap - TERM INT
wait $pid
`;

export function nginxContainer(storefront: Storefront, entry: ServiceEntry) {
  const sidecar = storefront.spec.sidecars?.nginx;
  const isEdge = entry.edge !== undefined;
  return {
    name: 'nginx',
    image: sidecar?.image ?? imageOf(storefront),
    imagePullPolicy: pullPolicy,
    terminationMessagePolicy: 'FallbackToLogsOnError',
    restartPolicy: 'Always',
    command: ['sh', `${files.sidecars}/nginx.sh`],
    ports: [
      { name: 'status', containerPort: sidecarPort },
      ...(isEdge ? [{ name: 'edge', containerPort: edgePort }] : []),
    ],
    // The app starts last, when the agent has found its servers: its first call then finds whom it asks for.
    startupProbe: {
      httpGet: { path: '/discovery', port: sidecarPort },
      periodSeconds: 1,
      timeoutSeconds: 2,
      failureThreshold: 300,
    },
    // Its own health and not that of what is behind it: a busy app must not close the door that tells customers so.
    readinessProbe: { httpGet: { path: '/healthz', port: sidecarPort }, periodSeconds: 5, timeoutSeconds: 3 },
    livenessProbe: {
      httpGet: { path: '/stub_status', port: sidecarPort },
      periodSeconds: 10,
      timeoutSeconds: 5,
      failureThreshold: 6,
    },
    securityContext: containerSecurity,
    resources: resourcesOf(
      isEdge
        ? { cpu: '50m', cpuLimit: '1', memory: '32Mi', memoryLimit: '128Mi', storage: '256Mi' }
        : { cpu: '20m', cpuLimit: '1', memory: '16Mi', memoryLimit: '64Mi', storage: '256Mi' },
      sidecar?.resources,
    ),
    volumeMounts: [readOnly('sidecars', files.sidecars), { name: 'nginx', mountPath: '/tmp' }],
  };
}
