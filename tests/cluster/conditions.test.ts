import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { readyPods } from './catalogue.ts';
import { apply, eventually, get, openShop, whyNoCluster, type Shop } from './cluster.ts';

/** What the Storefront says of itself when something that it refers to is wrong. */
describe.skipIf(whyNoCluster)(`conditions ${whyNoCluster || ''}`, { timeout: 180_000 }, () => {
  let shop: Shop;

  beforeAll(async () => {
    shop = await openShop({ name: 'honest' });
  }, 240_000);
  afterAll(() => shop?.remove(), 120_000);

  async function condition(type: string) {
    const { status } = await shop.storefront();
    return status?.conditions?.find((each) => each.type === type);
  }
  const answers = async () => expect((await fetch(`${shop.url}/api/products`)).status).toBe(200);

  it('names a Secret that is missing, keeps what runs running, and heals when it is back', async () => {
    type Secret = { metadata: { name: string }; data: object; type: string };
    const { data, type } = await get<Secret>('-n', shop.namespace, 'secret', 'acme-cache-admin');
    await shop.kubectl('delete', 'secret', 'acme-cache-admin');

    await eventually(
      async () =>
        expect(await condition('Ready')).toMatchObject({
          status: 'False',
          reason: 'SecretMissing',
          message: expect.stringContaining('acme-cache-admin'),
        }),
      { within: 30_000 },
    );
    await answers();

    await apply({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'acme-cache-admin', namespace: shop.namespace },
      data,
      type,
    });
    await shop.waitUntilReady();
  });

  it('names an image that is not there, keeps the old pods, and heals when it is mended', async () => {
    const { status: before } = await shop.storefront();
    await shop.change(
      ({ spec }) =>
        (spec.services = { ...spec.services, web: { ...spec.services?.web, image: 'localhost/nothing:here' } }),
    );

    await eventually(
      async () => {
        const degraded = await condition('Degraded');
        expect(degraded?.status).toBe('True');
        expect(degraded?.message).toContain('localhost/nothing:here');
      },
      { within: 90_000 },
    );
    expect((await fetch(`${shop.url}/`)).status).toBe(200);
    expect(before?.release).toBeDefined();

    await shop.change(({ spec }) => delete spec.services?.web?.image);
    await shop.waitUntilReady();
    await readyPods(shop, 'web', 1);
    expect((await condition('Degraded'))?.status).toBe('False');
  });

  it('brings back what a person deletes', async () => {
    await shop.kubectl('delete', 'deployment', `${shop.name}-web`);
    expect(await readyPods(shop, 'web', 1)).toHaveLength(1);
    await shop.waitUntilReady();
    await answers();
  });

  it('takes everything with it when it is deleted', async () => {
    await shop.kubectl('delete', 'storefront', shop.name, '--wait=false');
    await eventually(
      async () => {
        for (const { metadata } of await shop.pods('gateway')) expect(metadata.deletionTimestamp).toBeDefined();
      },
      { within: 60_000 },
    );
    // Nobody is a customer here any more: the edge need not wait for their connections.
    await shop.kubectl('delete', 'pods', '-l', 'app.kubernetes.io/component=gateway', '--force', '--grace-period=0');
    await eventually(
      async () => {
        const { items } = await get<{ items: { metadata: { name: string } }[] }>(
          '-n',
          shop.namespace,
          'deployments,services,configmaps,jobs',
          '-l',
          `storefront.dev/storefront=${shop.name}`,
        );
        expect(items.map(({ metadata }) => metadata.name)).toEqual([]);
        expect(await shop.kubectl('get', 'storefront', shop.name, '--ignore-not-found')).toBe('');
      },
      { within: 60_000 },
    );
  });
});
