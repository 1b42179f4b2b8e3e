import { describe, expect, it } from 'vitest';
import { inside, renderCurlConfig } from './network.ts';

describe('inside the namespace', () => {
  it('runs a command as it is', () => {
    expect(inside(['ls', '-l'])).toEqual(['nsenter', '--net=/run/netns/storefront', '--', 'ls', '-l']);
  });

  it('passes tokens and bodies by the config, quoted', () => {
    const config = renderCurlConfig({
      url: 'https://10.200.0.11:8501/v1/acl/policy',
      method: 'PUT',
      headers: { 'X-Consul-Token': 'secret' },
      body: { Rules: 'node_prefix "" { policy = "read" }' },
      caFile: '/path with space/ca.pem',
    });
    expect(config).toContain('header = "X-Consul-Token: secret"\n');
    expect(config).toContain('cacert = "/path with space/ca.pem"\n');
    expect(config).toContain(String.raw`data-raw = "{\"Rules\":\"node_prefix \\\"\\\" { policy = \\\"read\\\" }\"}"`);
  });
});
