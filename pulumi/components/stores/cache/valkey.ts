import { AclPolicy } from '@pulumi/gcp/memorystore/aclPolicy.js';
import { Instance } from '@pulumi/gcp/memorystore/instance.js';
import type { memorystore } from '@pulumi/gcp/types/output.js';
import { type Resource, interpolate, secret } from '@pulumi/pulumi';
import { idOf, labelsOf } from '../../../naming.ts';
import { administrator } from '../administrator.ts';
import type { CacheArgs, CacheServer } from './cache.ts';

/** What a node of the smallest standard size holds. */
const nodeGb = 6.5;

/** Memorystore for Valkey: a cluster that grows by shards, reached by Private Service Connect. */
export function valkey(name: string, { site, sizeGb, eviction, network }: CacheArgs, parent: Resource): CacheServer {
  const isKept = eviction === 'noeviction';
  const account = administrator(name, parent);
  const rules = rulesOf(account);
  const aclPolicyId = idOf(site, name);
  const policy = new AclPolicy(name, { aclPolicyId, location: site.region, rules }, { parent });
  const instance = new Instance(
    name,
    {
      instanceId: idOf(site, name),
      location: site.region,
      mode: 'CLUSTER',
      engineVersion: 'VALKEY_8_0',
      nodeType: 'STANDARD_SMALL',
      shardCount: Math.ceil(sizeGb / nodeGb),
      replicaCount: site.isAvailable ? 1 : 0,
      // The passwords are the policy's. IAM_AUTH takes Google's short-lived tokens only, which the services' pods have no account to get.
      authorizationMode: 'AUTH_DISABLED',
      aclPolicy: policy.name,
      transitEncryptionMode: 'SERVER_AUTHENTICATION',
      engineConfigs: { 'maxmemory-policy': eviction },
      persistenceConfig: isKept ? { mode: 'AOF', aofConfig: { appendFsync: 'EVERY_SEC' } } : { mode: 'DISABLED' },
      zoneDistributionConfig: site.isAvailable
        ? { mode: 'MULTI_ZONE' }
        : { mode: 'SINGLE_ZONE', zone: site.zones[0] as string },
      desiredAutoCreatedEndpoints: [{ network: network.id, projectId: site.project }],
      deletionProtectionEnabled: isKept && site.isGuarded,
      labels: labelsOf(site, name),
    },
    { parent, protect: isKept && site.isGuarded, dependsOn: [network.endpoints] },
  );
  const way = instance.endpoints.apply((endpoints) => discoveryIn(name, endpoints));
  return {
    host: way.ipAddress,
    port: way.port,
    account,
    ca: instance.managedServerCas.apply((cas) =>
      cas.flatMap(({ caCerts }) => caCerts.flatMap((chain) => chain.certificates)).join('\n'),
    ),
  };
}

/** One account; and nobody else, for Valkey lets in whoever gives no name as `default`, unless it is told not to. */
const rulesOf = ({ username, password }: ReturnType<typeof administrator>) => [
  { username, rule: secret(interpolate`on >${password} ~* &* +@all`) },
  { username: 'default', rule: 'off -@all' },
];

/** Clients ask there for the shards. `discoveryEndpoints` stays empty where Google makes the connections itself. */
function discoveryIn(name: string, endpoints: readonly memorystore.InstanceEndpoint[]) {
  const ways = endpoints.flatMap(({ connections = [] }) => connections.map((each) => each.pscAutoConnection));
  const way = ways.find((each) => each?.connectionType === 'CONNECTION_TYPE_DISCOVERY');
  if (!way) throw new Error(`${name}: Google has made no way in for discovery: look at its endpoints in the console`);
  return way;
}
