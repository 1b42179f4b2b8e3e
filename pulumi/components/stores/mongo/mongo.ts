import { CustomResource } from '@pulumi/kubernetes/apiextensions/customResource.js';
import { type ComponentResourceOptions, ComponentResource } from '@pulumi/pulumi';
import { RandomPassword } from '@pulumi/random/randomPassword.js';
import type { Settings } from '../../../config.ts';
import { namespaces, type Site } from '../../../naming.ts';
import type { Cluster } from '../../cluster/cluster.ts';
import type { Secrets } from '../../kubernetes/secrets.ts';
import { Authority } from '../../kubernetes/authority.ts';
import { awaited } from '../../kubernetes/awaited.ts';
import { Chart, operatorResources } from '../../kubernetes/chart.ts';
import type { Namespaces } from '../../kubernetes/namespaces.ts';
import { administrator } from '../administrator.ts';
import { accounts, MongoBackups } from './mongo-backups.ts';
import { mongoSpec, operatorVersion, systemUsers } from './mongo-spec.ts';

const namespace = namespaces.mongo;
const cluster = 'mongo';

export type MongoArgs = {
  site: Site;
  settings: Settings['mongo'];
  cluster: Cluster;
  namespaces: Namespaces;
  secrets: Secrets;
};

/**
 * MongoDB for products and metadata: Percona's operator and a sharded cluster of replica sets behind routers, with TLS, and backups to
 * a bucket. Sharding by MongoDB itself; the keys are made by the services' migrations.
 *
 * Inputs: the site, sizes, cluster. Outputs: `host`, `port`, Secrets of the administrator and of the CA. Cost: the nodes and disks that
 * its pods take, the bucket by the gigabyte.
 */
export class Mongo extends ComponentResource {
  readonly host = `${cluster}-mongos.${namespace}.svc.cluster.local`;
  readonly port = 27017;
  readonly adminSecret: string;
  readonly caSecret: string;

  constructor(name: string, args: MongoArgs, opts?: ComponentResourceOptions) {
    super('storefront:stores:Mongo', name, {}, opts);
    const { site, settings, secrets } = args;
    const operator = this.operator(`${name}-operator`, args);
    const users = this.users(name, secrets);
    const authority = new Authority(`${name}-authority`, { commonName: 'mongo' }, { parent: this });
    const certificates = this.certificates(name, authority, args);
    const account = administrator(name, this);
    const admin = secrets.administrator(name, account, [namespace]);
    const backups = new MongoBackups(`${name}-backups`, args, { parent: this });
    new CustomResource(
      name,
      {
        apiVersion: 'psmdb.percona.com/v1',
        kind: 'PerconaServerMongoDB',
        metadata: {
          name: cluster,
          namespace,
          finalizers: ['percona.com/delete-psmdb-pods-in-order'],
          annotations: awaited('jsonpath={.status.state}=ready', 1800),
        },
        spec: mongoSpec({
          site,
          settings,
          cluster: args.cluster,
          secrets: { users: users.secretName, certificate: certificates.secretName, admin: admin.secretName },
          administrator: account.username,
          backups,
        }),
      },
      { parent: this, protect: site.isGuarded, dependsOn: [operator, users, certificates, admin, backups] },
    );
    this.adminSecret = admin.secretName;
    this.caSecret = secrets.authority(name, authority.certificate).secretName;
    this.registerOutputs({ host: this.host });
  }

  private operator(name: string, args: MongoArgs): Chart {
    return new Chart(
      name,
      {
        release: accounts.operator,
        chart: 'psmdb-operator',
        repo: 'https://percona.github.io/percona-helm-charts/',
        version: operatorVersion,
        namespaces: args.namespaces,
        namespace,
        values: {
          // In full, as the cluster's admission lists it.
          image: { repository: 'docker.io/percona/percona-server-mongodb-operator' },
          disableTelemetry: true,
          nodeSelector: args.cluster.systemPool,
          resources: operatorResources,
        },
      },
      { parent: this },
    );
  }

  /** Accounts that the operator itself works with; nobody else sees them. */
  private users(name: string, secrets: Secrets) {
    const values = Object.entries(systemUsers).flatMap(([role, username]) => {
      const { result } = new RandomPassword(`${name}-${username}`, { length: 32, special: false }, { parent: this });
      return [
        [`MONGODB_${role}_USER`, username],
        [`MONGODB_${role}_PASSWORD`, result],
      ];
    });
    return secrets.write(`${name}-users`, [namespace], Object.fromEntries(values));
  }

  private certificates(name: string, authority: Authority, { settings: { shards }, secrets }: MongoArgs) {
    const sets = ['cfg', 'mongos', ...Array.from({ length: shards }, (_, index) => `rs${index}`)];
    const values = authority.issue(`${name}-server`, [
      this.host,
      ...sets.map((set) => `*.${cluster}-${set}.${namespace}.svc.cluster.local`),
      'localhost',
    ]);
    return secrets.write(`${name}-tls`, [namespace], values);
  }
}
