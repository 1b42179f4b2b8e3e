/** What is seen of Jobs, pods and rollouts: the cluster's controllers are played here, since their timing is the subject. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Cluster, Manifest } from '../src/cluster.ts';
import { ClusterError, keyOf } from '../src/cluster.ts';
import { Deployment, Job, Pod, Secret, Storefront } from '../src/kinds.ts';
import { jobState } from '../src/storefront/job-state.ts';
import { openMemory } from './places.ts';
import type { Call, Place } from './places.ts';
import {
  childrenOf,
  conditionOf,
  makeReferencedSecrets,
  readStorefront,
  sampleStorefront,
  smallShop,
  startOperator,
  within,
  writesAtRest,
} from './stage.ts';
import type { Running, Sample } from './stage.ts';

describe('a Storefront on its way', () => {
  let place: Place;
  let person: Cluster;
  let kubelet: Cluster;
  let acme: Sample;
  let running: Running;
  let time: Date;

  beforeEach(async () => {
    time = new Date('2026-11-24T12:00:00Z');
    place = openMemory();
    person = place.client('kubectl');
    kubelet = place.client('kubelet');
    acme = sampleStorefront(place.namespace, 'test');
    await makeReferencedSecrets(person, acme);
    await person.apply(Storefront, acme);
    running = await startOperator(place, { operatorClass: 'test', now: () => time });
  });
  afterEach(() => running.stop());

  const live = () => readStorefront(person, acme);
  const ready = async () => conditionOf(await live(), 'Ready');
  const degraded = async () => conditionOf(await live(), 'Degraded');
  const children = async (kind: string) => (await childrenOf(person, acme)).filter((child) => child.kind === kind);
  const eventually = (check: () => Promise<void>) => vi.waitFor(check, within(5_000));

  /** The Job whose name contains this and that has not ended well, once it is there. */
  async function job(part: string): Promise<Manifest> {
    return vi.waitFor(async () => {
      const found = (await children('Job')).find(
        (child) => child.metadata.name.includes(part) && jobState(child).is !== 'complete',
      );
      if (found === undefined) throw new Error(`no ${part} Job yet`);
      return found;
    }, within(5_000));
  }

  const report = async (object: Manifest, kind: typeof Job, status: object) =>
    void (await kubelet.apply(
      kind,
      {
        apiVersion: kind.apiVersion,
        kind: kind.kind,
        metadata: { name: object.metadata.name, namespace: place.namespace },
        status,
      },
      { status: true, force: true },
    ));

  const finish = async (part: string) =>
    report(await job(part), Job, { conditions: [{ type: 'Complete', status: 'True' }] });
  const fail = async (part: string) =>
    report(await job(part), Job, {
      conditions: [
        {
          type: 'Failed',
          status: 'True',
          reason: 'BackoffLimitExceeded',
          message: 'Job has reached the backoff limit',
          lastTransitionTime: time.toISOString(),
        },
      ],
    });

  async function rollOut(): Promise<void> {
    await finish('provision');
    await finish('migration');
    await eventually(async () => expect(await children('Deployment')).toHaveLength(3));
    for (const deployment of await children('Deployment')) await available(deployment);
  }

  async function available(deployment: Manifest): Promise<void> {
    const { replicas } = deployment.spec as { replicas: number };
    await report(deployment, Deployment, {
      observedGeneration: deployment.metadata.generation,
      replicas,
      updatedReplicas: replicas,
      readyReplicas: replicas,
      conditions: [{ type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable' }],
    });
  }

  async function pod(component: string, containers: object[], labels: Record<string, string> = {}): Promise<Manifest> {
    const metadata = {
      name: `${acme.metadata.name}-${component}-x`,
      namespace: place.namespace,
      labels: {
        'storefront.dev/storefront': acme.metadata.name,
        'app.kubernetes.io/component': component,
        'app.kubernetes.io/version': 'local',
        ...labels,
      },
    };
    const made = await kubelet.apply(Pod, { apiVersion: 'v1', kind: 'Pod', metadata });
    await report(made, Pod, { phase: 'Running', containerStatuses: containers });
    return made;
  }

  const image = 'localhost/storefront:nowhere';
  const container = (state: object, more: object = {}) => ({
    name: 'app',
    ready: false,
    restartCount: 0,
    image,
    state,
    ...more,
  });

  it('makes accounts first, then migrates, then starts the services', async () => {
    await job('provision');
    await eventually(async () => expect(await ready()).toMatchObject({ status: 'False', reason: 'JobRunning' }));
    expect(await children('Job')).toHaveLength(1);
    expect(await children('Deployment')).toEqual([]);
    await finish('provision');
    await job('migration');
    expect(await children('Deployment')).toEqual([]);
    await finish('migration');
    await eventually(async () => expect(await children('Deployment')).toHaveLength(3));
  });

  it('is ready when all of it serves, and says where', async () => {
    await rollOut();
    await eventually(async () =>
      expect(await ready()).toMatchObject({
        status: 'True',
        reason: 'Serving',
        message: 'Release local serves at http://shop.test.',
      }),
    );
    expect(conditionOf(await live(), 'Progressing')?.status).toBe('False');
    expect((await live())?.status).toMatchObject({
      release: 'local',
      services: [
        { name: 'gateway', replicas: 1, readyReplicas: 1 },
        { name: 'product', replicas: 3, readyReplicas: 3 },
        { name: 'web', replicas: 1, readyReplicas: 1 },
      ],
    });
    expect(await writesAtRest(running, acme)).toEqual([]);
  });

  it('does not run finished Jobs again, not even after a restart', async () => {
    await rollOut();
    await eventually(async () => expect((await ready())?.status).toBe('True'));
    const before = (await children('Job')).map(({ metadata }) => metadata.uid);
    await running.stop();
    running = await startOperator(place, { operatorClass: 'test', now: () => time });
    expect(await writesAtRest(running, acme)).toEqual([]);
    expect(running.sinceStart()).toEqual([]);
    expect((await children('Job')).map(({ metadata }) => metadata.uid)).toEqual(before);
  });

  it('changes the time of a condition only with its answer', async () => {
    await rollOut();
    await eventually(async () => expect((await ready())?.status).toBe('True'));
    const before = await ready();
    time = new Date('2026-11-24T13:00:00Z');
    await person.merge(Storefront, keyOf(acme), { spec: { locale: 'de' } });
    await eventually(async () => expect((await ready())?.observedGeneration).toBe(2));
    await vi.waitFor(
      async () => expect(await ready()).toMatchObject({ status: 'False', lastTransitionTime: '2026-11-24T13:00:00Z' }),
      within(5_000),
    );
    expect(before?.lastTransitionTime).toBe('2026-11-24T12:00:00Z');
    expect(await degraded()).toMatchObject({ status: 'False', lastTransitionTime: '2026-11-24T12:00:00Z' });
  });

  it('tells why a Job failed, and runs it again, later each time', async () => {
    const first = await job('provision');
    const words = '{"level":"error","msg":"Mongo refused the admin login"}';
    await pod('provision', [container({ terminated: { exitCode: 1, message: words } })], {
      'batch.kubernetes.io/job-name': first.metadata.name,
    });
    await fail('provision');
    await eventually(async () =>
      expect(await degraded()).toMatchObject({
        status: 'True',
        reason: 'JobFailed',
        message: expect.stringContaining('exit code 1: Mongo refused the admin login') as string,
      }),
    );
    expect((await job('provision')).metadata.uid).toBe(first.metadata.uid);

    time = new Date(time.getTime() + 10_000);
    running.operator.lookAt(keyOf(acme));
    await eventually(async () => expect((await job('provision')).metadata.uid).not.toBe(first.metadata.uid));
    const second = await job('provision');
    await fail('provision');
    time = new Date(time.getTime() + 10_000);
    expect(await writesAtRest(running, acme)).toEqual([]);
    expect((await job('provision')).metadata.uid).toBe(second.metadata.uid);
    time = new Date(time.getTime() + 10_000);
    running.operator.lookAt(keyOf(acme));
    await eventually(async () => expect((await job('provision')).metadata.uid).not.toBe(second.metadata.uid));
    await finish('provision');
    await eventually(async () => expect((await degraded())?.status).toBe('False'));
  });

  it('names the image that cannot be pulled, says what keeps running, and heals', async () => {
    await rollOut();
    await eventually(async () => expect((await ready())?.status).toBe('True'));
    await person.merge(Storefront, keyOf(acme), { spec: { release: { image: 'localhost/storefront:nowhere' } } });
    const { metadata } = await job('provision');
    const labels = { 'batch.kubernetes.io/job-name': metadata.name };
    const bad = await pod(
      'provision',
      [container({ waiting: { reason: 'ErrImagePull', message: 'not found' } })],
      labels,
    );
    const message = `provision, container "app": image "${image}" cannot be pulled`;
    await eventually(async () =>
      expect(await degraded()).toMatchObject({ status: 'True', reason: 'ImagePullBackOff', message }),
    );
    expect(await ready()).toMatchObject({
      status: 'False',
      reason: 'ImagePullBackOff',
      message: `${message}\nWhat ran before keeps running: gateway, product and web.`,
    });
    const again = container({ waiting: { reason: 'ImagePullBackOff', message: 'back-off' } });
    await report(bad, Pod, { phase: 'Pending', containerStatuses: [again] });
    expect(await writesAtRest(running, acme)).toEqual([]);

    await person.merge(Storefront, keyOf(acme), { spec: { release: { image: acme.spec.release.image } } });
    await eventually(async () => expect(await ready()).toMatchObject({ status: 'True', reason: 'Serving' }));
    expect((await degraded())?.status).toBe('False');
    expect((await children('Job')).map((child) => child.metadata.name)).not.toContain(metadata.name);
  });

  it('names the container that crashes, in its own words, and does not waver between two crashes', async () => {
    await rollOut();
    const crashed = { terminated: { exitCode: 1, message: 'Error: port is taken' } };
    const looping = await pod('web', [
      container({ waiting: { reason: 'CrashLoopBackOff' } }, { restartCount: 3, lastState: crashed }),
    ]);
    await eventually(async () =>
      expect(await degraded()).toMatchObject({
        status: 'True',
        reason: 'CrashLoopBackOff',
        message: expect.stringContaining(
          'web, container "app": ends again and again: exit code 1: Error: port is taken',
        ) as string,
      }),
    );
    await report(looping, Pod, {
      phase: 'Running',
      containerStatuses: [container({ running: {} }, { restartCount: 4, lastState: crashed })],
    });
    expect(await writesAtRest(running, acme)).toEqual([]);
    expect((await degraded())?.reason).toBe('CrashLoopBackOff');
  });

  it('is degraded, and still ready, while one pod of several is ill', async () => {
    await rollOut();
    await pod('product', [
      container({ waiting: { reason: 'CreateContainerConfigError', message: 'secret "x" not found' } }),
    ]);
    await eventually(async () =>
      expect(await degraded()).toMatchObject({ status: 'True', reason: 'CreateContainerConfigError' }),
    );
    expect((await ready())?.status).toBe('True');
  });

  it('keeps what pods may still read until the new ones run', async () => {
    await rollOut();
    await running.stop();
    const without = {
      ...smallShop,
      render: (...[storefront, refs]: Parameters<typeof smallShop.render>) =>
        smallShop.render(storefront, refs).filter(({ metadata }) => !metadata.name.endsWith('-web')),
    };
    for (const deployment of await children('Deployment'))
      await report(deployment, Deployment, {
        observedGeneration: 1,
        replicas: 2,
        updatedReplicas: 1,
        readyReplicas: 1,
        conditions: [],
      });
    running = await startOperator(place, { operatorClass: 'test', shop: without, now: () => time });
    await eventually(async () =>
      expect((await children('Deployment')).map(({ metadata }) => metadata.name.split('-')[1])).toEqual([
        'gateway',
        'product',
      ]),
    );
    expect((await children('ConfigMap')).some(({ metadata }) => metadata.name.endsWith('-web'))).toBe(true);
    for (const deployment of await children('Deployment')) await available(deployment);
    await eventually(async () =>
      expect((await children('ConfigMap')).some(({ metadata }) => metadata.name.endsWith('-web'))).toBe(false),
    );
  });

  it('removes accounts and data before it goes, when it is asked to', async () => {
    await rollOut();
    const { metadata } = (await live())!;
    await person.remove(Storefront, keyOf(acme), { uid: metadata.uid ?? '' });
    await job('removal');
    expect(await children('Deployment')).toEqual([]);
    expect(await children('Secret')).not.toEqual([]);
    await fail('removal');
    await eventually(async () => expect((await degraded())?.message).toContain('Set deletionPolicy to Retain'));
    await finish('removal');
    await eventually(async () => expect(await live()).toBeNull());
    expect(await childrenOf(person, acme)).toEqual([]);
  });

  it('goes without its data being removed when the person changes their mind', async () => {
    await rollOut();
    const { metadata } = (await live())!;
    await person.remove(Storefront, keyOf(acme), { uid: metadata.uid ?? '' });
    await job('removal');
    await person.merge(Storefront, keyOf(acme), { spec: { deletionPolicy: 'Retain' } });
    await eventually(async () => expect(await live()).toBeNull());
    const kept = await person.list(Secret, { labels: { 'storefront.dev/storefront': acme.metadata.name } });
    expect(kept.items.length).toBeGreaterThan(0);
  });

  it('waits for the Secrets without which its data cannot be removed, and says so', async () => {
    await rollOut();
    const name = acme.spec.stores.products.adminSecretRef.name;
    const secret = (await person.get(Secret, { namespace: place.namespace, name }))!;
    await person.remove(Secret, keyOf(secret), { uid: secret.metadata.uid ?? '' });
    await person.remove(Storefront, keyOf(acme), { uid: (await live())?.metadata.uid ?? '' });
    await eventually(async () =>
      expect(await degraded()).toMatchObject({
        reason: 'SecretMissing',
        message: expect.stringContaining(`"${name}"`) as string,
      }),
    );
    await makeReferencedSecrets(person, acme);
    await eventually(async () => expect(conditionOf(await live(), 'Ready')?.message).toContain('Waiting for accounts'));
    await finish('removal');
    await eventually(async () => expect(await live()).toBeNull());
  });

  it('does not hold a namespace that is being deleted', async () => {
    await rollOut();
    await running.stop();
    const terminating = (manager: string, onCall?: (call: Call) => void) =>
      place.client(manager, (call) => {
        onCall?.(call);
        const message = `jobs is forbidden: unable to create new content in namespace shop because it is being terminated`;
        if (call.kind.kind === 'Job' && call.verb === 'patch')
          throw new ClusterError(message, { status: 403, reason: 'Forbidden' });
      });
    running = await startOperator({ ...place, client: terminating }, { operatorClass: 'test', now: () => time });
    for (const reference of smallShop.referencesOf(acme)) {
      const secret = (await person.get(Secret, { namespace: place.namespace, name: reference.name }))!;
      await person.remove(Secret, keyOf(secret), { uid: secret.metadata.uid ?? '' });
    }
    await person.remove(Storefront, keyOf(acme), { uid: (await live())?.metadata.uid ?? '' });
    await eventually(async () => expect(await live()).toBeNull());
  });

  it('does not fight for ever over a field, and says with whom', async () => {
    await rollOut();
    await eventually(async () => expect((await ready())?.status).toBe('True'));
    const key = { namespace: place.namespace, name: `${acme.metadata.name}-web` };
    const other = place.client('autopilot');
    const replicas = async () => ((await person.get(Deployment, key))!.spec as { replicas: number }).replicas;
    for (let round = 0; round < 5; round += 1) {
      await other.merge(Deployment, key, { spec: { replicas: 9 } });
      await eventually(async () => expect(await replicas()).toBe(1));
    }
    await other.merge(Deployment, key, { spec: { replicas: 9 } });
    await eventually(async () =>
      expect(await degraded()).toMatchObject({
        status: 'True',
        reason: 'FieldFight',
        message: expect.stringContaining('by autopilot') as string,
      }),
    );
    expect(await writesAtRest(running, acme)).toEqual([]);
    expect(await replicas()).toBe(9);

    time = new Date(time.getTime() + 600_000);
    running.operator.lookAt(keyOf(acme));
    await eventually(async () => expect(await replicas()).toBe(1));
    await eventually(async () => expect((await degraded())?.reason).not.toBe('FieldFight'));
  });
});
