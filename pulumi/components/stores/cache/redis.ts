import { Instance } from '@pulumi/gcp/redis/instance.js';
import { type Resource, secret } from '@pulumi/pulumi';
import { labelsOf } from '../../../naming.ts';
import type { CacheArgs, CacheServer } from './cache.ts';

/** Memorystore for Redis. It has one account, `default`, whose password Google makes. */
export function redis(name: string, { site, sizeGb, eviction, network }: CacheArgs, parent: Resource): CacheServer {
  const isKept = eviction === 'noeviction';
  const instance = new Instance(
    name,
    {
      region: site.region,
      tier: site.isAvailable ? 'STANDARD_HA' : 'BASIC',
      memorySizeGb: sizeGb,
      redisVersion: 'REDIS_7_2',
      authorizedNetwork: network.id,
      connectMode: 'PRIVATE_SERVICE_ACCESS',
      authEnabled: true,
      transitEncryptionMode: 'SERVER_AUTHENTICATION',
      redisConfigs: { 'maxmemory-policy': eviction },
      persistenceConfig: isKept
        ? { persistenceMode: 'RDB', rdbSnapshotPeriod: 'ONE_HOUR' }
        : { persistenceMode: 'DISABLED' },
      maintenancePolicy: {
        weeklyMaintenanceWindows: [{ day: 'SUNDAY', startTime: { hours: 3, minutes: 0, seconds: 0, nanos: 0 } }],
      },
      deletionProtection: isKept && site.isGuarded,
      labels: labelsOf(site, name),
      locationId: site.zones[0] as string,
      ...(site.isAvailable ? { alternativeLocationId: site.zones[1] as string } : {}),
    },
    {
      parent,
      protect: isKept && site.isGuarded,
      additionalSecretOutputs: ['authString'],
      dependsOn: [network.privateServices],
    },
  );
  return {
    host: instance.host,
    port: instance.port,
    account: { username: 'default', password: secret(instance.authString) },
    ca: instance.serverCaCerts.apply((certificates) => certificates.map(({ cert }) => cert).join('\n')),
  };
}
