import { type ComponentResourceOptions, ComponentResource, type Output } from '@pulumi/pulumi';
import type { Settings } from '../../../config.ts';
import { namespaces, type Site } from '../../../naming.ts';
import type { Cluster } from '../../cluster/cluster.ts';
import { identity } from '../../kubernetes/identity.ts';
import type { Namespaces } from '../../kubernetes/namespaces.ts';
import { PrivateBucket } from '../private-bucket.ts';

const storage = 'bucket';
const namespace = namespaces.mongo;

/** Service accounts of who reaches the bucket. Percona's chart calls the operator's by the release. */
export const accounts = { members: 'mongod', operator: 'psmdb-operator' } as const;

export type MongoBackupsArgs = { site: Site; cluster: Cluster; namespaces: Namespaces };

/**
 * A bucket for MongoDB's backups and the oplog between them. The agents beside the members write it, the operator removes what is too
 * old, both by Workload Identity: without `credentialsSecret` Percona's backup takes the identity of its pod.
 *
 * Inputs: the site, the cluster. Outputs: `spec`, the part of the cluster's resource. Cost: by gigabyte and month.
 */
export class MongoBackups extends ComponentResource {
  private readonly bucket: Output<string>;

  constructor(name: string, args: MongoBackupsArgs, opts?: ComponentResourceOptions) {
    super('storefront:stores:MongoBackups', name, {}, opts);
    const { site, cluster } = args;
    const own = new PrivateBucket(name, { site, storageClass: 'NEARLINE' }, { parent: this });
    identity(`${name}-members`, { account: accounts.members, namespace, namespaces: args.namespaces }, this);
    for (const [who, account] of Object.entries(accounts))
      own.grant(`${name}-${who}`, cluster.principal(namespace, account));
    this.bucket = own.bucket;
    this.registerOutputs({ bucket: this.bucket });
  }

  spec({ schedule, keep }: Settings['mongo']['backup'], image: string) {
    const retention = { type: 'count', count: keep, deleteFromStorage: true };
    return {
      enabled: true,
      image,
      storages: { [storage]: { type: 'gcs', gcs: { bucket: this.bucket } } },
      pitr: { enabled: true, compressionType: 'gzip' },
      tasks: [{ name: 'regular', enabled: true, schedule, retention, storageName: storage, compressionType: 'gzip' }],
    };
  }
}
