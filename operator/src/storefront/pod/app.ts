/** The service's own container. */
import type { Storefront } from '@storefront/crds';
import type { Fleet } from '../../fleet.ts';
import { drainOf } from './drain.ts';
import { environmentOf } from './environment.ts';
import { imageOf, pullPolicy, settingsOf } from './image.ts';
import { containerSecurity, megabytesOf, resourcesOf } from './security.ts';
import { appMounts } from './volumes.ts';

/** The rest of the memory limit is for buffers, compiled code and native libraries, which V8's heap limit does not count. */
const heapShare = 0.6;

/**
 * Megabytes, from the first moment on. Of a memory limit V8 makes one, which a few lists fill: it would tidy up after every third
 * request, and what it met half done it would keep for the long, dear collections. The least is bounded by the most, so both are set.
 * Only sizes: under any other flag V8 refuses the compiled code that Node and the image bring, and a start takes a quarter more processor time.
 */
const youngGeneration = 16;

const command = (service: string, script: string, heapMegabytes: number): string[] => [
  'node',
  `--max-old-space-size=${heapMegabytes}`,
  `--min-semi-space-size=${youngGeneration}`,
  `--max-semi-space-size=${youngGeneration}`,
  '--import',
  '@storefront/kit/tracing',
  `services/${service}/src/${script}`,
];

/** What the service's long-running container and its migration have in common. */
export function appBase(storefront: Storefront, fleet: Fleet, service: string, script: 'main.ts' | 'migrate.ts') {
  const { size } = fleet[service]!;
  const resources = resourcesOf(
    { cpu: size.cpu, cpuLimit: '2', memory: size.memory, storage: '256Mi' },
    settingsOf(storefront, service).resources,
  );
  return {
    image: imageOf(storefront, service),
    imagePullPolicy: pullPolicy,
    terminationMessagePolicy: 'FallbackToLogsOnError',
    command: command(service, script, Math.floor(megabytesOf(resources.limits.memory) * heapShare)),
    env: environmentOf(storefront, fleet, service),
    securityContext: containerSecurity,
    resources,
    volumeMounts: appMounts(storefront, fleet, service),
  };
}

export function appContainer(storefront: Storefront, fleet: Fleet, service: string) {
  const { port, ...entry } = fleet[service]!;
  const probe = (path: string) => ({ httpGet: { path, port } });
  return {
    name: 'app',
    ...appBase(storefront, fleet, service, 'main.ts'),
    ports: [{ name: 'http', containerPort: port }],
    startupProbe: { ...probe('/livez'), periodSeconds: 1, timeoutSeconds: 2, failureThreshold: 90 },
    // Quick to see that it is ready, slow to doubt it: a busy pod that is taken out leaves its load to the others, and they follow.
    // A pod that ends is taken out by ending, one that crashed by its restart; neither waits for a probe.
    readinessProbe: { ...probe('/readyz'), periodSeconds: 2, timeoutSeconds: 5, failureThreshold: 5 },
    livenessProbe: { ...probe('/livez'), periodSeconds: 10, timeoutSeconds: 10, failureThreshold: 6 },
    // Serves on while Consul, and the load balancer of an edge, take the pod out.
    lifecycle: { preStop: { sleep: { seconds: drainOf({ port, ...entry }).preStopSeconds } } },
  };
}
