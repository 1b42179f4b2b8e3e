import { describe, expect, it } from 'vitest';
import type { Manifest, OwnerReference } from '../cluster.ts';
import { childId } from '../kinds.ts';
import { diff, hashAnnotation, marked, settle, standing } from './diff.ts';
import type { Owner, Plan, Situation } from './diff.ts';

const owner: Owner = { apiVersion: 'storefront.dev/v1alpha1', kind: 'Storefront', name: 'acme', uid: 'u1' };

const service = (name: string, spec: object = { type: 'ClusterIP' }): Manifest => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace: 'shop' },
  spec,
});

/** As the API server holds it after our apply. */
function stored(manifest: Manifest, change: (live: Manifest) => void = () => undefined): Manifest {
  const live = structuredClone(marked(manifest, owner));
  live.metadata.uid = `uid of ${manifest.metadata.name}`;
  change(live);
  return live;
}

const situation = (children: Manifest[], more: Partial<Situation> = {}): Situation => ({
  owner,
  children: new Map(children.map((child) => [childId(child), child])),
  settled: new Map(),
  kept: new Set(),
  ...more,
});

const steps = ({ operations }: Plan) =>
  operations.map((step) => `${step.do} ${(step.do === 'remove' ? step.live : step.manifest).metadata.name}`);
const reference = (change: Partial<OwnerReference>): OwnerReference => ({ ...owner, controller: true, ...change });

describe('the plan', () => {
  it('is empty when all is as it was applied', () => {
    expect(diff([service('a')], situation([stored(service('a'))]))).toEqual({ operations: [], leaving: [], taken: [] });
  });

  it('makes what is missing, changes what is another, removes what is no longer wanted', () => {
    const there = [stored(service('b')), stored(service('c'))];
    const plan = diff([service('a'), service('b', { type: 'NodePort' })], situation(there));
    expect(steps(plan)).toEqual(['create a', 'update b', 'remove c']);
  });

  it('knows its own change from another’s', () => {
    const ours = diff([service('a', { type: 'NodePort' })], situation([stored(service('a'))]));
    const drifted = stored(service('a'), (live) => (live.spec = { type: 'NodePort' }));
    const theirs = diff([service('a')], situation([drifted]));
    expect([ours.operations[0], theirs.operations[0]]).toMatchObject([
      { cause: 'changed', fields: ['spec.type'] },
      { cause: 'drifted', fields: ['spec.type'] },
    ]);
  });

  it('applies again when a field is no longer wanted, which shows only in the hash', () => {
    const before = stored(service('a', { type: 'ClusterIP', sessionAffinity: 'None' }));
    expect(diff([service('a')], situation([before])).operations).toMatchObject([
      { do: 'update', cause: 'changed', fields: [] },
    ]);
  });

  it('does not fight the form in which the API server keeps what we wrote', () => {
    const live = stored(service('a', { type: 'clusterip' }), (object) => (object.spec = { type: 'ClusterIP' }));
    const wanted = service('a', { type: 'clusterip' });
    expect(steps(diff([wanted], situation([live])))).toEqual(['update a']);
    const settled = new Map([['Service/a', settle(marked(wanted, owner), live)]]);
    expect(steps(diff([wanted], situation([live], { settled })))).toEqual([]);
    live.spec = { type: 'NodePort' };
    expect(steps(diff([wanted], situation([live], { settled })))).toEqual(['update a']);
  });

  it('knows that something was there before', () => {
    const settled = new Map([['Service/a', { uid: 'x', form: '' }]]);
    expect(diff([service('a')], situation([], { settled })).operations).toMatchObject([
      { do: 'create', wasDeleted: true },
    ]);
  });

  it('waits for what is leaving, and touches nothing that is another’s', () => {
    const leaving = stored(service('a'), ({ metadata }) => (metadata.deletionTimestamp = '2026-11-24T12:00:00Z'));
    const predecessor = stored(service('b'), ({ metadata }) => (metadata.ownerReferences = [reference({ uid: 'u0' })]));
    const foreign = stored(
      service('c'),
      ({ metadata }) => (metadata.ownerReferences = [reference({ kind: 'HelmRelease', name: 'x', uid: 'h' })]),
    );
    const plan = diff([service('a'), service('b'), service('c')], situation([leaving, predecessor, foreign]));
    expect([steps(plan), plan.leaving, plan.taken]).toEqual([[], [leaving, predecessor], [foreign]]);
    expect(steps(diff([], situation([leaving, predecessor, foreign])))).toEqual([]);
  });

  it('never removes what is made once, or has no owner', () => {
    const secret: Manifest = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 's', namespace: 'shop', ownerReferences: [reference({})] },
    };
    const orphan = stored(service('o'), ({ metadata }) => (metadata.ownerReferences = []));
    expect(steps(diff([], situation([secret, orphan], { kept: new Set(['Secret/s']) })))).toEqual([]);
    expect(standing(orphan, owner)).toBe('orphan');
    expect(steps(diff([], situation([secret])))).toEqual(['remove s']);
  });

  it('puts owner and hash on what it applies', () => {
    const { metadata } = marked(service('a'), owner);
    expect(metadata.ownerReferences).toEqual([{ ...owner, controller: true }]);
    expect(metadata.annotations?.[hashAnnotation]).toMatch(/^[0-9a-f]{16}$/);
    expect(marked(service('a'), owner)).toEqual(marked(structuredClone(service('a')), owner));
  });
});
