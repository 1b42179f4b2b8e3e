import { Database } from '@pulumi/gcp/sql/database.js';
import { DatabaseInstance } from '@pulumi/gcp/sql/databaseInstance.js';
import { User } from '@pulumi/gcp/sql/user.js';
import { all, type ComponentResourceOptions, ComponentResource, type Output } from '@pulumi/pulumi';
import type { Site } from '../../../naming.ts';
import type { Network } from '../../network/network.ts';
import type { Secrets } from '../../kubernetes/secrets.ts';
import { administrator } from '../administrator.ts';
import { instanceSettings, type PostgresSize } from './postgres-settings.ts';
import { PrivateName } from './private-name.ts';

export type PostgresArgs = {
  site: Site;
  size: PostgresSize;
  /** Name of the database in it. */
  database: string;
  network: Network;
  secrets: Secrets;
};

export type Endpoint = { host: Output<string>; port: number };
export const postgresPort = 5432;

/**
 * One PostgreSQL of Cloud SQL with its read replicas: highly available, with point in time recovery, on a private address, TLS only,
 * ready for logical replication (by which shards move buckets). It has an administrator and a database; whoever else may enter is
 * made by the operator's provision Job.
 *
 * Inputs: the site, sizes, network. Outputs: `primary`, `replicas` (by the names in their certificates), Secrets of the
 * administrator (`username`, `password`) and of the CA (`ca.crt`). Cost: vCPU and memory by the second, twice where highly available and
 * once for each replica; disk, backups and logs by the gigabyte.
 */
export class Postgres extends ComponentResource {
  readonly primary: Endpoint;
  readonly replicas: Endpoint[];
  readonly adminSecret: string;
  readonly caSecret: string;
  readonly connectionName: Output<string>;

  constructor(name: string, args: PostgresArgs, opts?: ComponentResourceOptions) {
    super('storefront:stores:Postgres', name, {}, opts);
    const { site, size, database, secrets } = args;
    const primary = this.instance(name, args, {});
    const replicas = this.copies(name, args, primary);
    const made = new Database(
      name,
      // It goes with its instance: PostgreSQL drops no database to which somebody is connected.
      { instance: primary.name, name: database, deletionPolicy: 'ABANDON' },
      { parent: this, protect: site.isGuarded },
    );
    this.primary = this.endpoint(name, primary, args);
    this.replicas = replicas.map((replica, index) => this.endpoint(`${name}-replica-${index + 1}`, replica, args));
    this.connectionName = primary.connectionName;
    this.adminSecret = this.administrator(name, made, args);
    const certificates = all([primary, ...replicas].map(({ serverCaCerts }) => serverCaCerts));
    const ca = certificates.apply((lists) => [...new Set(lists.flat().map(({ cert }) => cert))].join('\n'));
    this.caSecret = secrets.authority(name, ca).secretName;
    this.registerOutputs({ replicas: size.replicas });
  }

  /** Replicas of one primary are made one after the other: Cloud SQL refuses two at once. */
  private copies(name: string, args: PostgresArgs, primary: DatabaseInstance): DatabaseInstance[] {
    const copies: DatabaseInstance[] = [];
    for (let number = 1; number <= args.size.replicas; number++)
      copies.push(this.instance(`${name}-replica-${number}`, args, { primary, after: copies.at(-1) ?? primary }));
    return copies;
  }

  private instance(
    name: string,
    { site, size, network }: PostgresArgs,
    { primary, after }: { primary?: DatabaseInstance; after?: DatabaseInstance },
  ): DatabaseInstance {
    return new DatabaseInstance(
      name,
      {
        databaseVersion: size.version,
        region: site.region,
        deletionProtection: site.isGuarded,
        ...(primary ? { masterInstanceName: primary.name } : {}),
        settings: instanceSettings({ site, size, network: network.id, isReplica: primary !== undefined }),
      },
      {
        parent: this,
        protect: site.isGuarded,
        // Cloud SQL grows disks by itself.
        ignoreChanges: ['settings.diskSize'],
        dependsOn: [network.privateServices, ...(after ? [after] : [])],
      },
    );
  }

  private endpoint(name: string, instance: DatabaseInstance, { site, network }: PostgresArgs): Endpoint {
    const host = new PrivateName(name, { site, instance, vpc: network.id }, { parent: this }).host;
    return { host, port: postgresPort };
  }

  private administrator(name: string, database: Database, { secrets }: PostgresArgs): string {
    const { username, password } = administrator(name, this);
    const user = new User(
      `${name}-admin`,
      { instance: database.instance, name: username, password, deletionPolicy: 'ABANDON' },
      { parent: this },
    );
    // The Secret says what is true only once the account and the database are there.
    const known = all([user.id, database.id, password]).apply(([, , value]) => value);
    return secrets.administrator(name, { username, password: known }).secretName;
  }
}
