import { describe, expect, it } from 'vitest';
import { storeInstance } from '../instance.ts';
import { consulConfig } from './consul.ts';

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
