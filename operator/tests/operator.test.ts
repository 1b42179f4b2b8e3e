/** What a person may rely on, wherever the operator runs. */
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Cluster, Kind, Manifest } from '../src/cluster.ts';
import { keyOf } from '../src/cluster.ts';
import { Deployment, Secret, Storefront } from '../src/kinds.ts';
import { createShop } from '../src/shop.ts';
import { smallFleet } from '../src/testing/samples.ts';
import {
  childrenOf,
  conditionOf,
  ConfigMap,
  makeReferencedSecrets,
  readStorefront,
  sampleStorefront,
  smallShop,
  startOperator,
  stillShop,
  within,
  writesAtRest,
} from './stage.ts';
import type { Running, Sample } from './stage.ts';
import { places } from './places.ts';
import type { Place } from './places.ts';

const EventList: Kind = { apiVersion: 'events.k8s.io/v1', kind: 'Event', plural: 'events' };

for (const { name, isThere, open } of places) {
  describe.skipIf(!isThere)(`a Storefront ${name}`, () => {
    let stage: Place;
    let person: Cluster;
    let acme: Sample;
    let operatorClass: string;
    let running: Running;

    beforeAll(async () => void (stage = await open()));
    afterAll(() => stage.close());
    beforeEach(() => {
      person = stage.client('kubectl-edit');
      operatorClass = `c${randomUUID().slice(0, 8)}`;
      acme = sampleStorefront(stage.namespace, operatorClass);
    });
    afterEach(async () => {
      await running.stop(); // or it would put the finalizer back
      await remove();
    });

    const start = async (shop = stillShop()): Promise<void> =>
      void (running = await startOperator(stage, { shop, operatorClass }));
    const live = () => readStorefront(person, acme);
    const child = (kind: Kind, suffix: string) =>
      person.get(kind, { namespace: stage.namespace, name: `${acme.metadata.name}-${suffix}` });
    const wanted = () =>
      stillShop()
        .render(acme, {})
        .map(({ kind, metadata }) => `${kind}/${metadata.name}`)
        .toSorted();
    const notes = async () =>
      (await person.list(EventList, {})).items
        .filter(({ regarding }) => (regarding as { name?: string } | undefined)?.name === acme.metadata.name)
        .map(({ reason, note }) => `${String(reason)}: ${String(note)}`);

    /** Applied, and every object there. */
    async function standing(shop = stillShop()): Promise<Manifest> {
      await makeReferencedSecrets(person, acme);
      await person.apply(Storefront, acme);
      await start(shop);
      await vi.waitFor(async () => {
        expect(conditionOf(await live(), 'Progressing')?.reason).toMatch(/RollingOut|Settled/);
      }, within(20_000));
      return (await live())!;
    }

    async function change(spec: object): Promise<void> {
      await person.merge(Storefront, keyOf(acme), { spec });
    }

    async function remove(): Promise<void> {
      const found = await live();
      if (found === null) return;
      await person.merge(Storefront, keyOf(acme), { metadata: { finalizers: [] } });
      await person.remove(Storefront, keyOf(acme), { uid: found.metadata.uid ?? '' });
    }

    /** Makes the operator look again, without changing anything. */
    const poke = () => running.operator.view.storefront(keyOf(acme)) && running.operator.lookAt(keyOf(acme));
    const rest = () => writesAtRest(running, acme);

    it('becomes objects that belong to it, and Secrets that are made once', async () => {
      const { metadata } = await standing();
      const children = await childrenOf(person, acme);
      const secrets = smallShop.secretsOf(acme).map((recipe) => `Secret/${recipe.name}`);
      expect(children.map(({ kind, metadata: { name: called } }) => `${kind}/${called}`).toSorted()).toEqual(
        [...wanted(), ...secrets].toSorted(),
      );
      for (const {
        metadata: { ownerReferences },
      } of children)
        expect(ownerReferences).toEqual([
          expect.objectContaining({ kind: 'Storefront', uid: metadata.uid, controller: true }),
        ]);
      expect(await live()).toMatchObject({
        metadata: { finalizers: ['storefront.dev/cleanup'] },
        status: {
          observedGeneration: metadata.generation,
          url: 'http://shop.test',
          scope: expect.stringContaining(acme.metadata.name) as string,
        },
      });
    });

    it('is left alone when nothing differs', async () => {
      await standing();
      expect(await rest()).toEqual([]);
    });

    it('is left alone by an operator that starts anew', async () => {
      await standing();
      await rest();
      await running.stop();
      await start();
      expect(await rest()).toEqual([]);
      expect(running.sinceStart()).toEqual([]);
    });

    it('is corrected when someone edits what belongs to it, and says who it was', async () => {
      await standing();
      await rest();
      const before = (await child(Deployment, 'product'))!;
      await person.merge(Deployment, keyOf(before), { spec: { replicas: 7 } });
      await vi.waitFor(
        async () => expect((await child(Deployment, 'product'))?.spec).toMatchObject({ replicas: 3 }),
        within(10_000),
      );
      await vi.waitFor(
        async () =>
          expect(await notes()).toContainEqual(
            expect.stringMatching(
              /^DriftCorrected: Deployment\/\S+-product was changed by kubectl-edit and is set back: spec.replicas/,
            ),
          ),
        within(5_000),
      );
      expect(await rest()).toEqual([]);
    });

    it('is corrected in its configuration too', async () => {
      await standing();
      const before = (await child(ConfigMap, 'web'))!;
      const [file = ''] = Object.keys(before.data as object);
      await person.merge(ConfigMap, keyOf(before), { data: { [file]: 'mine now' } });
      await vi.waitFor(async () => expect((await child(ConfigMap, 'web'))?.data).toEqual(before.data), within(10_000));
    });

    it('leaves to others the fields that it does not speak of, and is at rest with them', async () => {
      await standing();
      await rest();
      const before = (await child(Deployment, 'web'))!;
      await person.merge(Deployment, keyOf(before), { metadata: { annotations: { 'team.example/note': 'hello' } } });
      await vi.waitFor(
        () =>
          expect(
            running.operator.view.child(keyOf(acme), 'Deployment', before.metadata.name)?.metadata.annotations,
          ).toMatchObject({ 'team.example/note': 'hello' }),
        within(5_000),
      );
      expect(await rest()).toEqual([]);
      expect((await child(Deployment, 'web'))?.metadata.annotations).toMatchObject({ 'team.example/note': 'hello' });
    });

    it('gets back what someone deletes', async () => {
      await standing();
      await rest();
      for (const [kind, suffix] of [
        [Deployment, 'web'],
        [ConfigMap, 'product'],
        [Secret, 'product-credentials'],
      ] as const) {
        const before = (await child(kind, suffix))!;
        await person.remove(kind, keyOf(before), { uid: before.metadata.uid ?? '' });
        await vi.waitFor(async () => {
          const after = await child(kind, suffix);
          expect(after).not.toBeNull();
          expect(after?.metadata.uid).not.toBe(before.metadata.uid);
        }, within(10_000));
      }
      await vi.waitFor(
        async () =>
          expect(await notes()).toContainEqual(
            expect.stringMatching(/^DriftCorrected: Deployment\/\S+-web was deleted by someone else/),
          ),
        within(5_000),
      );
    });

    it('loses what the next release no longer has, and nothing that is not its own', async () => {
      await standing();
      await running.stop();
      const stranger = {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: {
          name: `${acme.metadata.name}-mine`,
          namespace: stage.namespace,
          labels: (await child(ConfigMap, 'web'))?.metadata.labels ?? {},
        },
        data: {},
      };
      await person.create(ConfigMap, stranger);
      const { gateway, product } = smallFleet;
      const smaller = createShop({ product, gateway: { ...gateway, edge: { ...gateway.edge!, pages: 'product' } } });
      await start(stillShop(smaller));
      await vi.waitFor(async () => expect(await child(Deployment, 'web')).toBeNull(), within(10_000));
      expect(await child(Deployment, 'product')).not.toBeNull();
      expect(await person.get(ConfigMap, keyOf(stranger))).not.toBeNull();
      await person.remove(ConfigMap, keyOf(stranger), {
        uid: (await person.get(ConfigMap, keyOf(stranger)))?.metadata.uid ?? '',
      });
    });

    it('says which Secret is missing, leaves what runs, and goes on by itself', async () => {
      await standing();
      const [reference] = smallShop.referencesOf(acme);
      const key = { namespace: stage.namespace, name: reference!.name };
      const secret = (await person.get(Secret, key))!;
      await person.remove(Secret, key, { uid: secret.metadata.uid ?? '' });
      await vi.waitFor(
        async () =>
          expect(conditionOf(await live(), 'Ready')).toMatchObject({ status: 'False', reason: 'SecretMissing' }),
        within(10_000),
      );
      const { message } = conditionOf(await live(), 'Ready')!;
      expect(message).toContain(`Secret "${key.name}" is not in namespace "${stage.namespace}"`);
      expect(message).toContain(`Create it (keys: ${reference!.keys.join(', ')}) and the rollout goes on by itself.`);
      expect(conditionOf(await live(), 'Degraded')).toMatchObject({ status: 'True', reason: 'SecretMissing' });
      expect(await child(Deployment, 'product')).not.toBeNull();
      await makeReferencedSecrets(person, acme);
      await vi.waitFor(
        async () => expect(conditionOf(await live(), 'Ready')?.reason).not.toBe('SecretMissing'),
        within(10_000),
      );
    });

    it('names the key that a Secret lacks', async () => {
      await makeReferencedSecrets(person, acme);
      const name = acme.spec.stores.products.adminSecretRef.name;
      await person.merge(Secret, { namespace: stage.namespace, name }, { data: { password: null } });
      await person.apply(Storefront, acme);
      await start();
      await vi.waitFor(
        async () =>
          expect(conditionOf(await live(), 'Ready')?.message).toContain(
            `Secret "${name}" in namespace "${stage.namespace}" has no key password`,
          ),
        within(10_000),
      );
    });

    it('rolls what reads a Secret when that Secret changes', async () => {
      await standing();
      const templateOf = async () =>
        ((await child(Deployment, 'product'))!.spec as { template: { metadata: object } }).template.metadata;
      const before = await templateOf();
      const { name: called } = acme.spec.discovery.gossipSecretRef;
      await person.merge(
        Secret,
        { namespace: stage.namespace, name: called },
        { data: { key: Buffer.from('another').toString('base64') } },
      );
      await vi.waitFor(async () => expect(await templateOf()).not.toEqual(before), within(10_000));
    });

    it('follows its spec, and reports the generation it speaks of', async () => {
      await standing();
      await change({ services: { product: { replicas: 2 } } });
      await vi.waitFor(
        async () => expect((await child(Deployment, 'product'))?.spec).toMatchObject({ replicas: 2 }),
        within(10_000),
      );
      await vi.waitFor(async () => {
        const now = await live();
        expect(conditionOf(now, 'Ready')?.observedGeneration).toBe(now?.metadata.generation);
      }, within(5_000));
    });

    it('is only watched while it is paused', async () => {
      await standing();
      await change({ paused: true, services: { product: { replicas: 2 } } });
      await vi.waitFor(async () => expect(conditionOf(await live(), 'Paused')?.status).toBe('True'), within(10_000));
      expect(await rest()).toEqual([]);
      expect((await child(Deployment, 'product'))?.spec).toMatchObject({ replicas: 3 });
      await change({ paused: false });
      await vi.waitFor(
        async () => expect((await child(Deployment, 'product'))?.spec).toMatchObject({ replicas: 2 }),
        within(10_000),
      );
      await vi.waitFor(async () => expect(conditionOf(await live(), 'Paused')?.status).toBe('False'), within(5_000));
    });

    it('does not take over what belongs to someone else', async () => {
      const foreign = {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: `${acme.metadata.name}-web`, namespace: stage.namespace },
        data: { theirs: 'yes' },
      };
      await person.create(ConfigMap, foreign);
      await makeReferencedSecrets(person, acme);
      await person.apply(Storefront, acme);
      await start();
      await vi.waitFor(
        async () =>
          expect(conditionOf(await live(), 'Degraded')).toMatchObject({
            status: 'True',
            reason: 'NameTaken',
            message: expect.stringContaining(`ConfigMap/${acme.metadata.name}-web`) as string,
          }),
        within(10_000),
      );
      const untouched = (await person.get(ConfigMap, keyOf(foreign)))!;
      expect(untouched.data).toEqual({ theirs: 'yes' });
      await person.remove(ConfigMap, keyOf(foreign), { uid: untouched.metadata.uid ?? '' });
      poke();
      await vi.waitFor(
        async () => expect(conditionOf(await live(), 'Degraded')?.reason).not.toBe('NameTaken'),
        within(10_000),
      );
    });

    it('leaves its Secrets when it goes and data is retained, and takes them in when it comes back', async () => {
      await standing();
      await change({ deletionPolicy: 'Retain' });
      const secret = (await child(Secret, 'product-credentials'))!;
      const first = (await live())!;
      await person.remove(Storefront, keyOf(acme), { uid: first.metadata.uid ?? '' });
      await vi.waitFor(async () => expect(await live()).toBeNull(), within(20_000));
      const kept = await child(Secret, 'product-credentials');
      expect(kept).toMatchObject({ data: secret.data, metadata: { uid: secret.metadata.uid } });
      expect(kept?.metadata.ownerReferences ?? []).toEqual([]);
      await person.apply(Storefront, acme);
      await vi.waitFor(async () => {
        const again = await child(Secret, 'product-credentials');
        expect(again?.metadata.ownerReferences).toEqual([
          expect.objectContaining({ uid: (await live())?.metadata.uid }),
        ]);
        expect(again?.data).toEqual(secret.data);
      }, within(20_000));
      await vi.waitFor(async () => expect(await child(Deployment, 'product')).not.toBeNull(), within(10_000));
    });

    it('belongs to the operator of its class', async () => {
      await makeReferencedSecrets(person, acme);
      await person.apply(Storefront, acme);
      running = await startOperator(stage, { shop: stillShop(), operatorClass: 'another' });
      expect(running.operator.view.storefront(keyOf(acme))).toBeUndefined();
      expect(running.writes()).toEqual([]);
    });
  });
}
