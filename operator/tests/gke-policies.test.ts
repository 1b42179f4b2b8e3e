/** The policies of a Gateway of GKE come and go with `ingress.gke`. In memory: the machine's cluster has no such kinds. */
import { Storefront as StorefrontSchema } from '@storefront/crds';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Cluster, Manifest } from '../src/cluster.ts';
import { keyOf } from '../src/cluster.ts';
import { childKinds, Storefront } from '../src/kinds.ts';
import type { Shop } from '../src/storefront/deps.ts';
import { openMemory } from './places.ts';
import {
  childrenOf,
  makeReferencedSecrets,
  sampleStorefront,
  smallShop,
  startOperator,
  within,
  writesAtRest,
} from './stage.ts';
import type { Running, Sample } from './stage.ts';

const ways = ['HTTPRoute', 'GCPBackendPolicy', 'HealthCheckPolicy'];
/** What customers come in by, and nothing that has to run first. */
const edgeOnly: Shop = {
  ...smallShop,
  render: (storefront, refs) => smallShop.render(storefront, refs).filter(({ kind }) => ways.includes(kind)),
  removal: () => [],
};
const gkeKinds = childKinds.filter(({ apiVersion }) => apiVersion.startsWith('networking.gke.io/'));

describe('ingress.gke', () => {
  let person: Cluster;
  let acme: Sample;
  let running: Running;

  const open = async (gke?: object) => {
    const place = openMemory();
    person = place.client('kubectl-edit');
    const { spec, ...rest } = sampleStorefront(place.namespace, 'test');
    const ingress = { host: 'shop.test', gatewayRef: { name: 'shop' }, tls: {}, ...(gke && { gke }) };
    acme = StorefrontSchema.parse({ ...rest, spec: { ...spec, ingress } }) as Sample;
    await makeReferencedSecrets(person, acme);
    await person.apply(Storefront, acme);
    running = await startOperator(place, { shop: edgeOnly, operatorClass: 'test' });
  };
  afterEach(() => running.stop());

  const atEdge = async () =>
    (await childrenOf(person, acme)).map(({ kind }) => kind).filter((kind) => ways.includes(kind));
  const becomes = (wanted: string[]) =>
    vi.waitFor(async () => expect((await atEdge()).toSorted()).toEqual(wanted), within(5_000));
  const change = (ingress: object): Promise<Manifest> => person.merge(Storefront, keyOf(acme), { spec: { ingress } });

  it('is nothing to a cluster that has no such kinds, where it is unset', async () => {
    await open();
    await becomes(['HTTPRoute']);
    await writesAtRest(running, acme);
    expect(running.sinceStart().filter((call) => gkeKinds.some(({ plural }) => call.includes(plural)))).toEqual([]);
  });

  it('brings its policies before the route, so that nobody comes in past them', async () => {
    await open({ securityPolicy: 'shield' });
    await becomes(['GCPBackendPolicy', 'HTTPRoute', 'HealthCheckPolicy']);
    const order = running.sinceStart().filter((call) => /policies|httproutes/.test(call));
    expect(order.at(-1)).toBe('patch httproutes');
  });

  it('is followed: the policies come, change and go with it', async () => {
    await open();
    await change({ gke: { securityPolicy: 'shield' } });
    await becomes(['GCPBackendPolicy', 'HTTPRoute', 'HealthCheckPolicy']);
    const policy = (await childrenOf(person, acme)).find(({ kind }) => kind === 'GCPBackendPolicy')!;
    expect(policy.spec).toMatchObject({ default: { securityPolicy: 'shield' } });

    await change({ gke: { securityPolicy: null } });
    await vi.waitFor(async () => {
      const now = (await childrenOf(person, acme)).find(({ kind }) => kind === 'GCPBackendPolicy')!;
      expect(now.spec).toMatchObject({ default: { timeoutSec: 3600 } });
      expect(now.spec).not.toHaveProperty('default.securityPolicy');
    }, within(5_000));

    await change({ gke: null });
    await becomes(['HTTPRoute']);
    expect(await writesAtRest(running, acme)).toEqual([]);
  });
});
