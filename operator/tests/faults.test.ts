/** Whatever the API server does for a while: once it is well again, the Storefront is what it should be and nothing is written any more. */
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { ClusterError } from '../src/cluster.ts';
import type { Cluster } from '../src/cluster.ts';
import { keyOf } from '../src/cluster.ts';
import { Deployment, Storefront } from '../src/kinds.ts';
import { createMemoryCluster, MemoryStore } from '../src/memory/memory-cluster.ts';
import { differences } from '../src/storefront/difference.ts';
import { openMemory } from './places.ts';
import type { Call, Place } from './places.ts';
import {
  childrenOf,
  conditionOf,
  ConfigMap,
  makeReferencedSecrets,
  readStorefront,
  renderable,
  sampleStorefront,
  startOperator,
  stillShop,
  within,
  writesAtRest,
} from './stage.ts';
import type { Sample } from './stage.ts';

const faults = {
  overloaded: () => new ClusterError('overloaded', { status: 429, reason: 'TooManyRequests' }),
  broken: () => new ClusterError('etcd is away', { status: 500, reason: 'InternalError' }),
  conflict: () => new ClusterError('changed meanwhile', { status: 409, reason: 'Conflict' }),
  lost: () => new ClusterError('no answer', { status: 0, reason: 'NoAnswer' }),
} as const;

type Fault = keyof typeof faults | 'interrupt' | 'compact' | 'none';
type Meddling = 'scale' | 'delete' | 'edit' | 'spec' | 'nothing';

/** A memory cluster whose answers to the operator follow a plan, call by call; then all is well. */
function unreliable(store: MemoryStore, plan: Fault[]): Place {
  const reliable = openMemory(store);
  const before = () => {
    const fault = plan.shift() ?? 'none';
    if (fault === 'interrupt') store.history.interrupt();
    else if (fault === 'compact') store.history.compact();
    else if (fault !== 'none') throw faults[fault]();
  };
  const client = (fieldManager: string, onCall?: (call: Call) => void) =>
    createMemoryCluster(
      {
        fieldManager,
        before(call) {
          onCall?.(call);
          before();
        },
      },
      store,
    );
  return { ...reliable, client };
}

async function meddle(what: Meddling, person: Cluster, acme: Sample): Promise<void> {
  const { namespace = '', name } = acme.metadata;
  const product = { namespace, name: `${name}-product` };
  if (what === 'spec') await person.merge(Storefront, keyOf(acme), { spec: { services: { web: { replicas: 4 } } } });
  const live = await person.get(what === 'edit' ? ConfigMap : Deployment, product);
  if (live === null) return;
  if (what === 'scale') await person.merge(Deployment, product, { spec: { replicas: 9 } });
  if (what === 'edit') await person.merge(ConfigMap, product, { data: { 'nginx.conf': 'mine' } });
  if (what === 'delete') await person.remove(Deployment, product, { uid: live.metadata.uid ?? '' });
}

describe('an operator on an API server that fails', () => {
  const fault = fc.oneof(
    { weight: 6, arbitrary: fc.constant<Fault>('none') },
    { weight: 4, arbitrary: fc.constantFrom<Fault>('overloaded', 'broken', 'conflict', 'lost') },
    { weight: 1, arbitrary: fc.constantFrom<Fault>('interrupt', 'compact') },
  );
  const meddling = fc.array(fc.constantFrom<Meddling>('scale', 'delete', 'edit', 'spec', 'nothing'), { maxLength: 4 });

  it('comes to what is wanted, and then to rest', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fault, { minLength: 10, maxLength: 80 }), meddling, async (plan, deeds) => {
        const store = new MemoryStore();
        const place = unreliable(store, [...plan]);
        const person = openMemory(store).client('person');
        const acme = sampleStorefront(place.namespace, 'test');
        await makeReferencedSecrets(person, acme);
        await person.apply(Storefront, acme);
        const running = await startOperator(place, { shop: stillShop(), operatorClass: 'test' });
        for (const deed of deeds) await meddle(deed, person, acme);
        await vi.waitFor(() => isAsWanted(person, acme), within(15_000));
        expect(await writesAtRest(running, acme)).toEqual([]);
        await running.stop();
      }),
      { numRuns: 15 },
    );
  });

  it('sees a change that its own status overtook', async () => {
    const reliable = openMemory();
    const person = reliable.client('person');
    const acme = sampleStorefront(reliable.namespace, 'test');
    await makeReferencedSecrets(person, acme);
    await person.apply(Storefront, acme);
    let change: Promise<unknown> | undefined;
    const place: Place = {
      ...reliable,
      client: (manager, onCall) =>
        reliable.client(manager, (call) => {
          onCall?.(call);
          if (call.subresource === 'status') change ??= meddle('spec', person, acme);
        }),
    };
    const running = await startOperator(place, { shop: stillShop(), operatorClass: 'test' });
    await vi.waitFor(() => expect(change).toBeDefined(), within(5_000));
    await change;
    await vi.waitFor(() => isAsWanted(person, acme), within(5_000));
    await running.stop();
  });

  it('is not led astray by watches that break again and again', async () => {
    const store = new MemoryStore();
    const place = openMemory(store);
    const person = place.client('person');
    const acme = sampleStorefront(place.namespace, 'test');
    await makeReferencedSecrets(person, acme);
    await person.apply(Storefront, acme);
    const running = await startOperator(place, { shop: stillShop(), operatorClass: 'test' });
    await vi.waitFor(() => isAsWanted(person, acme), within(10_000));
    for (const deed of ['scale', 'edit', 'delete'] as const) {
      store.history.interrupt();
      await meddle(deed, person, acme);
      store.history.compact();
      store.history.interrupt();
      await vi.waitFor(() => isAsWanted(person, acme), within(10_000));
    }
    expect(await writesAtRest(running, acme)).toEqual([]);
    await running.stop();
  });
});

/** Every object is there as rendered for the spec of this moment, and the status speaks of it. */
async function isAsWanted(person: Cluster, acme: Sample): Promise<void> {
  const live = (await readStorefront(person, acme))!;
  const { storefront, refs } = await renderable(person, live);
  const children = await childrenOf(person, acme);
  for (const wanted of stillShop().render(storefront, refs)) {
    const child = children.find(({ kind, metadata }) => kind === wanted.kind && metadata.name === wanted.metadata.name);
    expect(child, `${wanted.kind}/${wanted.metadata.name}`).toBeDefined();
    expect(differences(wanted, child!)).toEqual([]);
  }
  expect(conditionOf(live, 'Ready')?.observedGeneration).toBe(live.metadata.generation);
  expect(conditionOf(live, 'Degraded')?.status).toBe('False');
}
