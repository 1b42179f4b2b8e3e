import type { Storefront } from '@storefront/crds';
import type { ServiceEntry } from '../../fleet.ts';
import { metadataOf } from '../names.ts';
import { settingsOf } from '../pod/image.ts';

/** Load decides unless the Storefront fixes the number of pods. */
export const isAutoscaled = (storefront: Storefront, service: string): boolean =>
  settingsOf(storefront, service).replicas === undefined;

/** Follows the CPU of the app alone: the sidecars' share would hide it. */
export function autoscaler(storefront: Storefront, service: string, entry: ServiceEntry) {
  const { autoscaling } = settingsOf(storefront, service);
  const [min, max] = entry.size.replicas;
  const metadata = metadataOf(storefront, service);
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata,
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: metadata.name },
      minReplicas: autoscaling?.min ?? min,
      maxReplicas: autoscaling?.max ?? max,
      metrics: [
        {
          type: 'ContainerResource',
          containerResource: {
            name: 'cpu',
            container: 'app',
            target: { type: 'Utilization', averageUtilization: autoscaling?.targetCpuPercent ?? 60 },
          },
        },
      ],
    },
  };
}
