import { describe, expect, it } from 'vitest';
import { of, register } from '../../../tests/engine/mocks.ts';
import { isSecret, opened } from '../../../tests/engine/wire.ts';
import { surroundings } from '../../../tests/engine/surroundings.ts';
import { Cache, type CacheArgs } from './cache.ts';

describe('a cache', () => {
  const args = { engine: 'Redis', sizeGb: 20, eviction: 'noeviction' } as const satisfies Partial<CacheArgs>;
  const make = async (change: Partial<CacheArgs>) =>
    register(() => new Cache('state', { ...surroundings(), ...args, ...change }));

  it('of Redis has a standby in another zone, a password and TLS', async () => {
    expect(of(await make({}), 'Instance')[0]?.inputs).toMatchObject({
      tier: 'STANDARD_HA',
      locationId: 'europe-west1-b',
      alternativeLocationId: 'europe-west1-c',
      authEnabled: true,
      transitEncryptionMode: 'SERVER_AUTHENTICATION',
    });
  });

  it('that keeps carts refuses writes when full, writes to disk and is guarded; the other drops the oldest', async () => {
    expect(of(await make({}), 'Instance')[0]?.inputs).toMatchObject({
      redisConfigs: { 'maxmemory-policy': 'noeviction' },
      persistenceConfig: { persistenceMode: 'RDB' },
      deletionProtection: true,
    });
    expect(of(await make({ eviction: 'allkeys-lru' }), 'Instance')[0]?.inputs).toMatchObject({
      redisConfigs: { 'maxmemory-policy': 'allkeys-lru' },
      persistenceConfig: { persistenceMode: 'DISABLED' },
      deletionProtection: false,
    });
  });

  it('of Valkey is a cluster of as many shards as its size needs, with an account of its own', async () => {
    const made = await make({ engine: 'Valkey' });
    expect(of(made, 'Instance')[0]?.inputs).toMatchObject({
      mode: 'CLUSTER',
      shardCount: 4,
      replicaCount: 1,
      aclPolicy: 'state-0a1b2c3',
    });
    expect(isSecret(of(made, 'AclPolicy')[0]?.inputs['rules'])).toBe(true);
    expect(opened(of(made, 'AclPolicy')[0]?.inputs)).toMatchObject({
      rules: [
        { username: 'storefront-admin', rule: expect.stringMatching(/^on >\S+ /) },
        { username: 'default', rule: 'off -@all' },
      ],
    });
  });
});
