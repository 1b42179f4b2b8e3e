import { beforeAll, describe, expect, it } from 'vitest';
import { type Registered, type Run, runProgram } from './engine/engine.ts';
import { within } from './engine/refusals.ts';
import { type Config, configOf, settingsOf, type Stack } from './engine/stacks.ts';

const run = (
  stack: Stack,
  change: Config = {},
  options: Partial<Parameters<typeof runProgram>[0]> = {},
): Promise<Run> => runProgram({ stack, config: configOf({ ...settingsOf(stack), ...change }), ...options });

const withShards = (shards: string[]): Config => {
  const databases = settingsOf('prod')['databases'] as { orders: object };
  return { databases: { ...databases, orders: { ...databases.orders, shards } } };
};

const whole = {} as Record<Stack, Run>;

beforeAll(async () => {
  for (const stack of ['dev', 'prod'] as const) whole[stack] = await run(stack);
});

const byUrn = (resources: readonly Registered[]) => new Map(resources.map((each) => [each.urn, each]));
const text = (resources: readonly Registered[]) =>
  resources
    .map((each) => JSON.stringify(each))
    .toSorted()
    .join('\n');

describe('running the program again', () => {
  it('asks for the same, byte for byte', async () => {
    const again = await run('prod');
    expect(text(again.resources)).toBe(text(whole.prod.resources));
  });

  it('with a third shard adds, and changes of what was there only the Storefront', async () => {
    const two = byUrn(whole.prod.resources);
    const three = byUrn((await run('prod', withShards(['orders-1', 'orders-2', 'orders-3']))).resources);
    expect([...two.keys()].filter((urn) => !three.has(urn))).toEqual([]);
    const added = [...three.keys()].filter((urn) => !two.has(urn));
    expect(added.length).toBeGreaterThan(0);
    expect(added.filter((urn) => !urn.includes('orders-3'))).toEqual([]);
    const changed = [...two].filter(
      ([urn, { inputs }]) => JSON.stringify(three.get(urn)?.inputs) !== JSON.stringify(inputs),
    );
    expect(changed.map(([, { type }]) => type).filter((type) => !type.startsWith('storefront:'))).toEqual([
      'kubernetes:storefront.dev/v1alpha1:Storefront',
    ]);
  });

  it('after it broke half-way asks for the same as if it had not', async () => {
    const unbroken = byUrn(whole.prod.resources);
    const broken = await run('prod', {}, { refuse: 'state' });
    expect(broken.exitCode).not.toBe(0);
    expect(broken.resources.length).toBeLessThan(unbroken.size);
    const different = broken.resources.filter(
      (each) => JSON.stringify(unbroken.get(each.urn)?.inputs) !== JSON.stringify(each.inputs),
    );
    expect(different.map(({ urn }) => urn)).toEqual([]);
  });
});

describe('a first preview', () => {
  it.each(['dev', 'prod'] as const)('of %s passes while no value is known', async (stack) => {
    const { exitCode, log, resources } = await run(stack, {}, { preview: true });
    expect(log).toBe('');
    expect(exitCode).toBe(0);
    expect(resources.map(({ urn }) => urn).toSorted()).toEqual(whole[stack].resources.map(({ urn }) => urn).toSorted());
  });
});

it('leaves nodes to Autopilot where that is chosen: no pools, and nothing that asks for one', async () => {
  const cluster = settingsOf('prod')['cluster'] as Config;
  const { exitCode, resources } = await run('prod', { cluster: { ...cluster, mode: 'Autopilot' } });
  expect(exitCode).toBe(0);
  expect(resources.filter(({ type }) => type.endsWith(':NodePool'))).toEqual([]);
  expect(resources.filter(({ inputs }) => JSON.stringify(inputs).includes('storefront.dev/pool'))).toEqual([]);
  const [gke] = resources.filter(({ type }) => type === 'gcp:container/cluster:Cluster');
  const refused = [
    'removeDefaultNodePool',
    'nodeConfig',
    'enableShieldedNodes',
    'enableIntranodeVisibility',
    'workloadIdentityConfig',
  ];
  expect(Object.keys(gke?.inputs ?? {}).filter((key) => refused.includes(key))).toEqual([]);
});

it('tells the shop where a Valkey is', async () => {
  const caches = settingsOf('prod')['caches'] as Config;
  const { resources } = await run('prod', { caches: { ...caches, engine: 'Valkey' } });
  const [shop] = resources.filter(({ type, isCustom }) => isCustom && type.endsWith(':Storefront'));
  const { stores } = shop!.inputs['spec'] as { stores: Record<string, object> };
  expect(stores['cache']).toMatchObject({ primary: { host: '10.45.0.4', port: 6379 } });
  expect(stores['state']).toMatchObject({ primary: { host: '10.45.0.5', port: 6379 } });
});

describe('the teardown setting', () => {
  it('clears all three guards of everything that holds data', async () => {
    const guardsOf = ({ protect, inputs }: Registered) => {
      const settings = inputs['settings'] as { deletionProtectionEnabled?: boolean } | undefined;
      return [protect, inputs['deletionProtection'], settings?.deletionProtectionEnabled];
    };
    const guards = (resource: Registered) => guardsOf(resource).includes(true);
    const databases = whole.prod.resources.filter(({ type }) => type === 'gcp:sql/databaseInstance:DatabaseInstance');
    expect(databases.map(guardsOf)).toEqual(databases.map(() => [true, true, true]));
    expect(databases.length).toBeGreaterThan(3);
    const guarded = whole.prod.resources.filter(guards);
    expect(guarded.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['cluster', 'customers', 'orders-1', 'orders-2', 'state', 'media', 'mongo', 'broker']),
    );
    const cleared = (await run('prod', { teardown: true })).resources;
    expect(cleared.filter(guards).map(({ urn }) => urn)).toEqual([]);
    expect(cleared.find(({ name, isCustom }) => name === 'media' && isCustom)?.inputs['forceDestroy']).toBe(true);
  });
});

it('lets a shard go once it is retired: first its guards, then the shard', async () => {
  const { databases } = withShards(['orders-1', 'orders-2']) as { databases: { orders: object } };
  const retired = { databases: { ...databases, orders: { ...databases.orders, retired: ['orders-2'] } } };
  const guarded = (await run('prod', retired)).resources.filter(({ protect }) => protect).map(({ name }) => name);
  expect(guarded).toContain('orders-1');
  expect(guarded.filter((name) => name.startsWith('orders-2'))).toEqual([]);
  const gone = {
    databases: { ...databases, orders: { ...databases.orders, shards: ['orders-1'], retired: ['orders-2'] } },
  };
  expect((await run('prod', gone, { previous: { shards: ['orders-1', 'orders-2'] } })).exitCode).toBe(0);
});

describe('a stack that cannot be made', () => {
  const cases: [string, Stack, Config, string][] = [
    ['has no project', 'dev', { project: undefined }, 'project: is missing: pulumi config set --path project'],
    ['has a region that does not exist', 'dev', { region: 'europe-west99' }, 'region: choose one of'],
    [
      'has ranges that overlap',
      'prod',
      within('prod', 'network', { services: '10.36.0.0/20' }),
      'network.pods: overlaps network.services: give each its own range',
    ],
    [
      'describes a shop that the kind refuses',
      'dev',
      within('dev', 'shop', {
        spec: { locale: 'en-GB', timeZone: 'Europe/Berlin', currencies: ['euro'], countries: ['DE'] },
      }),
      'shop.spec.currencies.0: write the ISO 4217 code, such as EUR',
    ],
    ['is prod without a budget', 'prod', { budget: undefined }, 'budget: prod needs one'],
    [
      'names no DNS zone',
      'dev',
      { edge: { host: 'shop.acme.example', requestsPerMinute: 1200 } },
      'edge.dnsZone: is missing',
    ],
  ];
  it.each(cases)(
    'because it %s says so in one message, before any resource',
    async (_title, stack, change, message) => {
      const { exitCode, log, resources } = await run(stack, change);
      expect(exitCode).not.toBe(0);
      expect(log).toContain(message);
      expect(log.match(/This stack cannot be made/g)).toHaveLength(1);
      expect(log).not.toContain(' at ');
      expect(resources.filter(({ isCustom }) => isCustom)).toEqual([]);
    },
  );

  it('because a shard that exists is not listed says so, and not when everything is to go', async () => {
    const previous = { shards: ['orders-1', 'orders-2', 'orders-3'] };
    const { exitCode, log, resources } = await run('prod', {}, { previous });
    expect(exitCode).not.toBe(0);
    expect(log).toContain('databases.orders.shards: orders-3 exists and is not listed: put it back');
    expect(resources.filter(({ isCustom }) => isCustom)).toEqual([]);
    expect((await run('prod', { teardown: true }, { previous })).exitCode).toBe(0);
  });
});
