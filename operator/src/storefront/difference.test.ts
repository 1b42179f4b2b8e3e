import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { differences } from './difference.ts';

const paths = (desired: object, live: object) => differences(desired, live).map(({ path }) => path);
const containers = (container: object) => ({
  spec: { template: { spec: { containers: [{ name: 'app', ...container }] } } },
});

describe('the difference between what is wanted and what is there', () => {
  it('is nothing where the API server added defaults, and what others wrote', () => {
    const desired = { metadata: { labels: { a: '1' } }, spec: { replicas: 2 } };
    const live = {
      metadata: { uid: 'x', labels: { a: '1', theirs: '2' } },
      spec: { replicas: 2, strategy: { type: 'RollingUpdate' } },
      status: {},
    };
    expect(paths(desired, live)).toEqual([]);
  });

  it('names the field that is another, or gone', () => {
    expect(paths({ spec: { replicas: 2, paused: false } }, { spec: { replicas: 3 } })).toEqual([
      'spec.replicas',
      'spec.paused',
    ]);
  });

  it('finds containers, variables and ports by their keys, wherever they stand', () => {
    const desired = containers({ env: [{ name: 'A', value: '1' }], ports: [{ containerPort: 80 }] });
    const live = {
      spec: {
        template: {
          spec: {
            containers: [
              { name: 'injected', image: 'mesh' },
              {
                name: 'app',
                env: [
                  { name: 'Z', value: '9' },
                  { name: 'A', value: '1' },
                ],
                ports: [{ containerPort: 80, protocol: 'TCP' }],
              },
            ],
          },
        },
      },
    };
    expect(paths(desired, live)).toEqual([]);
    expect(paths(containers({ env: [{ name: 'A', value: '2' }] }), live)).toEqual([
      'spec.template.spec.containers[app].env[A].value',
    ]);
    expect(paths(containers({ ports: [{ containerPort: 80, protocol: 'UDP' }] }), live)).toEqual([
      'spec.template.spec.containers[app].ports[80/UDP]',
    ]);
  });

  it('sees a rule that someone opened in a network policy', () => {
    const rule = (...ports: number[]) => ({
      spec: { ingress: [{ ports: ports.map((port) => ({ port, protocol: 'TCP' })) }] },
    });
    expect(paths(rule(80), rule(80, 22))).toEqual(['spec.ingress[0].ports']);
    expect(paths({ spec: { ingress: [] } }, { spec: { ingress: [{}] } })).toEqual(['spec.ingress']);
  });

  it.each([
    ['1000m', '1'],
    ['0.5', '500m'],
    ['1024Mi', '1Gi'],
    [1, '1'],
  ])('takes %s and %s for one quantity', (desired, live) => {
    expect(
      paths(
        containers({ resources: { limits: { cpu: desired } } }),
        containers({ resources: { limits: { cpu: live } } }),
      ),
    ).toEqual([]);
  });

  it('takes equal text that is no quantity for what it is', () => {
    expect(paths({ data: { a: '1000m' } }, { data: { a: '1' } })).toEqual(['data.a']);
    expect(
      paths(
        containers({ resources: { limits: { memory: '1Gi' } } }),
        containers({ resources: { limits: { memory: '1G' } } }),
      ),
    ).toHaveLength(1);
  });

  it('takes an empty list or object for one that the API server left out', () => {
    expect(paths({ spec: { podSelector: {}, egress: [] } }, { spec: {} })).toEqual([]);
  });

  it('is nothing between an object and itself, and something after any change of a field that is wanted', () => {
    const value = fc.oneof(fc.string(), fc.integer(), fc.boolean());
    const fields = fc.dictionary(
      fc.string({ minLength: 1 }),
      fc.oneof(value, fc.dictionary(fc.string({ minLength: 1 }), value, { minKeys: 1 })),
      { minKeys: 1 },
    );
    fc.assert(
      fc.property(fields, fields, (spec, extra) => {
        expect(paths({ spec }, { spec })).toEqual([]);
        const [name] = Object.keys(spec);
        expect(paths({ spec }, { spec: { ...spec, [name!]: { changed: extra } } })).not.toEqual([]);
      }),
    );
  });
});
