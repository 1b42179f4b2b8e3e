import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { parseSettings } from './config.ts';
import { overlap, parseCidr } from './config/cidr.ts';
import { isTier } from './config/schema/databases.ts';
import { databases, refusalsIn, refusalsOf, within } from './tests/engine/refusals.ts';
import { committed, type Config, packed, settingsOf, type Stack } from './tests/engine/stacks.ts';

describe('the configuration of a stack', () => {
  it.each(['dev', 'prod'] as const)('of %s is whole once a person has set what only they know', (stack) => {
    expect(refusalsOf(stack, {})).toEqual([]);
    expect(parseSettings(packed(settingsOf(stack)))).toMatchObject({ environment: stack, teardown: false });
  });

  it.each(['dev', 'prod'] as const)('of %s lacks, as it is committed, what it says that a person sets', (stack) => {
    const [comment = ''] = readFileSync(join(import.meta.dirname, `../Pulumi.${stack}.yaml`), 'utf8').split(
      '\nconfig:',
    );
    const lacking = refusalsIn(committed(stack)).map((line) => line.split(': ')[0] as string);
    expect(lacking).toEqual([
      'project',
      'cluster.securityGroup',
      'edge.host',
      'edge.dnsZone',
      'release.registry',
      'release.image',
      'release.digest',
      'alerts.email',
      ...(stack === 'prod' ? ['budget'] : []),
      'shop.spec',
    ]);
    expect(lacking.filter((field) => !comment.includes(field))).toEqual([]);
  });

  it.each(['dev', 'prod'])('of %s makes nothing by a login that a shell happens to have', (stack) => {
    const file = readFileSync(join(import.meta.dirname, `../Pulumi.${stack}.yaml`), 'utf8');
    const { config } = parse(file) as { config: Record<string, unknown> };
    expect(config['pulumi:disable-default-providers']).toEqual(['gcp', 'kubernetes', 'random', 'tls']);
  });

  it('cannot be changed by who reads it, nor can anything in it', () => {
    const settings = parseSettings(packed(settingsOf('dev')));
    expect(() => Object.assign(settings, { project: 'other' })).toThrow('read only');
    expect(() => settings.databases.orders.shards.push('orders-2')).toThrow('not extensible');
  });

  it('is refused with every mistake in one message', () => {
    const lines = refusalsOf('prod', {
      project: 'Acme Shop',
      region: 'mars-north1',
      ...databases('prod', { orders: { version: 'POSTGRES_99' } }),
      colour: 'red',
    });
    expect(lines.map((line) => line.split(':')[0])).toEqual([
      'project',
      'region',
      'databases.orders.version',
      'colour',
    ]);
  });

  const cases: [string, Stack, Config, string][] = [
    ['a missing project', 'dev', { project: undefined }, 'project: is missing: pulumi config set --path project …'],
    ['a misspelt project', 'dev', { project: 'Acme' }, 'project: write the id of the project'],
    ['an unknown region', 'dev', { region: 'europe-west99' }, 'region: choose one of asia-east1'],
    ['a zone twice', 'prod', { zones: ['b', 'b', 'c'] }, 'zones: b is listed twice'],
    [
      'a range with bits of a host',
      'prod',
      within('prod', 'network', { services: '10.36.4.0/20' }),
      'network.services: write an address range whose host bits are zero',
    ],
    [
      'ranges that overlap',
      'prod',
      within('prod', 'network', { services: '10.36.0.0/20' }),
      'network.pods: overlaps network.services',
    ],
    [
      'a public range',
      'prod',
      within('prod', 'network', { nodes: '8.8.0.0/20' }),
      'network.nodes: take a private range',
    ],
    [
      'a small range',
      'prod',
      within('prod', 'network', { producers: '10.44.0.0/24' }),
      'network.producers: is too small: take a /20',
    ],
    [
      'a PostgreSQL that is none',
      'prod',
      databases('prod', { orders: { version: 'POSTGRES_99' } }),
      'databases.orders.version:',
    ],
    [
      'a tier that is not sold',
      'prod',
      databases('prod', { orders: { tier: 'db-custom-3-16384' } }),
      'databases.orders.tier: write a tier that Cloud SQL sells',
    ],
    [
      'a machine type that is none',
      'dev',
      within('dev', 'cluster', {
        pools: {
          system: { machine: 'big', min: 1, max: 1, diskGb: 50 },
          services: { machine: 'e2-standard-4', min: 1, max: 1, diskGb: 50 },
        },
      }),
      'cluster.pools.system.machine:',
    ],
    [
      'a shard twice',
      'prod',
      databases('prod', { orders: { shards: ['a', 'a'] } }),
      'databases.orders.shards: a is listed twice',
    ],
    [
      'more databases than the quota',
      'prod',
      databases('prod', { orders: { shards: Array.from({ length: 30 }, (_, n) => `s${n}`), replicas: 3 } }),
      'databases: are 122 instances',
    ],
    ['two members of a set', 'prod', within('prod', 'mongo', { members: 2 }), 'mongo.members: an odd number'],
    ['prod with one broker', 'prod', within('prod', 'broker', { nodes: 1 }), 'broker.nodes: prod needs three'],
    ['prod in one zone', 'prod', { zones: ['b'] }, 'zones: prod needs three zones'],
    [
      'prod without a budget',
      'prod',
      { budget: undefined },
      'budget: prod needs one: pulumi config set --path budget.billingAccount',
    ],
    ['no DNS zone', 'dev', within('dev', 'edge', { dnsZone: undefined }), 'edge.dnsZone: is missing'],
    [
      'a digest that is a tag',
      'dev',
      within('dev', 'release', { digest: 'v1' }),
      'release.digest: write the digest as sha256:',
    ],
    ['a setting that does not exist', 'dev', within('dev', 'edge', { hosts: 'x' }), 'edge.hosts: is no setting'],
    [
      'a secret that nobody makes',
      'dev',
      within('dev', 'shop', { spec: { mail: { smtp: { secretRef: { name: 'acme-mails' } } } } }),
      'shop.spec: refers to the Secret acme-mails',
    ],
  ];
  it.each(cases)('is refused for %s', (_title, stack, change, message) => {
    expect(refusalsOf(stack, change).filter((line) => line.startsWith(message))).toHaveLength(1);
  });

  it('is refused where a shard that exists is not listed, unless all is to go', () => {
    const [line] = refusalsOf('prod', {}, ['orders-1', 'orders-9']);
    expect(line).toContain('orders-9 exists and is not listed: put it back');
    expect(refusalsOf('prod', { teardown: true }, ['orders-1', 'orders-9'])).toEqual([]);
  });
});

describe('an address range', () => {
  it.each(['10.0.0.0', '10.0.0.1/20', '10.0.0.0/33', '256.0.0.0/8', 'fd00::/8', ''])('is not %j', (text) =>
    expect(parseCidr(text)).toBeUndefined(),
  );

  it('overlaps what begins or ends in it, and not its neighbour', () => {
    const range = (text: string) => parseCidr(text) as NonNullable<ReturnType<typeof parseCidr>>;
    expect(overlap(range('10.0.0.0/8'), range('10.255.0.0/16'))).toBe(true);
    expect(overlap(range('10.255.0.0/16'), range('10.0.0.0/8'))).toBe(true);
    expect(overlap(range('10.0.0.0/17'), range('10.0.128.0/17'))).toBe(false);
  });
});

it.each([
  ['db-custom-1-3840', true],
  ['db-custom-2-8192', true],
  ['db-custom-96-638976', true],
  ['db-perf-optimized-N-8', true],
  ['db-custom-3-8192', false],
  ['db-custom-2-8000', false],
  ['db-custom-2-1024', false],
  ['db-custom-2-16384', false],
  ['db-custom-4-3840', true],
  ['db-f1-micro', false],
])('the tier %s is sold: %s', (tier, isSold) => expect(isTier(tier)).toBe(isSold));
