import { Secret } from '@pulumi/gcp/secretmanager/secret.js';
import { SecretIamMember } from '@pulumi/gcp/secretmanager/secretIamMember.js';
import { SecretVersion } from '@pulumi/gcp/secretmanager/secretVersion.js';
import { CustomResource } from '@pulumi/kubernetes/apiextensions/customResource.js';
import {
  type ComponentResourceOptions,
  all,
  ComponentResource,
  type Input,
  type Output,
  type Resource,
  secret,
} from '@pulumi/pulumi';
import { idOf, labelsOf, secretName, type Site } from '../../naming.ts';
import { awaited } from './awaited.ts';

/** The service account that copies; every namespace has one. */
export const syncAccount = 'secret-sync';

/**
 * The controller writes this field once it has written the Secret; the types of its conditions are not documented. A store's operator
 * that finds no Secret makes one of its own, so nobody may be told of it earlier. Rights in IAM take some minutes to be seen everywhere.
 */
const copied = awaited('jsonpath={.status.lastSuccessfulSyncTime}', 900);

export type SecretValues = Record<string, Input<string>>;

/** A namespace, and the service account that copies there: in Kubernetes, and in IAM. */
export type Reader = { namespace: string; account: Resource; principal: Output<string> };

export type SyncedSecretArgs = {
  site: Site;
  values: SecretValues;
  readers: Reader[];
};

/**
 * One Kubernetes Secret whose keys live in Secret Manager, each with its own versions and its own list of readers. It is there for
 * who depends on it. A new version reaches the cluster within five minutes, and the operator rolls who consumes it.
 *
 * Inputs: key → value, the namespaces and who copies there. Outputs: `secretName`. Cost: by version and month.
 */
export class SyncedSecret extends ComponentResource {
  readonly secretName: string;

  constructor(name: string, { site, values, readers }: SyncedSecretArgs, opts?: ComponentResourceOptions) {
    super('storefront:kubernetes:SyncedSecret', name, {}, opts);
    this.secretName = secretName(site, name);
    const keys = Object.keys(values).map((key) =>
      this.key(`${name}-${key.replaceAll(/[._]/g, '-').toLowerCase()}`, key, {
        site,
        values,
        readers,
      }),
    );
    for (const reader of readers) this.sync(`${name}-${reader.namespace}`, reader, keys);
    this.registerOutputs();
  }

  private key(
    name: string,
    key: string,
    { site, values, readers }: SyncedSecretArgs,
  ): { key: string; path: Output<string> } {
    const kept = new Secret(
      name,
      {
        secretId: idOf(site, name, 255),
        replication: { userManaged: { replicas: [{ location: site.region }] } },
        labels: labelsOf(site, 'secret'),
      },
      { parent: this },
    );
    const value = values[key] as SecretValues[string];
    const version = new SecretVersion(name, { secret: kept.id, secretData: secret(value) }, { parent: this });
    const grants = readers.map(
      ({ namespace, principal }) =>
        new SecretIamMember(
          `${name}-${namespace}`,
          { secretId: kept.id, role: 'roles/secretmanager.secretAccessor', member: principal },
          { parent: this },
        ),
    );
    // Known once it can be read: the copying must not begin earlier.
    const path = all([version.name, all(grants.map((grant) => grant.etag))]).apply(([id]) => id);
    return { key, path };
  }

  private sync(name: string, { namespace, account }: Reader, keys: { key: string; path: Output<string> }[]): void {
    const metadata = { name: this.secretName, namespace };
    const secrets = all(keys.map(({ path }) => path)).apply((paths) =>
      JSON.stringify(paths.map((resourceName, index) => ({ resourceName, path: keys[index]?.key }))),
    );
    const source = new CustomResource(
      `${name}-source`,
      {
        apiVersion: 'secrets-store.csi.x-k8s.io/v1',
        kind: 'SecretProviderClass',
        metadata,
        spec: { provider: 'gke', parameters: { secrets } },
      },
      { parent: this, dependsOn: [account] },
    );
    new CustomResource(
      name,
      {
        apiVersion: 'secret-sync.gke.io/v1',
        kind: 'SecretSync',
        metadata: { ...metadata, annotations: copied },
        spec: {
          serviceAccountName: syncAccount,
          secretProviderClassName: this.secretName,
          secretObject: { type: 'Opaque', data: keys.map(({ key }) => ({ sourcePath: key, targetKey: key })) },
        },
      },
      { parent: this, dependsOn: [source] },
    );
  }
}
