import { describe, expect, it } from 'vitest';
import type { Fleet } from '../fleet.ts';
import { sampleStorefront, sellingFleet, smallFleet } from '../testing/samples.ts';
import { render } from './render.ts';
import { referencesOf, secretsOf } from './secrets-of.ts';

type Keys = { items: { key: string; path: string }[] };
type Item = {
  secret?: Keys & { secretName: string };
  projected?: { sources: { secret: Keys & { name: string } }[] };
};

const keysIn = ({ secret, projected }: Item): string[] => [
  ...(secret?.items ?? []).map(({ key }) => `${secret!.secretName}/${key}`),
  ...(projected?.sources ?? []).flatMap(({ secret: { name, items } }) => items.map(({ key }) => `${name}/${key}`)),
];

describe('the Secrets of a Storefront', () => {
  it('are made once for each service, with an account in each of its stores', () => {
    const recipes = Object.fromEntries(
      secretsOf(sampleStorefront('local'), smallFleet).map((one) => [one.name, one.keys]),
    );
    expect(recipes['acme-product-credentials']).toEqual({
      'cursor-key': { make: 'bytes', size: 32 },
      'consul-token': { make: 'uuid' },
      'products-username': { make: 'text', value: expect.stringMatching(/^acme-[0-9a-f]{6}-product$/) },
      'products-password': { make: 'password' },
    });
    expect(Object.keys(recipes['acme-web-credentials']!)).toEqual(['cursor-key', 'consul-token']);
    expect(Object.keys(recipes['acme-caller']!)).toEqual(['public.jwk', 'private.jwk']);
    expect(recipes['acme-merchant']).toEqual({ token: { make: 'token' } });
  });

  it('have no account in a store whose only one is shared', () => {
    const gateway = (sample: 'local' | 'production') =>
      Object.keys(secretsOf(sampleStorefront(sample), smallFleet).find(({ name }) => name.includes('gateway'))!.keys);
    expect(gateway('local')).toContain('cache-password');
    expect(gateway('production')).toEqual(['cursor-key', 'consul-token']);
  });

  it('hold two accounts in PostgreSQL: one for the pods, and one that owns the schema, for migrations alone', () => {
    const storefront = sampleStorefront('local');
    const recipes = Object.fromEntries(secretsOf(storefront, sellingFleet).map((one) => [one.name, one.keys]));
    expect(recipes['acme-order-credentials']).toMatchObject({
      'orders-username': { make: 'text', value: expect.stringMatching(/^acme-[0-9a-f]{6}-order$/) as string },
      'orders-migrate-username': {
        make: 'text',
        value: expect.stringMatching(/^acme-[0-9a-f]{6}-order-owner$/) as string,
      },
      'orders-migrate-password': { make: 'password' },
      'broker-password': { make: 'password' },
    });
    const readers = render(storefront, sellingFleet, {}).filter((object) =>
      JSON.stringify(object).includes('orders-migrate-password"'),
    );
    expect(readers.map(({ kind, metadata }) => `${kind}/${metadata.name.replace(/-[0-9a-f]{8}$/, '')}`)).toEqual([
      'Job/acme-provision',
      'Job/acme-order-migration',
      'Job/acme-payment-migration',
      'Job/acme-shipping-migration',
    ]);
  });

  it('hold a pair of keys for the gateway and for each service that calls another, and one key for guests', () => {
    const recipes = Object.fromEntries(
      secretsOf(sampleStorefront('local'), sellingFleet).map(({ name, keys }) => [name, keys]),
    );
    const signers = ['', 'cart.', 'order.', 'shipping.'];
    expect(Object.keys(recipes['acme-caller']!)).toEqual(
      signers.flatMap((signer) => [`${signer}public.jwk`, `${signer}private.jwk`]),
    );
    expect(recipes['acme-caller']!['order.private.jwk']).toEqual({ make: 'keypair', pair: 'order', part: 'private' });
    expect(recipes['acme-guests']).toEqual({ key: { make: 'bytes', size: 32 } });
  });

  it('give every pod the public halves, and the private one to nobody but its signer', () => {
    const volumesOf = (service: string, name: string) => {
      const pods = render(sampleStorefront('local'), sellingFleet, {}).filter(
        ({ kind, metadata }) => kind === 'Deployment' && metadata.name === `acme-${service}`,
      ) as unknown as { spec: { template: { spec: { volumes: (Item & { name: string })[] } } } }[];
      const volumes = pods[0]!.spec.template.spec.volumes.filter((volume) => volume.name === name);
      return volumes.flatMap(({ secret }) =>
        secret!.items.map(({ key, path }) => (key === path ? key : `${key} as ${path}`)),
      );
    };
    const open = ['public.jwk', 'cart.public.jwk', 'order.public.jwk', 'shipping.public.jwk'];
    expect(volumesOf('payment', 'caller')).toEqual(open);
    expect(volumesOf('web', 'caller')).toEqual(open);
    expect(volumesOf('order', 'caller')).toEqual([...open, 'order.private.jwk as own.private.jwk']);
    expect(volumesOf('gateway', 'caller').toSorted()).toEqual([...open, 'private.jwk'].toSorted());
    for (const service of ['gateway', 'cart', 'order'])
      expect(volumesOf(service, 'guests')).toEqual(['key as guest-key']);
    for (const service of ['payment', 'web']) expect(volumesOf(service, 'guests')).toEqual([]);
  });

  it('tell a service by which key it knows the statements of those it believes, and nobody else', () => {
    const variables = (table: Fleet, service: string) => {
      const pods = render(sampleStorefront('local'), table, {}).filter(
        ({ kind, metadata }) => kind === 'Deployment' && metadata.name === `acme-${service}`,
      );
      return [...JSON.stringify(pods).matchAll(/"name":"(\w+)_KEY_FILE","value":"([^"]+)"/g)].map(
        ([, name, value]) => `${name} ${value}`,
      );
    };
    const shipping = 'SHIPPING /etc/storefront/caller/shipping.public.jwk';
    const guests = 'GUEST /etc/storefront/guests/guest-key';
    expect(variables(sellingFleet, 'order').toSorted()).toEqual([guests, shipping]);
    expect(variables(sellingFleet, 'cart')).toEqual([guests]);
    expect(variables(sellingFleet, 'payment')).toEqual([]);
    const { believes: _, ...order } = sellingFleet.order;
    expect(variables({ ...sellingFleet, order }, 'order')).toEqual([guests]);
  });

  it('of Stripe and the carriers are for those who work with them alone', () => {
    const references = referencesOf(sampleStorefront('production'), sellingFleet);
    expect(references).toContainEqual({
      name: 'acme-stripe',
      keys: ['secret-key', 'webhook-secret'],
      services: ['payment'],
    });
    expect(references).toContainEqual({
      name: 'acme-easypost',
      keys: ['api-key', 'webhook-secret'],
      services: ['shipping'],
    });
  });

  it('that a person must bring are named, with their keys and who waits for them', () => {
    const references = referencesOf(sampleStorefront('production'), smallFleet);
    expect(references).toContainEqual({ name: 'acme-mongo-ca', keys: ['ca.crt'], services: ['product'] });
    expect(references).toContainEqual({
      name: 'acme-discovery-gossip',
      keys: ['key'],
      services: ['gateway', 'product', 'web'],
    });
    expect(new Set(references.map(({ name }) => name)).size).toBe(references.length);
  });

  it.each([
    ['local', smallFleet],
    ['production', smallFleet],
    ['local', sellingFleet],
    ['production', sellingFleet],
  ] as const)('cover every key that a pod of the %s sample mounts', (sample, table: Fleet) => {
    const storefront = sampleStorefront(sample);
    const known = new Set([
      ...secretsOf(storefront, table).flatMap(({ name, keys }) => Object.keys(keys).map((key) => `${name}/${key}`)),
      ...referencesOf(storefront, table).flatMap(({ name, keys }) => keys.map((key) => `${name}/${key}`)),
    ]);
    const mounted = render(storefront, table, {}).flatMap(({ spec }) => {
      const { template } = (spec ?? {}) as { template?: { spec: { volumes: Item[] } } };
      return (template?.spec.volumes ?? []).flatMap(keysIn);
    });
    expect(mounted.length).toBeGreaterThan(20);
    expect(mounted.filter((key) => !known.has(key))).toEqual([]);
  });
});
