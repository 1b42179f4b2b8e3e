/** The API server is gone for a while, seen from the operator; what people do meanwhile is found afterwards. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Cluster } from '../src/cluster.ts';
import { keyOf } from '../src/cluster.ts';
import { childKinds, Deployment, Secret, Storefront } from '../src/kinds.ts';
import { loadKubeConfig } from '../src/kube/connection.ts';
import { kubeconfig, openCluster } from './places.ts';
import type { Place } from './places.ts';
import {
  conditionOf,
  makeReferencedSecrets,
  readStorefront,
  sampleStorefront,
  startOperator,
  stillShop,
  within,
  writesAtRest,
} from './stage.ts';
import type { Running, Sample } from './stage.ts';
import { startTcpProxy } from './tcp-proxy.ts';
import type { TcpProxy } from './tcp-proxy.ts';

const why = kubeconfig ? '' : ' (needs a cluster: set STOREFRONT_TEST_KUBECONFIG)';

describe.skipIf(!kubeconfig)(`the API server away${why}`, () => {
  let proxy: TcpProxy;
  let direct: Place;
  let proxied: Place;
  let person: Cluster;
  let acme: Sample;
  let running: Running;

  beforeEach(async () => {
    direct = await openCluster();
    person = direct.client('kubectl-edit');
    const config = loadKubeConfig(kubeconfig);
    const cluster = config.getCurrentCluster()!;
    const { hostname, port } = new URL(cluster.server);
    proxy = await startTcpProxy({ host: hostname, port: Number(port) });
    const server = `https://127.0.0.1:${proxy.port}`;
    config.clusters = [{ ...cluster, server, tlsServerName: 'kubernetes.default.svc' }];
    proxied = await openCluster(config, direct.namespace);
    acme = sampleStorefront(direct.namespace, direct.namespace);
    await makeReferencedSecrets(person, acme);
    await person.apply(Storefront, acme);
    running = await startOperator(proxied, { shop: stillShop(), operatorClass: direct.namespace });
  });
  afterEach(async () => {
    proxy.comeBack();
    await running.stop();
    await person.merge(Storefront, keyOf(acme), { metadata: { finalizers: [] } });
    await proxied.close();
    await proxy.stop();
    await direct.close();
  });

  const live = () => readStorefront(person, acme);
  const product = () => person.get(Deployment, { namespace: direct.namespace, name: `${acme.metadata.name}-product` });
  const isStanding = async () => expect(conditionOf(await live(), 'Progressing')?.reason).toMatch(/RollingOut|Settled/);

  it('changes nothing when it comes back and nothing has happened', { timeout: 90_000 }, async () => {
    await vi.waitFor(isStanding, within(20_000));
    expect(await writesAtRest(running, acme)).toEqual([]);
    proxy.goAway();
    running.operator.lookAt(keyOf(acme));
    const before = proxy.connections();
    await vi.waitFor(() => expect(proxy.connections()).toBeGreaterThan(before + 5), within(10_000));
    proxy.comeBack();
    expect(await writesAtRest(running, acme)).toEqual([]);
    expect(running.operator.view.isSynced).toBe(true);
  });

  it('costs nothing of what was changed meanwhile', { timeout: 90_000 }, async () => {
    await vi.waitFor(isStanding, within(20_000));
    expect(await writesAtRest(running, acme)).toEqual([]);
    proxy.goAway();
    const before = (await product())!;
    await person.merge(Deployment, keyOf(before), { spec: { replicas: 7 } });
    await person.merge(Storefront, keyOf(acme), { spec: { services: { web: { replicas: 2 } } } });
    const gossip = { namespace: direct.namespace, name: acme.spec.discovery.gossipSecretRef.name };
    await person.merge(Secret, gossip, { data: { key: Buffer.from('turned').toString('base64') } });
    proxy.comeBack();
    await vi.waitFor(async () => {
      const after = (await product())!;
      expect(after.spec).toMatchObject({ replicas: 3 });
      expect(JSON.stringify(after.spec)).not.toBe(JSON.stringify(before.spec));
    }, within(40_000));
    await vi.waitFor(async () => {
      const now = await live();
      expect(conditionOf(now, 'Ready')?.observedGeneration).toBe(now?.metadata.generation);
    }, within(10_000));
  });

  it('is asked over few connections', async () => {
    await vi.waitFor(isStanding, within(20_000));
    // One per kind that is watched, and at most 32 for all calls.
    expect(proxy.connections()).toBeLessThanOrEqual(32 + childKinds.length + 3);
  });
});
