import { Provider as Google } from '@pulumi/gcp/provider.js';
import { ServiceIdentity } from '@pulumi/gcp/projects/serviceIdentity.js';
import { Service } from '@pulumi/gcp/projects/service.js';
import { type ComponentResourceOptions, ComponentResource, type Output } from '@pulumi/pulumi';
import type { Site } from '../../naming.ts';

export const apis = [
  'artifactregistry',
  'binaryauthorization',
  'billingbudgets',
  'certificatemanager',
  'cloudkms',
  'compute',
  'container',
  'containerscanning',
  'containersecurity',
  'dns',
  'gkebackup',
  'iam',
  'logging',
  'memorystore',
  'monitoring',
  'networkconnectivity',
  'pubsub',
  'redis',
  'secretmanager',
  'servicenetworking',
  'sqladmin',
  'storage',
].map((name) => `${name}.googleapis.com`);

/**
 * The Google APIs that the program uses, and the provider through which everything else is made: it waits for them, so nothing
 * runs into an API that is still off. They stay on after a teardown, as others may use them.
 *
 * Inputs: the site. Outputs: `google`, `projectNumber`. Cost: none.
 */
export class Services extends ComponentResource {
  readonly google: Google;
  readonly projectNumber: Output<string>;
  /** Google's own account that runs GKE in this project. */
  readonly gkeAgent: Output<string>;

  constructor(name: string, { site }: { site: Site }, opts?: ComponentResourceOptions) {
    super('storefront:project:Services', name, {}, opts);
    const settings = {
      project: site.project,
      region: site.region,
      // Budgets ask which project's quota a person's login uses.
      billingProject: site.project,
      userProjectOverride: true,
      addPulumiAttributionLabel: false,
    };
    const enabler = new Google(`${name}-enabler`, settings, { parent: this });
    const enabled = apis.map(
      (service) =>
        new Service(
          service,
          { project: site.project, service, disableOnDestroy: false },
          { parent: this, provider: enabler },
        ),
    );
    this.google = new Google(`${name}-google`, settings, { parent: this, dependsOn: enabled });
    const gke = new ServiceIdentity(
      `${name}-gke`,
      { project: site.project, service: 'container.googleapis.com' },
      { parent: this, provider: this.google },
    );
    this.gkeAgent = gke.email;
    this.projectNumber = gke.email.apply(numberIn);
    this.registerOutputs({ projectNumber: this.projectNumber });
  }
}

/** The accounts of Google's services carry the number: service-<number>@… . Reading it so needs no call while previewing. */
export function numberIn(email: string): string {
  const number = /^service-(\d+)@/.exec(email)?.[1];
  if (number === undefined) throw new Error(`${email} carries no project number`);
  return number;
}
