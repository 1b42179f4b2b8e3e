/** A Storefront becomes Kubernetes objects. Pure: the same in, the same out, and no secret's value ever in either. */
import type { Storefront } from '@storefront/crds';
import type { Manifest } from '../cluster.ts';
import type { Fleet } from '../fleet.ts';
import { migrationJob } from './jobs/migration.ts';
import { provisionConfigMap, provisionJob } from './jobs/provision-job.ts';
import { shortHash } from './names.ts';
import { networkPolicies } from './network/network-policy.ts';
import { routes } from './network/route.ts';
import { service as serviceObject } from './network/service.ts';
import type { Refs } from './pod/template.ts';
import { autoscaler, isAutoscaled } from './workload/autoscaler.ts';
import { configMap } from './workload/config-map.ts';
import { type Context, deployment } from './workload/deployment.ts';
import { disruptionBudget } from './workload/disruption-budget.ts';
import { serviceAccount } from './workload/service-account.ts';

/** Everything the operator applies for a Storefront, apart from the Secrets (`secretsOf`). `refs`: Secret name → hash of its content. */
export function render(storefront: Storefront, fleet: Fleet, refs: Refs): Manifest[] {
  const context = { storefront, fleet, refs };
  return [
    ...networkPolicies(storefront, fleet),
    serviceAccount(storefront, 'provision'),
    provisionConfigMap(storefront, fleet),
    provisionJob(context),
    ...Object.keys(fleet).flatMap((service) => serviceObjects(context, service)),
  ] as Manifest[];
}

function serviceObjects(context: Context, service: string): object[] {
  const { storefront, fleet } = context;
  const entry = fleet[service]!;
  const config = configMap(storefront, fleet, service);
  return [
    serviceAccount(storefront, service),
    config,
    serviceObject(storefront, service, entry),
    ...(entry.migrates ? [migrationJob(context, service)] : []),
    deployment(context, service, shortHash(config.data)),
    disruptionBudget(storefront, service),
    ...(isAutoscaled(storefront, service) ? [autoscaler(storefront, service, entry)] : []),
    ...(entry.edge ? routes(storefront, service, entry) : []),
  ];
}
