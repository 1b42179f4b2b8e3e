import type { Storefront } from '@storefront/crds';
import type { Fleet } from '../../fleet.ts';
import { metadataOf, selectorOf } from '../names.ts';
import { appContainer } from '../pod/app.ts';
import { consulContainer } from '../pod/consul.ts';
import { drainOf } from '../pod/drain.ts';
import { settingsOf } from '../pod/image.ts';
import { nginxContainer } from '../pod/nginx.ts';
import { surge, surgeOf } from '../pools.ts';
import { podTemplate, type Refs, spreadOf } from '../pod/template.ts';
import { appVolumes, sidecarVolumes } from '../pod/volumes.ts';

export type Context = { storefront: Storefront; fleet: Fleet; refs: Refs };

/** One service: the app behind its two native sidecars, which start before it and end after it. */
export function deployment({ storefront, fleet, refs }: Context, service: string, configHash: string) {
  const { replicas } = settingsOf(storefront, service);
  const volumes = [...appVolumes(storefront, fleet, service), ...sidecarVolumes(storefront, service)];
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: metadataOf(storefront, service),
    spec: {
      // With an autoscaler the number is the autoscaler's.
      ...(replicas === undefined ? {} : { replicas }),
      revisionHistoryLimit: 3,
      progressDeadlineSeconds: 300,
      // Ready is not yet found: Consul's check and the callers' resolvers take up to three seconds more. The old pods
      // stay found for as long (see the drain); this is what a busy machine may need on top.
      minReadySeconds: 2,
      selector: { matchLabels: selectorOf(storefront, service) },
      strategy: {
        type: 'RollingUpdate',
        rollingUpdate: {
          maxUnavailable: storefront.spec.rollout.maxUnavailable ?? 0,
          maxSurge: replicas === undefined ? surge : surgeOf(replicas),
        },
      },
      template: podTemplate(
        storefront,
        { component: service, service, refs, configHash, volumes },
        {
          terminationGracePeriodSeconds: drainOf(fleet[service]!).graceSeconds,
          topologySpreadConstraints: spreadOf(storefront, service),
          initContainers: [
            consulContainer(storefront, service, fleet[service]!),
            nginxContainer(storefront, fleet[service]!),
          ],
          containers: [appContainer(storefront, fleet, service)],
        },
      ),
    },
  };
}
