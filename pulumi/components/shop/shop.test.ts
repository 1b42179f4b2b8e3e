import { output } from '@pulumi/pulumi';
import { describe, expect, it } from 'vitest';
import { type Made, register, site } from '../../tests/engine/mocks.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { Edge } from './edge.ts';
import { Namespaces } from './namespaces.ts';
import { Secrets } from './secrets.ts';
import { managedRules, Shield } from './shield.ts';

const cluster = {
  principal: (namespace: string, account: string) => output(`principal://${namespace}/${account}`),
} as unknown as Cluster;
const of = (made: Made[], type: string) => made.filter((each) => each.type.endsWith(`:${type}`));

describe('a secret', () => {
  const make = () =>
    register(() => {
      const namespaces = new Namespaces('namespaces', { site });
      const secrets = new Secrets('secrets', { site, cluster, namespaces, integrations: {} });
      secrets.write('mongo-admin', ['shop', 'mongo'], { username: 'admin', password: 'p' });
    });

  it('has a version for each key, which only the accounts that copy it may read', async () => {
    const made = await make();
    expect(of(made, 'Secret').map(({ inputs }) => inputs['secretId'])).toEqual([
      'acme-prod-mongo-admin-username',
      'acme-prod-mongo-admin-password',
    ]);
    const grants = of(made, 'SecretIamMember').map(
      ({ inputs }) => `${String(inputs['secretId'])} ${String(inputs['member'])}`,
    );
    expect(grants).toHaveLength(4);
    expect(grants).toContain('mongo-admin-password-id principal://mongo/secret-sync');
    expect(
      of(made, 'SecretIamMember').every(({ inputs }) => inputs['role'] === 'roles/secretmanager.secretAccessor'),
    ).toBe(true);
  });

  it('comes under its own name into each namespace, by exact version', async () => {
    const made = await make();
    expect(of(made, 'SecretSync').map(({ inputs }) => inputs['metadata'])).toEqual([
      { name: 'acme-mongo-admin', namespace: 'shop' },
      { name: 'acme-mongo-admin', namespace: 'mongo' },
    ]);
    const [source] = of(made, 'SecretProviderClass') as [Made];
    const { parameters } = source.inputs['spec'] as { parameters: { secrets: string } };
    expect(JSON.parse(parameters.secrets)).toEqual([
      { resourceName: 'projects/123456789012/secrets/mongo-admin-username/versions/1', path: 'username' },
      { resourceName: 'projects/123456789012/secrets/mongo-admin-password/versions/1', path: 'password' },
    ]);
  });
});

describe('the edge', () => {
  const settings = { host: 'shop.acme.example', dnsZone: 'acme-example', requestsPerMinute: 600 };

  it('writes into the zone that exists: the address, and the proof for the certificate', async () => {
    const made = await register(() => new Edge('edge', { site, settings }));
    expect(of(made, 'RecordSet').map(({ inputs }) => [inputs['managedZone'], inputs['name'], inputs['type']])).toEqual([
      ['acme-example', 'shop.acme.example.', 'A'],
      ['acme-example', '_acme-challenge.shop.acme.example.', 'CNAME'],
    ]);
  });

  it('takes routes of the namespace of the shop alone, by HTTPS alone', async () => {
    const made = await register(() => new Edge('edge', { site, settings }));
    expect(of(made, 'Gateway')[0]?.inputs['spec']).toMatchObject({
      gatewayClassName: 'gke-l7-global-external-managed',
      addresses: [{ type: 'NamedAddress', value: 'edge-0a1b2c3' }],
      listeners: [
        {
          protocol: 'HTTPS',
          port: 443,
          hostname: 'shop.acme.example',
          allowedRoutes: {
            namespaces: { from: 'Selector', selector: { matchLabels: { 'storefront.dev/shop': 'acme' } } },
          },
        },
      ],
    });
  });

  it('refuses an address that asks too much, after the managed rules and before everyone else', async () => {
    const made = await register(() => new Shield('shield', { requestsPerMinute: 600 }));
    const { rules } = (made[0] as Made).inputs as {
      rules: { priority: number; action: string; rateLimitOptions?: object }[];
    };
    const inOrder = rules.toSorted((a, b) => a.priority - b.priority);
    expect(inOrder.map(({ action }) => action)).toEqual([...managedRules.map(() => 'deny(403)'), 'throttle', 'allow']);
    expect(inOrder.at(-2)?.rateLimitOptions).toMatchObject({ rateLimitThreshold: { count: 600, intervalSec: 60 } });
    expect(new Set(rules.map(({ priority }) => priority)).size).toBe(rules.length);
  });
});
