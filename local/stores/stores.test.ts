import { describe, expect, it } from 'vitest';
import { loopbackPorts } from '../paths.ts';
import { isOfStores, readListeners } from './address.ts';
import { storeServers } from './stores.ts';

describe('an instance', () => {
  it('keeps the data of its servers apart from the other instance', () => {
    const folders = [...storeServers('shop'), ...storeServers('test')].map(({ dataDir }) => dataDir);
    expect(new Set(folders).size).toBe(folders.length);
  });

  it('stops whoever works with another server before that', () => {
    const servers = storeServers('shop');
    const names = servers.map(({ name }) => name);
    expect(servers.flatMap(({ name, needs }) => (needs ? [`${name} < ${needs}`] : []))).toEqual([
      'rabbitmq < epmd',
      'ferretdb < postgres',
      'orders-1-replica < orders-1',
      'orders-2-replica < orders-2',
      'orders-3-replica < orders-3',
    ]);
    expect(servers.filter(({ needs }) => needs && !names.includes(needs))).toEqual([]);
  });

  it('shares no port on loopback with the other', () => {
    const { shop, test } = loopbackPorts;
    expect(new Set([...Object.values(shop), ...Object.values(test)]).size).toBe(4);
  });

  it('minds who listens at a port of theirs, and nobody else', () => {
    expect([27017, 5453, 15672, 8600, 41_234].filter(isOfStores)).toEqual([27017, 5453, 15672, 8600]);
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
