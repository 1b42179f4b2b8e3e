/** What the loop relies on, of every cluster. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Cluster, Kind, Manifest, WatchEvent } from '../src/cluster.ts';
import { ClusterError, keyOf } from '../src/cluster.ts';
import { Deployment, Secret } from '../src/kinds.ts';
import { places } from './places.ts';
import type { Place } from './places.ts';

type Scene = { namespace: string; ours: Cluster; other: Cluster };

const ConfigMap: Kind = { apiVersion: 'v1', kind: 'ConfigMap', plural: 'configmaps' };

const configMap = ({ namespace }: Scene, data: Record<string, string>, labels = {}): Manifest => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: `cm-${randomUUID().slice(0, 8)}`, namespace, labels },
  data,
});

const deployment = ({ namespace }: Scene, env: { name: string; value: string }[], replicas = 1): Manifest => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: `d-${randomUUID().slice(0, 8)}`, namespace },
  spec: {
    replicas,
    selector: { matchLabels: { app: 'x' } },
    template: {
      metadata: { labels: { app: 'x' } },
      spec: { containers: [{ name: 'app', image: 'registry.invalid/x:1', env }] },
    },
  },
});

async function failureOf(work: Promise<unknown>): Promise<ClusterError> {
  const error: unknown = await work.then(
    () => undefined,
    (cause: unknown) => cause,
  );
  if (!(error instanceof ClusterError)) throw new Error(`expected a ClusterError, got ${String(error)}`);
  return error;
}

for (const { name, isThere, open } of places) {
  describe.skipIf(!isThere)(`a cluster ${name}`, () => {
    let opened: Place;
    beforeAll(async () => void (opened = await open()));
    afterAll(() => opened.close());
    const place = (): Scene => ({
      namespace: opened.namespace,
      ours: opened.client('ours'),
      other: opened.client('other'),
    });

    describe('objects', () => {
      it('answers null for what is not there', async () => {
        const { ours, namespace } = place();
        expect(await ours.get(ConfigMap, { namespace, name: 'nobody' })).toBeNull();
      });

      it('makes an object once', async () => {
        const { ours } = place();
        const manifest = configMap(place(), { a: '1' });
        const made = await ours.create(ConfigMap, manifest);
        expect(made).toMatchObject({ kind: 'ConfigMap', apiVersion: 'v1', data: { a: '1' } });
        expect(made.metadata.uid).toMatch(/./);
        expect(await failureOf(ours.create(ConfigMap, manifest))).toMatchObject({
          status: 409,
          reason: 'AlreadyExists',
        });
      });

      it('deletes the object that was meant and no other of its name', async () => {
        const { ours } = place();
        const { metadata } = await ours.create(ConfigMap, configMap(place(), {}));
        const key = { namespace: metadata.namespace ?? '', name: metadata.name };
        expect(await ours.remove(ConfigMap, key, { uid: randomUUID() })).toBe('gone');
        expect(await ours.get(ConfigMap, key)).not.toBeNull();
        expect(await ours.remove(ConfigMap, key, { uid: metadata.uid ?? '' })).toBe('removed');
        expect(await ours.get(ConfigMap, key)).toBeNull();
        expect(await ours.remove(ConfigMap, key, { uid: metadata.uid ?? '' })).toBe('gone');
      });

      it('keeps an object with finalizers until the last one is gone', async () => {
        const { ours } = place();
        const manifest = configMap(place(), {});
        const made = await ours.create(ConfigMap, {
          ...manifest,
          metadata: { ...manifest.metadata, finalizers: ['test.dev/x'] },
        });
        const key = keyOf(made);
        await ours.remove(ConfigMap, key, { uid: made.metadata.uid ?? '' });
        const leaving = await ours.get(ConfigMap, key);
        expect(leaving?.metadata.deletionTimestamp).toMatch(/^20/);
        await ours.merge(ConfigMap, key, { metadata: { finalizers: [] } });
        expect(await ours.get(ConfigMap, key)).toBeNull();
      });
    });

    describe('merge', () => {
      it('changes what it names, removes what it names null', async () => {
        const { ours } = place();
        const made = await ours.create(ConfigMap, configMap(place(), { a: '1', b: '2' }, { l: 'v' }));
        const next = await ours.merge(ConfigMap, keyOf(made), { data: { a: null, c: '3' } });
        expect(next.data).toEqual({ b: '2', c: '3' });
        expect(next.metadata.labels).toEqual({ l: 'v' });
      });

      it('refuses when the object has changed since it was read', async () => {
        const { ours } = place();
        const made = await ours.create(ConfigMap, configMap(place(), { a: '1' }));
        await ours.merge(ConfigMap, keyOf(made), { data: { a: '2' } });
        const { resourceVersion } = made.metadata;
        const late = ours.merge(ConfigMap, keyOf(made), { metadata: { resourceVersion }, data: { a: '3' } });
        expect(await failureOf(late)).toMatchObject({ status: 409 });
      });

      it('does not make what is not there', async () => {
        const { ours, namespace } = place();
        expect(await failureOf(ours.merge(ConfigMap, { namespace, name: 'nobody' }, { data: {} }))).toMatchObject({
          status: 404,
        });
      });
    });

    describe('server-side apply', () => {
      it('makes, and changes nothing when applied again', async () => {
        const { ours } = place();
        const manifest = configMap(place(), { a: '1' });
        const first = await ours.apply(ConfigMap, manifest);
        const second = await ours.apply(ConfigMap, manifest);
        expect(second.metadata.resourceVersion).toBe(first.metadata.resourceVersion);
      });

      it('removes the fields that are no longer applied, and leaves those of others', async () => {
        const { ours, other } = place();
        const manifest = configMap(place(), { a: '1', b: '2' });
        await ours.apply(ConfigMap, manifest);
        await other.merge(ConfigMap, keyOf(manifest), { data: { theirs: 'x' } });
        const next = await ours.apply(ConfigMap, { ...manifest, data: { a: '1' } });
        expect(next.data).toEqual({ a: '1', theirs: 'x' });
      });

      it('names the other manager and the field in a conflict, and takes over by force', async () => {
        const { ours, other } = place();
        const manifest = deployment(place(), [], 2);
        await ours.apply(Deployment, manifest);
        await other.merge(Deployment, keyOf(manifest), { spec: { replicas: 5 } });
        const { status, conflicts } = await failureOf(ours.apply(Deployment, manifest));
        expect(status).toBe(409);
        expect(conflicts).toEqual([{ manager: 'other', field: '.spec.replicas' }]);
        const forced = await ours.apply(Deployment, manifest, { force: true });
        expect(forced.spec).toMatchObject({ replicas: 2 });
        await ours.apply(Deployment, manifest);
      });

      it('merges lists by their keys', async () => {
        const { ours } = place();
        const manifest = deployment(place(), [
          { name: 'A', value: '1' },
          { name: 'B', value: '2' },
        ]);
        await ours.apply(Deployment, manifest);
        const again = { ...deployment(place(), [{ name: 'B', value: '3' }]), metadata: manifest.metadata };
        const next = await ours.apply(Deployment, again);
        const [container] = (next.spec as { template: { spec: { containers: { env: unknown }[] } } }).template.spec
          .containers;
        expect(container?.env).toEqual([{ name: 'B', value: '3' }]);
      });

      it('counts generations by the spec only', async () => {
        const { ours } = place();
        const manifest = deployment(place(), []);
        const first = await ours.apply(Deployment, manifest);
        const labelled = { ...manifest, metadata: { ...manifest.metadata, labels: { l: 'v' } } };
        const second = await ours.apply(Deployment, labelled);
        expect(second.metadata.generation).toBe(first.metadata.generation);
        const third = await ours.apply(Deployment, {
          ...labelled,
          spec: { ...(manifest.spec as object), replicas: 3 },
        });
        expect(third.metadata.generation).toBe((first.metadata.generation ?? 0) + 1);
      });

      it('never makes an object when it is given a uid', async () => {
        const { ours } = place();
        const manifest = configMap(place(), {});
        const withUid = { ...manifest, metadata: { ...manifest.metadata, uid: randomUUID() } };
        expect(await failureOf(ours.apply(ConfigMap, withUid))).toMatchObject({ status: 409 });
      });

      it('writes the status apart from the rest', async () => {
        const { ours } = place();
        const made = await ours.apply(Deployment, deployment(place(), []));
        const { apiVersion, kind, metadata } = made;
        const { name: called, namespace = '', uid = '' } = metadata;
        const body = { apiVersion, kind, metadata: { name: called, namespace, uid }, status: { replicas: 7 } };
        const next = await ours.apply(Deployment, body, { status: true, force: true });
        expect(next).toMatchObject({ status: { replicas: 7 }, spec: { replicas: 1 } });
        expect(next.metadata.generation).toBe(metadata.generation);
      });
    });

    describe('list and watch', () => {
      it('pages, and knows labels', async () => {
        const { ours, namespace } = place();
        const labels = { set: randomUUID() };
        for (const letter of ['a', 'b', 'c']) await ours.create(ConfigMap, configMap(place(), { letter }, labels));
        await ours.create(ConfigMap, configMap(place(), {}, { set: 'another' }));
        const first = await ours.list(ConfigMap, { labels, limit: 2 });
        expect(first.items).toHaveLength(2);
        const second = await ours.list(ConfigMap, { labels, limit: 2, continue: first.continue ?? '' });
        expect(second.continue).toBeUndefined();
        const all = [...first.items, ...second.items];
        expect(all.map(({ data }) => (data as { letter: string }).letter).toSorted()).toEqual(['a', 'b', 'c']);
        expect(
          all.every(
            ({ kind, apiVersion, metadata }) =>
              kind === 'ConfigMap' && apiVersion === 'v1' && metadata.namespace === namespace,
          ),
        ).toBe(true);
      });

      it('lists metadata without a Secret’s content', async () => {
        const { ours, namespace } = place();
        const labels = { set: randomUUID() };
        const secret = {
          apiVersion: 'v1',
          kind: 'Secret',
          metadata: { name: 'hidden', namespace, labels },
          data: { a: 'c2VjcmV0' },
        };
        await ours.create(Secret, secret);
        const { items } = await ours.list(Secret, { labels, metadataOnly: true });
        expect(items).toHaveLength(1);
        expect(items[0]?.kind).toBe('Secret');
        expect(JSON.stringify(items)).not.toContain('c2VjcmV0');
      });

      it('tells every change after the version given', async () => {
        const { ours } = place();
        const labels = { set: randomUUID() };
        const { resourceVersion } = await ours.list(ConfigMap, { labels });
        const ending = new AbortController();
        const seen: WatchEvent[] = [];
        const made = await ours.create(ConfigMap, configMap(place(), { a: '1' }, labels));
        const watching = (async () => {
          for await (const event of ours.watch(ConfigMap, { labels, resourceVersion, signal: ending.signal })) {
            if (event.type !== 'BOOKMARK') seen.push(event);
            if (event.type === 'DELETED') return;
          }
        })();
        await ours.merge(ConfigMap, keyOf(made), { data: { a: '2' } });
        await ours.remove(ConfigMap, keyOf(made), { uid: made.metadata.uid ?? '' });
        await watching;
        ending.abort();
        expect(seen.map(({ type }) => type)).toEqual(['ADDED', 'MODIFIED', 'DELETED']);
        expect(seen[1]?.object).toMatchObject({ kind: 'ConfigMap', data: { a: '2' } });
      });
    });
  });
}
