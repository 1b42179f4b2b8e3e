import { describe, expect, it } from 'vitest';
import { databases, refusalsOf, within } from '../tests/engine/refusals.ts';
import { type Config, settingsOf, type Stack } from '../tests/engine/stacks.ts';

const pool = { machine: 'e2-standard-4', min: 1, max: 3, diskGb: 50 };
const pools = (stack: Stack, change: Config): Config =>
  within(stack, 'cluster', {
    pools: { ...((settingsOf(stack)['cluster'] as Config)['pools'] as Config), ...change },
  });
const maintenance = (change: Config): Config =>
  within('prod', 'cluster', { maintenance: { start: '01:00', hours: 6, days: ['MO', 'TU'], ...change } });

type Case = [title: string, stack: Stack, change: Config, sentences: string[]];

const cluster: Case[] = [
  [
    'an hour that no day has',
    'prod',
    maintenance({ start: '29:00' }),
    ['cluster.maintenance.start: write a time of day in UTC, such as 02:00'],
  ],
  [
    'windows that together are shorter than GKE takes',
    'prod',
    maintenance({ days: ['MO'] }),
    ['cluster.maintenance: offers 24 hours in 32 days, GKE needs 48: add days, or hours'],
  ],
  [
    'windows that each are shorter than GKE counts',
    'prod',
    maintenance({ hours: 3 }),
    ['cluster.maintenance.hours: GKE counts only windows of four hours and more: write 4 to 24'],
  ],
  [
    'one day twice, which makes no second window',
    'prod',
    maintenance({ days: ['MO', 'MO'] }),
    [
      'cluster.maintenance.days: MO is listed twice: remove one',
      'cluster.maintenance: offers 24 hours in 32 days, GKE needs 48: add days, or hours',
    ],
  ],
  ['a zone that the region lacks', 'dev', { zones: ['a'] }, ['zones: europe-west1 has no zone a: take of b, c, d']],
  [
    'a zone of another region',
    'prod',
    { region: 'us-west1', zones: ['a', 'b', 'f'] },
    ['zones: us-west1 has no zone f: take of a, b, c'],
  ],
  [
    'machines whose disks are not those of nodes here',
    'dev',
    pools('dev', { services: { ...pool, machine: 'n4-standard-4' } }),
    [
      'cluster.pools.services.machine: n4 takes Hyperdisks only, and all disks here are Persistent Disks: ' +
        'take one of e2, n1, n2, n2d, t2d, c2, c2d, c3, c3d',
    ],
  ],
  [
    'nodes that wait for a training',
    'prod',
    pools('prod', { training: { ...pool } }),
    ['cluster.pools.training.min: its nodes are there for the time of a training: write 0'],
  ],
  [
    'more backups than GKE keeps',
    'prod',
    within('prod', 'cluster', { backup: { schedule: '0 */6 * * *', keepDays: 120 } }),
    [
      'cluster.backup.keepDays: GKE keeps 360 backups, at this schedule those of 90 days: write less, or back up less often',
    ],
  ],
  [
    'a schedule that no clock knows',
    'dev',
    within('dev', 'cluster', { backup: { schedule: '30 25 * * *', keepDays: 7 } }),
    ['cluster.backup.schedule: write a schedule of five fields (minute, hour, day, month, weekday), such as 0 3 * * *'],
  ],
];

const network: Case[] = [
  [
    'fewer addresses than nodes',
    'prod',
    { ...within('prod', 'network', { nodes: '10.32.0.0/24' }), ...pools('prod', { services: { ...pool, max: 200 } }) },
    [
      'network.nodes: has room for 252 nodes, an upgrade of full pools needs 424: widen it or lower cluster.pools.*.max',
    ],
  ],
  [
    'fewer ranges of pods than nodes',
    'prod',
    within('prod', 'network', { pods: '10.36.0.0/18' }),
    ['network.pods: has room for 64 nodes, an upgrade of full pools needs 84: widen it or lower cluster.pools.*.max'],
  ],
  [
    "Docker's own range",
    'prod',
    within('prod', 'network', { producers: '172.17.0.0/20' }),
    ["network.producers: overlaps 172.17.0.0/16, Docker's bridge, which Cloud SQL does not serve: move it"],
  ],
  [
    'more services than GKE has numbers for',
    'prod',
    within('prod', 'network', { services: '172.20.0.0/14' }),
    ['network.services: is too large: take a /16 or smaller'],
  ],
];

const stores: Case[] = [
  [
    'logs for longer than the edition keeps them',
    'prod',
    databases('prod', { orders: { recoveryDays: 14 } }),
    ['databases.orders.recoveryDays: is 7 at most, or take a tier of db-perf-optimized-N-…'],
  ],
  [
    'a schedule of words',
    'dev',
    within('dev', 'mongo', { backup: { schedule: '@daily', keep: 3 } }),
    ['mongo.backup.schedule: write a schedule of five fields (minute, hour, day, month, weekday), such as 0 3 * * *'],
  ],
  [
    'processors in gibibytes',
    'dev',
    within('dev', 'mongo', { cpu: '2Gi' }),
    ['mongo.cpu: write CPUs or thousandths of one, such as 2 or 500m'],
  ],
  [
    'memory in thousandths of a byte',
    'dev',
    within('dev', 'broker', { memory: '500m' }),
    ['broker.memory: write an amount of memory with its unit, such as 512Mi or 4Gi'],
  ],
];

describe.each([
  ['cluster', cluster],
  ['network', network],
  ['stores', stores],
])('the %s', (_noun, cases) => {
  it.each(cases)('may not have %s', (_title, stack, change, sentences) => {
    expect(refusalsOf(stack, change)).toEqual(sentences);
  });
});

it('keeps logs of an edition that can for as long as it can', () => {
  const plus = { tier: 'db-perf-optimized-N-8', recoveryDays: 35 };
  expect(refusalsOf('prod', databases('prod', { customers: plus, orders: plus }))).toEqual([]);
});

it('takes a number of CPUs as `pulumi config set --path` writes it', () => {
  expect(refusalsOf('prod', within('prod', 'mongo', { cpu: 2 }))).toEqual([]);
});

it('says at once what is wrong with a field and what is wrong between others', () => {
  const change = { project: undefined, ...within('prod', 'network', { services: '10.36.0.0/20' }), zones: ['b'] };
  expect(refusalsOf('prod', change, ['orders-9']).map((line) => line.split(': ').slice(0, 2).join(': '))).toEqual([
    'project: is missing',
    'network.pods: overlaps network.services',
    'zones: prod needs three zones',
    'databases.orders.shards: orders-9 exists and is not listed',
  ]);
});

it('says of one setting what is wrong with a field and what is wrong between its others', () => {
  const wrong = {
    pools: { system: { ...pool, machine: 'big' }, services: pool },
    maintenance: { start: '01:00', hours: 4, days: ['MO'] },
    colour: 'red',
  };
  const shop = within('prod', 'shop', { name: 'Acme', spec: { locale: 'en-GB' } });
  expect(
    refusalsOf('prod', { ...within('prod', 'cluster', wrong), ...shop }).map((line) => line.split(':')[0]),
  ).toEqual([
    'cluster.pools.system.machine',
    'cluster.colour',
    'shop.name',
    'cluster.maintenance',
    'shop.spec.timeZone',
    'shop.spec.currencies',
    'shop.spec.countries',
    'shop.spec',
  ]);
});
