import { Repository } from '@pulumi/gcp/artifactregistry/repository.js';
import { RepositoryIamMember } from '@pulumi/gcp/artifactregistry/repositoryIamMember.js';
import { type ComponentResourceOptions, ComponentResource, type Input, interpolate, type Output } from '@pulumi/pulumi';
import type { Settings } from '../../config.ts';
import { idOf, labelsOf, type Site } from '../../naming.ts';

export type RegistryArgs = { site: Site; release: Settings['release']; reader: Input<string> };

const month = '2592000s';

/**
 * A remote repository of the registry that publishes releases: what was pulled once stays at hand when that registry is away, and is
 * scanned. Images run by digest. Tags are the publisher's: only a standard repository can keep them from moving.
 *
 * Inputs: the site, the release, who pulls. Outputs: `image`, without tag and digest. Cost: by gigabyte and month, by scanned image.
 */
export class Registry extends ComponentResource {
  readonly image: Output<string>;

  constructor(name: string, { site, release, reader }: RegistryArgs, opts?: ComponentResourceOptions) {
    super('storefront:project:Registry', name, {}, opts);
    const repository = new Repository(
      name,
      {
        repositoryId: idOf(site, 'releases'),
        location: site.region,
        format: 'DOCKER',
        mode: 'REMOTE_REPOSITORY',
        remoteRepositoryConfig: { commonRepository: { uri: release.registry } },
        vulnerabilityScanningConfig: { enablementConfig: 'INHERITED' },
        cleanupPolicies: [
          { id: 'old', action: 'DELETE', condition: { olderThan: month } },
          { id: 'recent', action: 'KEEP', mostRecentVersions: { keepCount: 10 } },
        ],
        labels: labelsOf(site, name),
      },
      { parent: this },
    );
    const grant = new RepositoryIamMember(
      name,
      { repository: repository.name, location: site.region, role: 'roles/artifactregistry.reader', member: reader },
      { parent: this },
    );
    // Known once nodes may pull it.
    this.image = interpolate`${site.region}-docker.pkg.dev/${site.project}/${grant.repository.apply(lastPart)}/${release.image}`;
    this.registerOutputs({ image: this.image });
  }
}

const lastPart = (path: string): string => path.split('/').at(-1) as string;
