import { describe, expect, it } from 'vitest';
import { storeInstance } from '../instance.ts';
import { rabbitEnvironment } from './rabbitmq.ts';
import { advancedConfig, renderRabbitConfig } from './settings.ts';

describe('RabbitMQ', () => {
  const config = renderRabbitConfig({ address: '10.200.0.12', password: 'secret' });

  it('answers at its own address, and to other nodes of Erlang on loopback only', () => {
    expect(config).toContain('listeners.tcp.1 = 10.200.0.12:5672\n');
    expect(config).toContain('management.tcp.ip = 10.200.0.12\n');
    expect(config).toContain('distribution.listener.interface = 127.0.0.1\n');
  });

  it('looks for a free port of Erlang where its own is, so that two of them can run', () => {
    const port = (name: 'shop' | 'test') => rabbitEnvironment(storeInstance(name))['RABBITMQ_DIST_PORT'];
    expect([port('shop'), port('test')]).toEqual(['25672', '25673']);
  });

  it('bounds its memory, and that of its log', () => {
    expect(config).toMatch(/^vm_memory_high_watermark\.absolute = \d+MiB$/m);
    expect(advancedConfig).toContain('{quorum_wal_max_size_bytes, 33554432}');
  });
});
