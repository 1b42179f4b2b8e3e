import { objectName } from '../names.ts';
import { appBase } from '../pod/app.ts';
import { podTemplate } from '../pod/template.ts';
import { appVolumes } from '../pod/volumes.ts';
import type { Context } from '../workload/deployment.ts';
import { job } from './job.ts';

export const migrationOf = (service: string): string => `${service}-migration`;

/** Brings a service's store to what its release needs, before the release starts. It calls no service, so it needs no sidecars. */
export function migrationJob({ storefront, fleet, refs }: Context, service: string) {
  const volumes = appVolumes(storefront, fleet, service, { owns: true });
  const template = podTemplate(
    storefront,
    { component: migrationOf(service), service, refs, volumes },
    { containers: [{ name: 'migrate', ...appBase(storefront, fleet, service, 'migrate.ts') }] },
  );
  template.spec.serviceAccountName = objectName(storefront, service);
  return job(storefront, migrationOf(service), 'migration', template);
}
