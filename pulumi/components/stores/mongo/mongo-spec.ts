/** A `PerconaServerMongoDB`: what is asked of Percona's operator. */
import type { Settings } from '../../../config.ts';
import type { Site } from '../../../naming.ts';
import type { Cluster } from '../../cluster/cluster.ts';
import type { MongoBackups } from './mongo-backups.ts';

export type MongoSpecArgs = {
  site: Site;
  settings: Settings['mongo'];
  cluster: Cluster;
  secrets: { users: string; certificate: string; admin: string };
  administrator: string;
  backups: MongoBackups;
};

/** Percona's words for its own accounts → their names. */
export const systemUsers = {
  BACKUP: 'backup',
  CLUSTER_ADMIN: 'clusterAdmin',
  CLUSTER_MONITOR: 'clusterMonitor',
  DATABASE_ADMIN: 'databaseAdmin',
  USER_ADMIN: 'userAdmin',
} as const;

const images = {
  server: 'docker.io/percona/percona-server-mongodb:8.0.19-7',
  backup: 'docker.io/percona/percona-backup-mongodb:2.12.0',
};

export const mongoSpec = (args: MongoSpecArgs) => ({
  crVersion: '1.22.0',
  image: images.server,
  imagePullPolicy: 'IfNotPresent',
  updateStrategy: 'SmartUpdate',
  upgradeOptions: { apply: 'disabled', setFCV: false },
  unsafeFlags: { replsetSize: args.settings.members < 3, mongosSize: args.settings.routers < 2 },
  tls: { mode: 'requireTLS' },
  secrets: { users: args.secrets.users, ssl: args.secrets.certificate, sslInternal: args.secrets.certificate },
  users: [
    {
      name: args.administrator,
      db: 'admin',
      passwordSecretRef: { name: args.secrets.admin, key: 'password' },
      // What the provision Job and the migrations need: accounts, databases, sharded collections.
      roles: ['userAdminAnyDatabase', 'dbAdminAnyDatabase', 'readWriteAnyDatabase', 'clusterManager'].map((name) => ({
        name,
        db: 'admin',
      })),
    },
  ],
  replsets: Array.from({ length: args.settings.shards }, (_, index) => ({
    name: `rs${index}`,
    size: args.settings.members,
    ...placement(args),
    ...size(args),
  })),
  sharding: {
    enabled: true,
    balancer: { enabled: true },
    configsvrReplSet: { size: args.settings.members, ...placement(args), ...size(args, 10) },
    mongos: { size: args.settings.routers, ...placement(args), resources: resources(args.settings) },
  },
  backup: args.backups.spec(args.settings.backup, images.backup),
});

const resources = ({ cpu, memory }: Settings['mongo']) => ({ requests: { cpu, memory }, limits: { memory } });

const size = ({ settings, cluster }: MongoSpecArgs, diskGb = settings.diskGb) => ({
  resources: resources(settings),
  volumeSpec: {
    persistentVolumeClaim: {
      storageClassName: cluster.storageClass,
      accessModes: ['ReadWriteOnce'],
      resources: { requests: { storage: `${diskGb}Gi` } },
    },
  },
});

/** Members in different zones where there are several; else on different nodes, or anywhere if there is one of each. */
const placement = ({ site, cluster }: MongoSpecArgs) => ({
  affinity: { antiAffinityTopologyKey: site.isAvailable ? 'topology.kubernetes.io/zone' : 'none' },
  nodeSelector: cluster.systemPool,
  podDisruptionBudget: { maxUnavailable: 1 },
  podSecurityContext: {
    runAsNonRoot: true,
    runAsUser: 1001,
    fsGroup: 1001,
    seccompProfile: { type: 'RuntimeDefault' },
  },
  containerSecurityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
});
