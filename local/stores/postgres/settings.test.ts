import { describe, expect, it } from 'vitest';
import { documentAccess, documentSettings } from '../mongo.ts';
import { databaseAccess } from './databases.ts';
import { primarySettings, renderPostgresConfig, replicaSettings } from './settings.ts';

describe('PostgreSQL behind FerretDB', () => {
  it('keeps what DocumentDB needs to reach its own server', () => {
    const config = renderPostgresConfig({ address: '10.200.0.11', port: 5433, settings: documentSettings });
    expect(config).toContain("shared_preload_libraries = 'pg_cron, pg_documentdb_core, pg_documentdb, ");
    expect(config).toContain("cron.host = '/srv/postgres'");
    expect(config).toContain("documentdb.localhost_connection_string = 'host=/srv/postgres port=5433'");
  });

  it('is reached over TCP from the node alone, by password', () => {
    expect(documentAccess.match(/^host.*$/gm)).toEqual(['host all all 10.200.0.1/32 scram-sha-256']);
  });
});

describe('PostgreSQL of customers and orders', () => {
  it('trusts nobody who comes over TCP, and lets only the node stream', () => {
    expect(databaseAccess.match(/^host.*$/gm)).toEqual([
      'host all all 10.200.0.1/32 scram-sha-256',
      'host all all 10.244.0.0/22 scram-sha-256',
      'host replication replica 10.200.0.1/32 scram-sha-256',
    ]);
    expect(databaseAccess.match(/^.*trust$/gm)).toEqual(['local all all trust']);
  });

  it('listens at its own address, and can send its buckets elsewhere', () => {
    const config = renderPostgresConfig({ address: '10.200.0.12', port: 5441, settings: primarySettings });
    expect(config).toContain("listen_addresses = '10.200.0.12'\nport = '5441'");
    expect(config).toContain("wal_level = 'logical'");
  });

  it('gives a replica as much room as its primary, without which it would not start', () => {
    const replica = replicaSettings('host=a', 'replica');
    for (const name of ['max_connections', 'wal_level']) expect(replica[name]).toBe(primarySettings[name]);
    expect(replica).toMatchObject({ primary_conninfo: 'host=a', primary_slot_name: 'replica' });
  });
});
