import { Account } from '@pulumi/gcp/serviceaccount/account.js';
import { HmacKey } from '@pulumi/gcp/storage/hmacKey.js';
import { type ComponentResourceOptions, ComponentResource, interpolate, type Output } from '@pulumi/pulumi';
import type { Settings } from '../../../config.ts';
import { idOf, namespaces, type Site } from '../../../naming.ts';
import type { Secrets } from '../../kubernetes/secrets.ts';
import { PrivateBucket } from '../private-bucket.ts';

const storage = 'bucket';

/**
 * A bucket for MongoDB's backups and the oplog between them, with an account that may write there only. Percona's backup speaks S3's
 * protocol, hence the key pair.
 *
 * Inputs: the site. Outputs: `spec`, the part of the cluster's resource. Cost: by gigabyte and month.
 */
export class MongoBackups extends ComponentResource {
  private readonly bucket: Output<string>;
  private readonly credentials: string;

  constructor(name: string, { site, secrets }: { site: Site; secrets: Secrets }, opts?: ComponentResourceOptions) {
    super('storefront:stores:MongoBackups', name, {}, opts);
    const own = new PrivateBucket(name, { site, storageClass: 'NEARLINE' }, { parent: this });
    const account = new Account(
      name,
      { accountId: idOf(site, 'mongo', 30), displayName: 'Backups of MongoDB' },
      { parent: this },
    );
    own.grant(name, interpolate`serviceAccount:${account.email}`);
    const key = new HmacKey(
      name,
      { serviceAccountEmail: account.email },
      { parent: this, additionalSecretOutputs: ['secret'] },
    );
    this.bucket = own.bucket;
    this.credentials = secrets.write(name, [namespaces.mongo], {
      AWS_ACCESS_KEY_ID: key.accessId,
      AWS_SECRET_ACCESS_KEY: key.secret,
    }).secretName;
    this.registerOutputs({ bucket: this.bucket });
  }

  spec({ schedule, keep }: Settings['mongo']['backup'], image: string) {
    return {
      enabled: true,
      image,
      storages: {
        [storage]: {
          type: 's3',
          s3: {
            bucket: this.bucket,
            region: 'auto',
            endpointUrl: 'https://storage.googleapis.com',
            credentialsSecret: this.credentials,
          },
        },
      },
      pitr: { enabled: true, compressionType: 'gzip' },
      tasks: [{ name: 'regular', enabled: true, schedule, keep, storageName: storage, compressionType: 'gzip' }],
    };
  }
}
