import { setTimeout as pause } from 'node:timers/promises';

import { Agent, request } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { listsAnswered, readyPods, stockShelves, uncached } from './catalogue.ts';
import { eventually, get, openShop, whyNoCluster, type Pod, type Shop } from './cluster.ts';
import { startLoad } from './load.ts';
import { killPod } from './servers.ts';

/** How many instances of each name the pod's Consul agent knows, or why it does not say. */
const instancesByAgent = `
  import { Resolver } from 'node:dns/promises';
  const agent = new Resolver({ timeout: 3_000, tries: 2 });
  agent.setServers(['127.0.0.1:8600']);
  const found = [];
  for (const name of process.argv.slice(1))
    found.push(await agent.resolveSrv(name).then(({ length }) => length, ({ code }) => code));
  console.log(JSON.stringify(found));`;

/** What the product service at each address answers to the merchant's question for its lists, signed with the key of this pod. */
const callsAsMerchant = `
  import { callerHeader, createCallerSigner, readPrivateKey } from '@storefront/kit/caller';
  const sign = createCallerSigner({ key: await readPrivateKey(process.env.CALLER_DIR) });
  const token = await sign({ kind: 'merchant', sub: 'merchant', scopes: ['merchant'] }, 'product');
  const answers = [];
  for (const address of process.argv.slice(1)) {
    const asked = { headers: { [callerHeader]: token }, signal: AbortSignal.timeout(5_000) };
    answers.push(await fetch('http://' + address + ':7001/products', asked).then(({ status }) => status, () => 'no connection'));
  }
  console.log(JSON.stringify(answers));`;

type Balancing = 'RoundRobin' | 'LeastConnections' | 'RandomTwo';

/** The way of a call from pod to pod, in a shop of its own. The cases follow each other: each begins with what it needs. */
describe.skipIf(whyNoCluster)(`discovery and balancing ${whyNoCluster || ''}`, { timeout: 240_000 }, () => {
  let shop: Shop;

  beforeAll(async () => {
    shop = await openShop({ name: 'discovery' });
    await stockShelves(shop);
  }, 240_000);
  afterAll(() => shop?.remove(), 120_000);

  async function answeredBy(pods: readonly Pod[], requests: number): Promise<Record<string, number>> {
    const before = await listsAnswered(pods);
    const url = uncached(shop);
    const dispatcher = new Agent(); // a connection from before may lead to a gateway that is about to end
    for (let index = 0; index < requests; index += 1) {
      const { statusCode, body } = await request(url(index), { dispatcher });
      await body.dump();
      expect(statusCode).toBe(200);
      if (index % 60 === 59) await pause(700);
    }
    await dispatcher.close();
    const after = await listsAnswered(pods);
    return Object.fromEntries(Object.entries(after).map(([pod, count]) => [pod, count - (before[pod] ?? 0)]));
  }

  async function scale(replicas: number, balancing?: Balancing): Promise<void> {
    const changed = { replicas, ...(balancing && { balancing }) };
    await shop.change(
      ({ spec }) => (spec.services = { ...spec.services, product: { ...spec.services?.product, ...changed } }),
    );
  }

  it.each(['LeastConnections', 'RandomTwo', 'RoundRobin'] satisfies Balancing[])(
    'sends each of three pods its share under %s',
    async (balancing) => {
      await scale(3, balancing);
      await shop.waitUntilReady();
      const pods = await readyPods(shop, 'product', 3);
      await eventually(() => expectConfigured(shop, balancing), { within: 60_000 });

      const answered = Object.values(await answeredBy(pods, 180));

      expect(answered.reduce((sum, count) => sum + count, 0)).toBe(180);
      for (const count of answered) expect(count).toBeGreaterThan(balancing === 'RandomTwo' ? 20 : 40);
    },
  );

  it('loses no request when a pod is killed without a word, at 100 a second', async () => {
    const [victim] = await readyPods(shop, 'product', 3);
    const load = startLoad(uncached(shop), 100);
    await pause(2_000);
    killPod(victim as Pod);
    await pause(8_000);

    const { sent, failures } = await load.stop();

    expect(failures).toEqual({});
    expect(sent).toBeGreaterThan(900);
  });

  it('sends a new pod requests within five seconds of its being ready', async () => {
    const before = await readyPods(shop, 'product', 3);
    const load = startLoad(uncached(shop), 50);
    await scale(4);
    const pods = await readyPods(shop, 'product', 4);
    const fresh = pods.filter(({ metadata }) => !before.some((pod) => pod.metadata.uid === metadata.uid));
    await eventually(
      async () => {
        for (const count of Object.values(await listsAnswered(fresh))) expect(count).toBeGreaterThan(0);
      },
      { within: 5_000 },
    );

    expect((await load.stop()).failures).toEqual({});
    expect(fresh).toHaveLength(1);
  });

  it('loses no request while every service is rolled', async () => {
    const load = startLoad((index) => (index % 5 === 0 ? `${shop.url}/products` : uncached(shop)(index)), 50);
    const release = `rolled-${Date.now()}`;
    await shop.change(({ spec }) => (spec.release.version = release));
    await eventually(
      async () => {
        const { status } = await shop.storefront();
        expect(status?.release).toBe(release);
      },
      { within: 180_000 },
    );
    await shop.waitUntilReady();
    await pause(2_000);

    expect((await load.stop()).failures).toEqual({});
  });

  describe('beside another shop in the same cluster', () => {
    let other: Shop;
    beforeAll(async () => {
      other = await openShop({ name: 'neighbour' });
      await scale(4);
      await shop.waitUntilReady();
    }, 240_000);
    afterAll(() => other?.remove(), 120_000);

    it('sends no request to its pods', async () => {
      const pods = await readyPods(other, 'product', 3);
      const before = await listsAnswered(pods);
      await answeredBy(await readyPods(shop, 'product', 4), 60);
      expect(await listsAnswered(pods)).toEqual(before);
      const { items } = (await (await fetch(`${other.url}/api/products`)).json()) as { items: unknown[] };
      expect(items).toEqual([]);
      expect(other.scope).not.toBe(shop.scope);
    });

    /** What somebody learns there who has taken over the shop's own gateway: it may find every service that it calls. */
    const inGateway = async <Found>(script: string, ...args: string[]): Promise<Found> => {
      const [pod] = await readyPods(shop, 'gateway', 1);
      const node = ['node', '--input-type=module', '-e', script, ...args];
      return JSON.parse(await shop.kubectl('exec', pod!.metadata.name, '-c', 'app', '--', ...node)) as Found;
    };

    it('does not find it: the agent’s token may read the names of its own shop alone', async () => {
      const names = [shop, other].map(({ scope }) => `${scope}-product.service.consul`);
      const [own, foreign] = await inGateway<[number | string, number | string]>(instancesByAgent, ...names);
      expect(own).toBe(4);
      expect(foreign).toMatch(/^E(NOTFOUND|NODATA|REFUSED)$/);
    });

    /**
     * Where the network enforces the policies (GKE) there is no connection. Where it does not, as on one machine, the called service
     * itself refuses: the token is signed with another shop's key.
     */
    it('is not let in by its pods, though it knows their addresses', async () => {
      const [own] = await readyPods(shop, 'product', 4);
      const [foreign] = await readyPods(other, 'product', 3);
      const addresses = [own, foreign].map((pod) => pod?.status.podIP ?? '');
      const [mine, theirs] = await inGateway<[number | string, number | string]>(callsAsMerchant, ...addresses);
      expect(mine).toBe(200);
      expect([401, 'no connection']).toContain(theirs);
    });
  });

  it('reaches all of twelve pods, more than fit into one DNS answer', async () => {
    await scale(12);
    await shop.waitUntilReady();
    const pods = await readyPods(shop, 'product', 12);
    await eventually(
      async () => {
        const answered = await answeredBy(pods, 48);
        expect(Math.min(...Object.values(answered)), JSON.stringify(answered)).toBeGreaterThan(0);
      },
      { within: 90_000 },
    );
  });
});

/** The policy is in the file that the gateway's Nginx has read, and no older pod of it takes new connections. */
async function expectConfigured(shop: Shop, balancing: string): Promise<void> {
  const { data } = await get<{ data: Record<string, string> }>(
    '-n',
    shop.namespace,
    'configmap',
    `${shop.name}-gateway`,
  );
  const word = { RoundRobin: 'upstream product', LeastConnections: 'least_conn;', RandomTwo: 'random two' }[balancing];
  expect(data['nginx.conf']).toContain(word);
  expect((await shop.pods('gateway')).filter(({ metadata }) => !metadata.deletionTimestamp)).toHaveLength(1);
}
