import { describe, expect, it } from 'vitest';
import { advancedConfig, renderRabbitConfig } from './settings.ts';

describe('RabbitMQ', () => {
  const config = renderRabbitConfig({ address: '10.200.0.12', password: 'secret', distributionPort: 25673 });

  it('answers at its own address, and to other nodes of Erlang on loopback only', () => {
    expect(config).toContain('listeners.tcp.1 = 10.200.0.12:5672\n');
    expect(config).toContain('management.tcp.ip = 10.200.0.12\n');
    expect(config).toContain('distribution.listener.interface = 127.0.0.1\n');
  });

  it('bounds its memory, and that of its log', () => {
    expect(config).toMatch(/^vm_memory_high_watermark\.absolute = \d+MiB$/m);
    expect(advancedConfig).toContain('{quorum_wal_max_size_bytes, 33554432}');
  });
});
