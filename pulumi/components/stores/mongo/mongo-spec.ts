/** A `PerconaServerMongoDB`: what is asked of Percona's operator. */
import type { Settings } from '../../../config.ts';
import type { Site } from '../../../naming.ts';
import type { Cluster } from '../../cluster/cluster.ts';
import { zoneSpread } from '../../kubernetes/zone-spread.ts';
import { accounts, type MongoBackups } from './mongo-backups.ts';

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

/** The first that backs up by Workload Identity. The images are those that it was tested with. */
export const operatorVersion = '1.23.0';
const images = {
  server: 'docker.io/percona/percona-server-mongodb:8.0.26-11',
  backup: 'docker.io/percona/percona-backup-mongodb:2.15.0',
};

export const mongoSpec = (args: MongoSpecArgs) => ({
  crVersion: operatorVersion,
  image: images.server,
  imagePullPolicy: 'IfNotPresent',
  updateStrategy: 'SmartUpdate',
  upgradeOptions: { apply: 'disabled', setFCV: false },
  storageScaling: { enableVolumeScaling: true },
  unsafeFlags: { replsetSize: args.settings.members < 3, mongosSize: args.settings.routers < 2 },
  // Else a Secret that is away for a moment is replaced by one of another CA.
  tls: { mode: 'requireTLS', certManagementPolicy: 'userProvidedOnly' },
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
    ...member(args),
  })),
  sharding: {
    enabled: true,
    balancer: { enabled: true },
    configsvrReplSet: { size: args.settings.members, ...placement(args), ...member(args, 10) },
    mongos: { size: args.settings.routers, ...placement(args), resources: resources(args.settings) },
  },
  backup: args.backups.spec(args.settings.backup, images.backup),
});

const resources = ({ cpu, memory }: Settings['mongo']) => ({ requests: { cpu, memory }, limits: { memory } });

/** A backup agent runs beside each. */
const member = ({ settings, cluster }: MongoSpecArgs, diskGb = settings.diskGb) => ({
  serviceAccountName: accounts.members,
  resources: resources(settings),
  volumeSpec: {
    persistentVolumeClaim: {
      storageClassName: cluster.storageClass,
      accessModes: ['ReadWriteOnce'],
      resources: { requests: { storage: `${diskGb}Gi` } },
    },
  },
});

/** In all zones where there are several, counted for each set by the operator; else anywhere. */
const placement = ({ site, cluster }: MongoSpecArgs) => ({
  affinity: { antiAffinityTopologyKey: 'none' },
  ...(site.isAvailable ? { topologySpreadConstraints: [zoneSpread] } : {}),
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
