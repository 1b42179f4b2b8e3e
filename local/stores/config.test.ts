import { describe, expect, it } from 'vitest';
import { readListeners } from './address.ts';
import { consulConfig } from './consul.ts';
import { storeInstance } from './instance.ts';
import { renderAccess, renderPostgresConfig } from './mongo.ts';
import { renderRedisConfig, renderUsers } from './redis.ts';
import { storeServers } from './stores.ts';

describe('Redis', () => {
  it('lets the cache forget and the state not', () => {
    const cache = renderRedisConfig('cache', '10.200.0.11');
    expect(cache).toMatch(/^appendonly no$/m);
    expect(cache).toMatch(/^maxmemory-policy allkeys-lru$/m);
    const state = renderRedisConfig('state', '10.200.0.11');
    expect(state).toMatch(/^appendonly yes$/m);
    expect(state).toMatch(/^maxmemory-policy noeviction$/m);
  });

  it('listens at its own address and port only', () => {
    expect(renderRedisConfig('cache', '10.200.0.12')).toMatch(/^bind 10\.200\.0\.12\nport 6379$/m);
    expect(renderRedisConfig('state', '10.200.0.12')).toMatch(/^bind 10\.200\.0\.12\nport 6380$/m);
  });

  it('knows nobody without a name, and no password but its digest', () => {
    const users = renderUsers('secret');
    expect(users).toMatch(/^user default off .*-@all$/m);
    expect(users).not.toContain('secret');
    expect(users).toContain('#2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b');
  });
});

describe('PostgreSQL behind FerretDB', () => {
  it('keeps what DocumentDB needs to reach its own server', () => {
    const config = renderPostgresConfig('10.200.0.11');
    expect(config).toContain("shared_preload_libraries = 'pg_cron, pg_documentdb_core, pg_documentdb, ");
    expect(config).toContain("cron.host = '/srv/postgres'");
    expect(config).toContain("documentdb.localhost_connection_string = 'host=/srv/postgres port=5433'");
  });

  it('is reached over TCP from the node alone, by password', () => {
    expect(renderAccess().match(/^host.*$/gm)).toEqual(['host all all 10.200.0.1/32 scram-sha-256']);
  });
});

describe('Consul', () => {
  const facts = { gossipKey: 'key', adminToken: 'admin', agentToken: 'agent', caFile: '/ca.pem' };
  const config = consulConfig(storeInstance('test'), facts);

  it('denies what no token allows, and speaks to nobody without a certificate', () => {
    expect(config.acl).toMatchObject({ enabled: true, default_policy: 'deny' });
    expect(config.tls.internal_rpc).toEqual({ verify_server_hostname: true, verify_incoming: true });
    expect(config.encrypt).toBe('key');
  });

  it('has no plain HTTP and stays at its address', () => {
    expect(config.ports).toMatchObject({ http: -1, https: 8501, dns: 8600 });
    expect([config.bind_addr, config.client_addr]).toEqual(['10.200.0.12', '10.200.0.12']);
  });
});

describe('an instance', () => {
  it('keeps the data of its servers apart from the other instance', () => {
    const folders = [...storeServers('shop'), ...storeServers('test')].map(({ dataDir }) => dataDir);
    expect(new Set(folders).size).toBe(folders.length);
  });

  it('reads who listens', () => {
    const text = [
      'LISTEN 0 4096 10.200.0.12:27017 0.0.0.0:* users:(("ferretdb",pid=1926,fd=5))',
      'LISTEN 0 511  127.0.0.1:8080 0.0.0.0:* users:(("nginx",pid=12,fd=6),("nginx",pid=11,fd=6))',
      'LISTEN 0 128  *:22 *:*',
    ].join('\n');
    expect(readListeners(text)).toEqual([
      { port: 27017, program: 'ferretdb', pid: 1926 },
      { port: 8080, program: 'nginx', pid: 12 },
    ]);
  });
});
