import type { Storefront } from '@storefront/crds';
import { describe, expect, it } from 'vitest';
import { sampleStorefront, sellingFleet } from '../testing/samples.ts';
import { providersOf } from './integrations.ts';
import { environmentOf } from './pod/environment.ts';
import { appMounts } from './pod/volumes.ts';

const variables = (storefront: Storefront, service: string) =>
  Object.fromEntries(environmentOf(storefront, sellingFleet, service).map(({ name, value }) => [name, value]));
const foldersOf = (storefront: Storefront, service: string) =>
  appMounts(storefront, sellingFleet, service).map(({ mountPath }) => mountPath);

describe('who takes the money', () => {
  it('is Stripe at its own address, whose keys are files', () => {
    const production = sampleStorefront('production');
    const known = variables(production, 'payment');
    expect(known).toMatchObject({
      STRIPE_PUBLISHABLE_KEY: 'pk_live_51Acme',
      STRIPE_SCRIPT_URL: 'https://js.stripe.com/v3/',
      STRIPE_DIR: '/etc/storefront/stripe',
    });
    expect(known).not.toHaveProperty('STRIPE_URL');
    expect(foldersOf(production, 'payment')).toContain('/etc/storefront/stripe');
  });

  it('may be at another address, and browsers may know it by a third', () => {
    const local = sampleStorefront('local');
    expect(variables(local, 'payment')).toMatchObject({
      STRIPE_URL: 'http://10.200.0.11:9001',
      STRIPE_SCRIPT_URL: 'http://127.0.0.1:8081/v3/',
    });
    delete local.spec.payments!.stripe.scriptUrl;
    expect(variables(local, 'payment')['STRIPE_SCRIPT_URL']).toBe('http://10.200.0.11:9001/v3/');
  });

  it('is nobody else’s business', () => {
    const production = sampleStorefront('production');
    for (const service of ['order', 'shipping', 'gateway']) {
      expect(variables(production, service)).not.toHaveProperty('STRIPE_DIR');
      expect(foldersOf(production, service)).not.toContain('/etc/storefront/stripe');
    }
  });
});

describe('who carries the parcels', () => {
  it('are the carriers that are named, each with a folder of its own, and where parcels leave from', () => {
    const local = sampleStorefront('local');
    const known = variables(local, 'shipping');
    expect(JSON.parse(known['CARRIERS']!)).toEqual([
      { name: 'easypost', kind: 'EasyPost', url: 'http://10.200.0.11:9002' },
    ]);
    expect(JSON.parse(known['SHIP_FROM']!)).toMatchObject({ city: 'Berlin', country: 'DE' });
    expect(known['CARRIERS_DIR']).toBe('/etc/storefront/carriers');
    expect(foldersOf(local, 'shipping')).toContain('/etc/storefront/carriers/easypost');
    const [easypost] = JSON.parse(variables(sampleStorefront('production'), 'shipping')['CARRIERS']!) as object[];
    expect(easypost).toEqual({ name: 'easypost', kind: 'EasyPost' });
  });

  it('may be many, whose volumes have names of their own', () => {
    const production = sampleStorefront('production');
    production.spec.shipping!.carriers.push({ name: 'shippo', kind: 'Shippo', secretRef: { name: 'acme-shippo' } });
    const volumes = providersOf(production, sellingFleet.shipping).map(({ volume, folder }) => [volume, folder]);
    expect(volumes).toEqual([
      ['carrier-easypost', '/etc/storefront/carriers/easypost'],
      ['carrier-shippo', '/etc/storefront/carriers/shippo'],
    ]);
  });
});
