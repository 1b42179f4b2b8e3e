/** An advice that changes nothing costs the night in which somebody follows it. */
import { beforeAll, describe, expect, it } from 'vitest';
import { storeAlerts } from '../components/project/alerts.ts';
import { type Registered, runProgram } from './engine/engine.ts';
import { databases, within } from './engine/refusals.ts';
import { type Config, configOf, settingsOf } from './engine/stacks.ts';

const engines = ['Redis', 'Valkey'] as const;
type Engine = (typeof engines)[number];

/** Setting → a higher value, and the field of the resource that must follow. */
const remedies: Record<string, { change: Config; type: string; name: string; field: string }> = {
  'databases.customers.tier': {
    change: databases('prod', { customers: { tier: 'db-custom-8-32768' } }),
    type: ':DatabaseInstance',
    name: 'customers',
    field: 'settings.tier',
  },
  'databases.orders.tier': {
    change: databases('prod', { orders: { tier: 'db-custom-8-32768' } }),
    type: ':DatabaseInstance',
    name: 'orders-1-replica-1',
    field: 'settings.tier',
  },
  'databases.orders.shards': {
    change: databases('prod', { orders: { shards: ['orders-1', 'orders-2', 'orders-3'] } }),
    type: ':Storefront',
    name: 'storefront',
    field: 'spec.stores.orders.shards.2.name',
  },
  'caches.state.sizeGb': {
    change: within('prod', 'caches', { state: { sizeGb: 12 } }),
    type: ':Instance',
    name: 'state',
    field: '',
  },
  'mongo.diskGb': {
    change: within('prod', 'mongo', { diskGb: 200 }),
    type: ':PerconaServerMongoDB',
    name: 'mongo',
    field: 'spec.replsets.1.volumeSpec.persistentVolumeClaim.resources.requests.storage',
  },
  'broker.diskGb': {
    change: within('prod', 'broker', { diskGb: 100 }),
    type: ':RabbitmqCluster',
    name: 'broker',
    field: 'spec.persistence.storage',
  },
  'discovery.diskGb': {
    change: within('prod', 'discovery', { diskGb: 20 }),
    type: ':Release',
    name: 'discovery',
    field: 'values.server.storage',
  },
};

const memoryField: Record<Engine, string> = { Redis: 'memorySizeGb', Valkey: 'shardCount' };
const namedIn = (advice: string): string[] =>
  [...advice.matchAll(/`([a-z]+(?:\.[a-zA-Z]+)+)`/g)].map(([, setting]) => setting as string);

const before = {} as Record<Engine, Registered[]>;
const after = {} as Record<Engine, Registered[]>;

beforeAll(async () => {
  const raised = Object.values(remedies).reduce<Config>((all, { change }) => deep(all, change), settingsOf('prod'));
  for (const engine of engines) {
    before[engine] = await resources(deep(settingsOf('prod'), { caches: { engine } }));
    after[engine] = await resources(deep(raised, { caches: { engine } }));
  }
});

async function resources(settings: Config): Promise<Registered[]> {
  const { log, resources: made } = await runProgram({ stack: 'prod', config: configOf(settings) });
  expect(log).toBe('');
  return made.filter(({ isCustom }) => isCustom);
}

/** `change` holds whole settings; only what differs from the stack's own is taken from it. */
function deep(settings: Config, change: Config, own: unknown = settingsOf('prod')): Config {
  const inner = (value: unknown): value is Config =>
    typeof value === 'object' && value !== null && !Array.isArray(value);
  const entries = Object.entries(change).flatMap(([key, value]) => {
    const original = (own as Config | undefined)?.[key];
    if (inner(value)) return [[key, deep((settings[key] ?? {}) as Config, value, original)]];
    return JSON.stringify(value) === JSON.stringify(original) ? [] : [[key, value]];
  });
  return { ...settings, ...Object.fromEntries(entries) };
}

const at = (value: unknown, field: string): unknown =>
  field.split('.').reduce<unknown>((inner, key) => (inner as Config | undefined)?.[key], value);

describe.each(engines)('the alerts of a shop on %s', (engine) => {
  const advised = storeAlerts(engine).flatMap(({ name, advice }) =>
    namedIn(advice).map((setting): [string, string] => [name, setting]),
  );

  it('advise something of each store', () => {
    expect(new Set(advised.map(([, setting]) => setting))).toEqual(new Set(Object.keys(remedies)));
  });

  it.each(advised)('%s advises %s, which changes what it watches', (_name, setting) => {
    const remedy = remedies[setting] as (typeof remedies)[string];
    const field = remedy.field || memoryField[engine];
    const find = (all: Registered[]) =>
      all.find(({ type, name }) => type.endsWith(remedy.type) && name === remedy.name) as Registered;
    expect(at(find(after[engine]).inputs, field)).toBeDefined();
    expect(at(find(after[engine]).inputs, field)).not.toEqual(at(find(before[engine]).inputs, field));
    expect(find(after[engine]).ignoreChanges.filter((ignored) => field.startsWith(ignored))).toEqual([]);
  });

  it('watch the memory of what they run on, and of what may not be full alone', () => {
    const filters = storeAlerts(engine).map(({ filter }) => filter as string);
    const memory = filters.filter((filter) => filter.includes('/memory/'));
    expect(memory).toHaveLength(1);
    expect(memory[0]).toContain(engine === 'Redis' ? '"redis.googleapis.com/' : '"memorystore.googleapis.com/');
    const [, pattern] = /full_match\("(.+)"\)/.exec(memory[0] as string) as unknown as [string, string];
    const isWatched = (id: string) => new RegExp(`^(?:${pattern})$`).test(id);
    expect(
      ['projects/state/locations/europe-west1/instances/state-0a1b2c3', 'acme-prod-state'].filter(isWatched),
    ).toHaveLength(2);
    expect(
      ['projects/state/locations/europe-west1/instances/cache-0a1b2c3', 'estate-prod-cache'].filter(isWatched),
    ).toEqual([]);
  });
});

it('lets volumes grow: the class of all, and the operator of MongoDB, which must be told', () => {
  const [storage] = before.Redis.filter(({ type }) => type.endsWith(':StorageClass'));
  expect(storage?.inputs).toMatchObject({ allowVolumeExpansion: true });
  const [mongo] = before.Redis.filter(({ type }) => type.endsWith(':PerconaServerMongoDB'));
  expect(mongo?.inputs['spec']).toMatchObject({ storageScaling: { enableVolumeScaling: true } });
});
