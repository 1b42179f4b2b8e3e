/** The operator's role is sufficient and minimal: what the loop does in a whole life is what `permissions.ts` lists. */
import { describe, expect, it, vi } from 'vitest';
import type { Manifest } from '../src/cluster.ts';
import { keyOf } from '../src/cluster.ts';
import { childKinds, Deployment, Job, managedBy, Secret, Storefront } from '../src/kinds.ts';
import { groupOf } from '../src/kube/resources.ts';
import { permissions } from '../src/permissions.ts';
import type { Shop } from '../src/storefront/deps.ts';
import { openMemory } from './places.ts';
import type { Call } from './places.ts';
import {
  childrenOf,
  makeReferencedSecrets,
  readStorefront,
  sampleStorefront,
  smallShop,
  startOperator,
  within,
} from './stage.ts';

const allowed = permissions.flatMap(({ apiGroups, resources, verbs }) =>
  apiGroups.flatMap((group) =>
    resources.flatMap((resource) => verbs.map((verb) => `${verb} ${resource} in "${group}"`)),
  ),
);

const used = ({ verb, kind, subresource }: Call): string =>
  `${verb} ${kind.plural}${subresource === undefined ? '' : `/${subresource}`} in "${groupOf(kind)}"`;

/** One object of each kind that a Storefront can have. */
const oneOfEach: Shop = {
  ...smallShop,
  render: ({ metadata: { name, namespace } }) =>
    childKinds
      .filter(({ kind }) => kind !== Secret.kind)
      .map(({ apiVersion, kind }): Manifest => {
        const labels = { ...managedBy, 'storefront.dev/storefront': name, 'storefront.dev/job': 'provision' };
        return { apiVersion, kind, metadata: { name, namespace: namespace ?? '', labels }, spec: {} };
      }),
  removal: () => [],
};

describe('the permissions', () => {
  it('are what the operator uses: nothing is missing and nothing is more', async () => {
    const place = openMemory();
    const person = place.client('kubectl');
    const acme = sampleStorefront(place.namespace, 'test');
    await makeReferencedSecrets(person, acme);
    await person.apply(Storefront, acme);
    const calls: Call[] = [];

    const running = await startOperator(place, { shop: oneOfEach, operatorClass: 'test' });
    const children = (kind: string) =>
      childrenOf(person, acme).then((all) => all.filter((child) => child.kind === kind));
    const report = async (kind: typeof Job, status: object) => {
      const metadata = { name: acme.metadata.name, namespace: place.namespace };
      await person.apply(
        kind,
        { apiVersion: kind.apiVersion, kind: kind.kind, metadata, status },
        { status: true, force: true },
      );
    };
    await vi.waitFor(async () => expect(await children('Job')).toHaveLength(1), within(5_000));
    await report(Job, { conditions: [{ type: 'Complete', status: 'True' }] });
    await vi.waitFor(async () => expect(await children('HTTPRoute')).toHaveLength(1), within(5_000));
    await report(Deployment, {
      observedGeneration: 1,
      conditions: [{ type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable' }],
    });
    calls.push(...running.calls);
    await running.stop();

    // A release that has nothing of all this any more; and the end, with the Secrets kept.
    const emptied = await startOperator(place, {
      shop: { ...oneOfEach, render: () => [], secretsOf: () => [] },
      operatorClass: 'test',
    });
    await vi.waitFor(async () => expect(await childrenOf(person, acme)).toEqual([]), within(5_000));
    calls.push(...emptied.calls);
    await emptied.stop();
    const ending = await startOperator(place, { shop: oneOfEach, operatorClass: 'test' });
    await vi.waitFor(async () => expect(await children('Secret')).not.toEqual([]), within(5_000));
    await person.merge(Storefront, keyOf(acme), { spec: { deletionPolicy: 'Retain' } });
    await person.remove(Storefront, keyOf(acme), { uid: (await readStorefront(person, acme))?.metadata.uid ?? '' });
    await vi.waitFor(async () => expect(await readStorefront(person, acme)).toBeNull(), within(5_000));
    calls.push(...ending.calls);
    await ending.stop();

    // The API server asks for `create` too when an apply makes the object.
    const creating = childKinds
      .filter(({ kind }) => kind !== Secret.kind)
      .map((kind) => used({ verb: 'create', kind }));
    expect([...new Set([...calls.map(used), ...creating])].toSorted()).toEqual([...new Set(allowed)].toSorted());
  });

  it('name each verb once', () => {
    expect(allowed.length).toBe(new Set(allowed).size);
  });
});
