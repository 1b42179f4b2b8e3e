import { output } from '@pulumi/pulumi';
import { describe, expect, it } from 'vitest';
import { site } from '../../../tests/engine/mocks.ts';
import { additionalConfig, brokerSpec, type BrokerSpecArgs } from './broker-spec.ts';

const specOf = (change: Partial<BrokerSpecArgs> = {}) =>
  brokerSpec({
    site,
    settings: { nodes: 5, cpu: '1', memory: '4Gi', diskGb: 50 },
    cluster: { storageClass: output('encrypted'), systemPool: { pool: 'system' } },
    certificate: 'tls',
    admin: 'admin',
    ...change,
  });

describe('what is asked of the operator', () => {
  /** Fields that the kind's schema demands of a part of the StatefulSet, wherever that part is overridden. */
  const required: Record<string, string[]> = {
    spec: ['containers'],
    topologySpreadConstraints: ['maxSkew', 'topologyKey', 'whenUnsatisfiable'],
    containers: ['name'],
  };
  function missing(value: unknown, path: string): string[] {
    if (typeof value !== 'object' || value === null) return [];
    const part = path
      .replace(/\.\d+$/, '')
      .split('.')
      .at(-1) as string;
    const isPart = !Array.isArray(value) && path !== 'statefulSet.spec';
    const lacks = isPart ? (required[part] ?? []).filter((field) => !(field in value)) : [];
    const inside = Object.entries(value).flatMap(([key, inner]) => missing(inner, path ? `${path}.${key}` : key));
    return [...lacks.map((field) => `${path}.${field}`), ...inside];
  }

  it.each([
    ['in one zone', { site: { ...site, isAvailable: false } }],
    ['in several', {}],
    ['on nodes of Autopilot', { cluster: { storageClass: output('encrypted'), systemPool: {} } }],
  ])('%s has every field that its schema demands of an override', (_title, change) => {
    const { override } = specOf(change);
    expect(missing(override, '')).toEqual([]);
    expect(override.statefulSet.spec.template.spec).toMatchObject({ nodeSelector: expect.any(Object) });
  });

  it('puts nodes into all zones, and as many as are wanted', () => {
    const spec = specOf();
    expect(spec.override.statefulSet.spec.template.spec).toMatchObject({
      topologySpreadConstraints: [
        {
          topologyKey: 'topology.kubernetes.io/zone',
          labelSelector: { matchLabels: { 'app.kubernetes.io/name': 'broker' } },
        },
      ],
    });
    expect(spec).not.toHaveProperty('affinity');
  });
});

it('makes quorum queues unless told otherwise, and bounds them in every virtual host', () => {
  const lines = new Map(
    additionalConfig
      .trim()
      .split('\n')
      .map((line) => line.split(' = ') as [string, string]),
  );
  expect(lines.get('default_queue_type')).toBe('quorum');
  expect(lines.get('default_policies.operator.quorum-queues.vhost_pattern')).toBe('.*');
  expect(Number(lines.get('default_policies.operator.quorum-queues.delivery_limit'))).toBeGreaterThan(0);
});
