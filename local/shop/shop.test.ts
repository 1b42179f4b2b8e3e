import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Storefront } from '@storefront/crds';
import { describe, expect, it } from 'vitest';
import { paths } from '../paths.ts';
import type { StoresFile } from '../stores/stores-file.ts';
import { readInstall } from './operator.ts';
import { prerequisites, secrets } from './prerequisites.ts';
import { describeWait, isReadyNow } from './ready.ts';
import { readStorefront } from './storefront.ts';

const sample = await readFile(join(paths.checkout, 'crds/samples/local.yaml'), 'utf8');
const account = (url: string) => ({ url, username: 'admin', password: `password of ${url}` });
const stores: StoresFile = {
  mongo: account('mongo'),
  cache: account('cache'),
  state: account('state'),
  customers: { ...account('customers'), name: 'customers', replicas: [] },
  orders: [1, 2, 3].map((shard) => ({ ...account('orders'), name: `orders-${shard}`, replicas: [] })),
  broker: { ...account('broker'), management: '' },
  mail: { smtp: '', http: '' },
  stripe: {
    url: 'http://10.200.0.11:9001',
    browserUrl: 'http://127.0.0.1:8091',
    secretKey: 'sk_test_1',
    publishableKey: 'pk_test_1',
    webhookSecret: 'whsec_1',
    control: { url: '', token: '' },
  },
  carrier: { url: '', apiKey: 'EZTK1', webhookSecret: 'hook', control: { url: '', token: '' } },
  consul: { https: '', servers: [], datacenter: 'local', token: 'token', caPem: 'pem', gossipKey: 'key' },
};

describe('the local Storefront', () => {
  const storefront = readStorefront(sample, {
    image: 'localhost/storefront:0123abc',
    port: 8090,
    datacenter: 'dc1',
    stripe: stores.stripe,
  });

  it('runs the image of this build at the port that was asked for', () => {
    expect(storefront.spec.release).toEqual({ version: '0123abc', image: 'localhost/storefront:0123abc' });
    expect(storefront.spec.ingress.port).toBe(8090);
    expect(storefront.spec.discovery.datacenter).toBe('dc1');
    expect(Storefront.safeParse(storefront).error).toBeUndefined();
  });

  it('finds every Secret that it refers to', () => {
    const made = secrets(storefront, stores).map(({ name }) => name);
    const wanted = sample.match(/[sS]ecretRef: \{ name: ([a-z0-9-]+) \}/g)?.map((line) => line.split(' ')[3]);
    expect(made.toSorted()).toEqual(wanted?.toSorted());
  });

  it('takes money at the account of this machine, which browsers find beside the shop', () => {
    expect(storefront.spec.payments?.stripe).toMatchObject({
      publishableKey: 'pk_test_1',
      endpoint: 'http://10.200.0.11:9001',
      scriptUrl: 'http://127.0.0.1:8091/v3/',
    });
    const values = Object.fromEntries(secrets(storefront, stores).map((secret) => [secret.name, secret.values]));
    expect(values['acme-stripe']).toEqual({ 'secret-key': 'sk_test_1', 'webhook-secret': 'whsec_1' });
    expect(values['acme-easypost']).toEqual({ 'api-key': 'EZTK1', 'webhook-secret': 'hook' });
  });

  it('comes with a namespace under the strictest pod security', () => {
    expect(prerequisites(storefront, stores, '/media')[0]).toMatchObject({
      kind: 'Namespace',
      metadata: { name: 'shop', labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } },
    });
  });

  it('has its image claim bound to a folder by name', () => {
    const [volume, claim] = prerequisites(storefront, stores, '/media').slice(-2);
    expect(volume).toMatchObject({ spec: { hostPath: { path: '/media' }, claimRef: { name: 'acme-media' } } });
    expect(claim).toMatchObject({ metadata: { name: 'acme-media' }, spec: { volumeName: 'shop-acme-media' } });
  });
});

describe('waiting for the Storefront', () => {
  const base = Storefront.parse(readStorefront(sample, { image: 'localhost/storefront:0123abc' }));
  const answered = (status: 'True' | 'False', observedGeneration: number): Storefront => ({
    ...base,
    metadata: { ...base.metadata, generation: 2 },
    status: {
      conditions: [
        { type: 'Ready', status, reason: 'SecretMissing', message: 'no', observedGeneration, lastTransitionTime: '' },
      ],
    },
  });

  it('does not end with what was said of an older spec', () => {
    expect(isReadyNow(answered('True', 1))).toBe(false);
    expect(isReadyNow(answered('True', 2))).toBe(true);
  });

  it('tells of the first pod that lags behind, else what the operator says', () => {
    const lagging = { metadata: { name: 'acme-product-1' }, status: { phase: 'Pending' } };
    expect(describeWait(answered('False', 2), [lagging])).toBe('0 pods ready; acme-product-1 starts');
    expect(describeWait(answered('False', 2), [])).toBe('0 pods ready; SecretMissing: no');
    expect(describeWait(undefined, [])).toBe('waiting for the operator');
  });
});

it('the operator is installed from the image of this build', () => {
  const yaml = `
kind: Namespace
metadata: { name: storefront-system }
---
kind: Deployment
metadata: { name: storefront-operator }
spec: { template: { spec: { containers: [{ name: operator, image: released }] } } }
`;
  const [, deployment] = readInstall(yaml, 'localhost/storefront:0123abc');
  expect(deployment?.spec?.template?.spec?.containers?.[0]?.image).toBe('localhost/storefront:0123abc');
});
