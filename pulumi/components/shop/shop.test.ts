import { describe, expect, it } from 'vitest';
import { type Made, of, register, site } from '../../tests/engine/mocks.ts';
import { Namespaces } from '../kubernetes/namespaces.ts';
import { Edge } from './edge.ts';
import { managedRules, Shield } from './shield.ts';

describe('the edge', () => {
  const settings = { host: 'shop.acme.example', dnsZone: 'acme-example', requestsPerMinute: 600 };

  const makeEdge = () => new Edge('edge', { site, settings, namespaces: new Namespaces('namespaces', { site }) });

  it('writes into the zone that exists: the address, and the proof for the certificate', async () => {
    const made = await register(makeEdge);
    expect(of(made, 'RecordSet').map(({ inputs }) => [inputs['managedZone'], inputs['name'], inputs['type']])).toEqual([
      ['acme-example', 'shop.acme.example.', 'A'],
      ['acme-example', '_acme-challenge.shop.acme.example.', 'CNAME'],
    ]);
  });

  it('takes routes of the namespace of the shop alone, by HTTPS alone', async () => {
    const made = await register(makeEdge);
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

  it('says in the bill whose it is: the address and Cloud Armor', async () => {
    const made = await register(makeEdge);
    for (const type of ['GlobalAddress', 'SecurityPolicy'])
      expect(of(made, type).map(({ inputs }) => inputs['labels'])).toMatchObject([{ shop: 'acme', component: 'edge' }]);
  });

  it('refuses an address that asks too much, after the managed rules and before everyone else', async () => {
    const made = await register(() => new Shield('shield', { site, requestsPerMinute: 600 }));
    const { rules } = (made[0] as Made).inputs as {
      rules: { priority: number; action: string; rateLimitOptions?: object }[];
    };
    const inOrder = rules.toSorted((a, b) => a.priority - b.priority);
    expect(inOrder.map(({ action }) => action)).toEqual([...managedRules.map(() => 'deny(403)'), 'throttle', 'allow']);
    expect(inOrder.at(-2)?.rateLimitOptions).toMatchObject({ rateLimitThreshold: { count: 600, intervalSec: 60 } });
    expect(new Set(rules.map(({ priority }) => priority)).size).toBe(rules.length);
  });
});
