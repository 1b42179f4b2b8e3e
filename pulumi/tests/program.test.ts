import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { Storefront } from '../../crds/src/storefront.ts';
import { components } from '../config/rules/names.ts';
import { type Registered, type Run, runProgram } from './engine/engine.ts';
import { cycleIn, graphOf, neededBy } from './engine/graph.ts';
import { inventory } from './engine/inventory.ts';
import { configOf, settingsOf, type Stack } from './engine/stacks.ts';
import { isSecret, opened, openTexts } from './engine/wire.ts';

const runs = {} as Record<Stack, Run>;
const stacks: Stack[] = ['dev', 'prod'];

beforeAll(async () => {
  for (const stack of stacks) runs[stack] = await runProgram({ stack, config: configOf(settingsOf(stack)) });
});

const of = (stack: Stack, type: string): Registered[] =>
  runs[stack].resources.filter((each) => each.type.endsWith(type));
const one = (stack: Stack, name: string, type: string): Registered => {
  const found = of(stack, type).find((each) => each.name === name);
  if (!found) throw new Error(`${stack} has no ${type} ${name}`);
  return found;
};

describe.each(stacks)('the stack %s', (stack) => {
  it('comes to its end and tells a person where things are', () => {
    expect(runs[stack].log).toBe('');
    expect(runs[stack].exitCode).toBe(0);
    expect(runs[stack].outputs).toMatchObject({
      url: 'https://shop.acme.example',
      kubeconfigCommand: expect.stringMatching(
        /^gcloud container clusters get-credentials acme-\w+-gke .*--dns-endpoint$/,
      ),
      databaseNames: { customers: 'acme-shop:europe-west1:customers', 'orders-1': 'acme-shop:europe-west1:orders-1' },
    });
  });

  it('consists of what its inventory lists', async () => {
    await expect(inventory(runs[stack].resources)).toMatchFileSnapshot(`golden/${stack}.yaml`);
  });

  it('keeps every password, key and token secret', () => {
    const secrets = of(stack, ':SecretVersion');
    expect(secrets.filter(({ inputs }) => !isSecret(inputs['secretData'])).map(({ name }) => name)).toEqual([]);
    const values = secrets.map(({ inputs }) => String(opened(inputs['secretData'])));
    const isTelling = (value: string) =>
      value.length > 0 && !value.includes('-----BEGIN CERTIFICATE-----') && !isName(value);
    const telling = new Set(values.filter(isTelling));
    const leaks = runs[stack].resources.filter(({ inputs }) =>
      openTexts(inputs).some((text) => [...telling].some((value) => text.includes(value))),
    );
    expect(telling.size).toBeGreaterThan(10);
    expect(leaks.map(({ urn }) => urn)).toEqual([]);
    const passwords = of(stack, ':User').map(({ inputs }) => inputs['password']);
    expect(passwords.length).toBeGreaterThanOrEqual(2);
    expect(passwords.filter((password) => !isSecret(password))).toEqual([]);
  });

  it('draws nothing at random whose id would tell it, since ids are open in the state', () => {
    const drawn = new Set(runs[stack].resources.map(({ type }) => type).filter((type) => type.startsWith('random:')));
    expect([...drawn]).toEqual(['random:index/randomPassword:RandomPassword']);
  });

  it('gives Consul a key and a token of the forms that it takes', () => {
    const valueOf = (name: string) => String(opened(one(stack, name, ':SecretVersion').inputs['secretData']));
    expect(Buffer.from(valueOf('discovery-gossip-key'), 'base64')).toHaveLength(32);
    expect(valueOf('discovery-gossip-key')).toMatch(/^[A-Za-z0-9+/]{43}=$/);
    expect(valueOf('discovery-admin-token')).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  });

  it('makes nothing by a default provider', () => {
    const without = runs[stack].resources.filter(
      ({ isCustom, type, provider }) => isCustom && !type.startsWith('pulumi:') && provider === '',
    );
    expect(without.map(({ urn }) => urn)).toEqual([]);
    const cluster = one(stack, 'cluster-kubernetes', 'pulumi:providers:kubernetes').urn;
    const inside = runs[stack].resources.filter(({ type }) => type.startsWith('kubernetes:'));
    expect(inside.filter(({ provider }) => !provider.startsWith(cluster))).toEqual([]);
  });

  it('does not replace the cluster for the pool that was removed from it', () => {
    expect(one(stack, 'cluster', 'container/cluster:Cluster').ignoreChanges).toContain('nodeConfig');
  });

  it('belongs to components with tokens of our own', () => {
    const orphans = runs[stack].resources.filter(
      ({ isCustom, type, parent }) => isCustom && !type.startsWith('pulumi:') && !parent.includes('::storefront:'),
    );
    expect(orphans.map(({ urn }) => urn)).toEqual([]);
  });

  it('names everything once and needs nothing in a circle', () => {
    const urns = runs[stack].resources.map(({ urn }) => urn);
    expect(new Set(urns).size).toBe(urns.length);
    expect(cycleIn(graphOf(runs[stack].resources))).toBeUndefined();
  });

  it('describes a Storefront that the kind accepts, with only what a cluster has', () => {
    const [{ inputs }] = of(stack, ':Storefront').filter(({ isCustom }) => isCustom) as [Registered];
    const shop = Storefront.safeParse(opened(inputs));
    expect(shop.error?.issues ?? []).toEqual([]);
    const written = new Set(of(stack, ':SecretSync').map(nameInCluster));
    const references = [...JSON.stringify(inputs).matchAll(/"\w*[sS]ecretRef":\{"name":"([^"]+)"\}/g)].map(
      ([, name]) => name,
    );
    expect(references.length).toBeGreaterThan(10);
    expect(references.filter((name) => !written.has(`shop/${name}`))).toEqual([]);
  });

  it('sends customers through Cloud Armor, and shares the one account of a Memorystore', () => {
    const { spec } = opened(one(stack, 'storefront', 'storefront.dev/v1alpha1:Storefront').inputs) as {
      spec: { ingress: object; stores: { cache: object; state: object } };
    };
    const shield = one(stack, 'edge-shield', 'compute/securityPolicy:SecurityPolicy');
    expect(spec.ingress).toMatchObject({ gke: { securityPolicy: runs[stack].outputs['shield'] } });
    expect(runs[stack].outputs['shield']).toMatch(new RegExp(`^${shield.name}-`));
    for (const store of [spec.stores.cache, spec.stores.state]) expect(store).toMatchObject({ accounts: 'Shared' });
  });

  it('writes into each Secret the keys that its readers look for', () => {
    const keysOf = (name: string, namespace = 'shop') => {
      const spec = (of(stack, ':SecretSync').find((each) => nameInCluster(each) === `${namespace}/${name}`)?.inputs[
        'spec'
      ] ?? {}) as { secretObject: { data: { targetKey: string }[] } };
      return spec.secretObject.data.map(({ targetKey }) => targetKey);
    };
    for (const admin of ['customers', 'orders-1', 'cache', 'state', 'mongo'])
      expect(keysOf(`acme-${admin}-admin`)).toEqual(['username', 'password']);
    for (const ca of ['customers', 'orders-1', 'cache', 'state', 'mongo', 'broker', 'discovery'])
      expect(keysOf(`acme-${ca}-ca`)).toEqual(['ca.crt']);
    for (const namespace of ['shop', 'consul']) {
      expect(keysOf('acme-discovery-gossip', namespace)).toEqual(['key']);
      expect(keysOf('acme-discovery-admin', namespace)).toEqual(['token']);
    }
  });

  it('calls no Secret other than by its component, shard or integration, so that names stay apart', () => {
    const { shards } = (settingsOf(stack)['databases'] as { orders: { shards: string[] } }).orders;
    const integrations = Object.keys((settingsOf(stack)['integrations'] ?? {}) as object);
    const owners = [...components, ...shards, ...integrations];
    const names = of(stack, ':SyncedSecret').map(({ name }) => name);
    expect(names.length).toBeGreaterThan(10);
    expect(names.filter((name) => !owners.some((owner) => name === owner || name.startsWith(`${owner}-`)))).toEqual([]);
  });

  it('calls keys as the kind that copies them allows', () => {
    // Of the schema of SecretSync (secrets-store-sync-controller, api/v1alpha1).
    const allowed = /^[A-Za-z0-9.]([-A-Za-z0-9]+([-._a-zA-Z0-9]?[A-Za-z0-9])*)?(\/([0-9]+))*$/;
    const keys = of(stack, ':SecretSync').flatMap(({ inputs }) =>
      (inputs['spec'] as { secretObject: { data: { targetKey: string }[] } }).secretObject.data.map(
        ({ targetKey }) => targetKey,
      ),
    );
    expect(new Set(keys)).toContain('default_user.conf');
    expect(keys.filter((key) => !allowed.test(key))).toEqual([]);
  });

  it('keeps the key of the Consul CA out of the namespace of the shop', () => {
    const where = of(stack, ':SecretSync')
      .map(nameInCluster)
      .filter((name) => name.endsWith('ca-key'));
    expect(where).toEqual(['consul/acme-discovery-ca-key']);
  });

  it('installs the chart of this repository', () => {
    const { chart } = one(stack, 'operator', ':Release').inputs as { chart: string };
    const file = readFileSync(join(import.meta.dirname, '..', chart, 'Chart.yaml'), 'utf8');
    expect(file).toContain('name: storefront-operator');
  });

  it('waits with the shop for its databases, accounts and every Secret of its namespace', () => {
    const shop = one(stack, 'storefront', 'storefront.dev/v1alpha1:Storefront');
    const needed = neededBy(graphOf(runs[stack].resources), shop.urn);
    const own = of(stack, ':SecretSync').filter((each) => nameInCluster(each).startsWith('shop/'));
    const all = [...own, ...of(stack, 'sql/database:Database'), ...of(stack, 'sql/user:User')];
    expect(all.length).toBeGreaterThan(15);
    expect(all.filter(({ urn }) => !needed.has(urn)).map(({ urn }) => urn)).toEqual([]);
  });

  it('gives every object a type of which the provider can tell group and version', () => {
    // kubernetes:<group>/<version>:<kind>; a CustomResource of the core group lacks the group and is refused before it is sent.
    const types = new Set(
      runs[stack].resources.map(({ type }) => type).filter((type) => type.startsWith('kubernetes:')),
    );
    expect(types.size).toBeGreaterThan(8);
    expect([...types].filter((type) => !/^kubernetes:[^/:]+\/[^/:]+:[^/:]+$/.test(type))).toEqual([]);
  });

  it('makes a namespace before everything that stands in it', () => {
    const graph = graphOf(runs[stack].resources);
    const namespaces = new Map(of(stack, ':Namespace').map(({ inputs, urn }) => [metadataOf(inputs).name, urn]));
    const inside = runs[stack].resources.filter((each) => namespaceOf(each) !== undefined);
    const early = inside.filter(
      (each) => !neededBy(graph, each.urn).has(namespaces.get(namespaceOf(each) as string) as string),
    );
    expect(early.map(({ urn }) => urn)).toEqual([]);
    expect(inside.filter(({ type }) => type.endsWith(':Release'))).toHaveLength(4);
    expect(new Set(inside.map(namespaceOf))).toEqual(new Set(namespaces.keys()));
  });

  it('can be brought back from a backup without anything being replaced that is there', () => {
    const plan = one(stack, 'cluster-backup', 'gkebackup/backupPlan:BackupPlan');
    const back = one(stack, 'cluster-backup-restore', ':RestorePlan');
    expect(back.inputs).toMatchObject({
      backupPlan: `${plan.name}-id`,
      cluster: plan.inputs['cluster'],
      restoreConfig: {
        allNamespaces: true,
        namespacedResourceRestoreMode: 'MERGE_SKIP_ON_CONFLICT',
        volumeDataRestorePolicy: 'RESTORE_VOLUME_DATA_FROM_BACKUP',
      },
    });
    expect(runs[stack].outputs).toMatchObject({
      backupPlan: expect.stringMatching(/^cluster-backup-/),
      restorePlan: expect.stringMatching(/^cluster-backup-restore-/),
    });
  });

  it('is removed from the shop down to the network', () => {
    const graph = graphOf(runs[stack].resources);
    const before = (first: Registered, later: Registered) => neededBy(graph, first.urn).has(later.urn);
    const shop = one(stack, 'storefront', 'storefront.dev/v1alpha1:Storefront');
    const pool = one(stack, 'pool-system', ':NodePool');
    const peering = one(stack, 'network-producers', ':Connection');
    const order: [Registered, Registered][] = [
      [shop, one(stack, 'operator', ':Release')],
      [shop, one(stack, 'mongo', ':PerconaServerMongoDB')],
      [shop, one(stack, 'orders-1', ':DatabaseInstance')],
      [shop, one(stack, 'discovery', ':Release')],
      [one(stack, 'operator', ':Release'), pool],
      [one(stack, 'mongo', ':PerconaServerMongoDB'), one(stack, 'mongo-operator', ':Release')],
      [one(stack, 'broker', ':RabbitmqCluster'), one(stack, 'broker-operator', ':Release')],
      [one(stack, 'broker-operator', ':Release'), pool],
      [pool, one(stack, 'cluster', 'container/cluster:Cluster')],
      [one(stack, 'cluster', 'container/cluster:Cluster'), one(stack, 'network-nodes', ':Subnetwork')],
      [one(stack, 'cluster', 'container/cluster:Cluster'), one(stack, 'network-nat', ':RouterNat')],
      [
        one(stack, 'cluster', 'container/cluster:Cluster'),
        one(stack, 'network-firewall', ':NetworkFirewallPolicyAssociation'),
      ],
      [one(stack, 'orders-1', ':DatabaseInstance'), peering],
      [one(stack, 'state', 'redis/instance:Instance'), peering],
      [peering, one(stack, 'network', 'compute/network:Network')],
    ];
    expect(order.filter(([first, later]) => !before(first, later)).map((pair) => pair.map(({ name }) => name))).toEqual(
      [],
    );
  });
});

it('makes every replica after its primary, and one after the other', () => {
  const replicas = of('prod', ':DatabaseInstance').filter(({ name }) => name.includes('-replica-'));
  const graph = graphOf(runs.prod.resources);
  expect(replicas.map(({ name }) => name)).toEqual(['customers-replica-1', 'orders-1-replica-1', 'orders-2-replica-1']);
  for (const { name, urn, inputs } of replicas) {
    const primary = name.replace(/-replica-\d+$/, '');
    expect(neededBy(graph, urn)).toContain(one('prod', primary, ':DatabaseInstance').urn);
    expect(inputs['masterInstanceName']).toBe(`${primary}-0a1b2c3`);
  }
});

const isName = (value: string): boolean =>
  /^(storefront-admin|default|backup|clusterAdmin|clusterMonitor|databaseAdmin|userAdmin)$/.test(value);

const metadataOf = (inputs: Registered['inputs']) =>
  (inputs['metadata'] ?? {}) as { namespace?: string; name?: string };

function nameInCluster({ inputs }: Registered): string {
  const { namespace, name } = metadataOf(inputs);
  return `${namespace}/${name}`;
}

/** Of a chart that is installed there, or of an object. */
function namespaceOf({ type, isCustom, inputs }: Registered): string | undefined {
  if (!isCustom || !type.startsWith('kubernetes:')) return undefined;
  return type.endsWith(':Release') ? String(inputs['namespace']) : metadataOf(inputs).namespace;
}
