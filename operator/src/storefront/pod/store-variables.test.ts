import type { Storefront } from '@storefront/crds';
import { describe, expect, it } from 'vitest';
import { sampleStorefront, sellingFleet } from '../../testing/samples.ts';
import { environmentOf } from './environment.ts';

const variables = (storefront: Storefront, service: string) =>
  Object.fromEntries(environmentOf(storefront, sellingFleet, service).map(({ name, value }) => [name, value]));

describe('the environment of a service', () => {
  const production = sampleStorefront('production');

  it('names its database, the replicas, the CA and how many connections a pod may have', () => {
    expect(variables(production, 'identity')).toMatchObject({
      CUSTOMERS_URL: 'postgres://10.20.1.10:5432/customers?sslmode=verify-full',
      CUSTOMERS_REPLICAS: 'postgres://10.20.1.11:5432/customers?sslmode=verify-full',
      CUSTOMERS_CA_FILE: '/etc/storefront/ca/customers/ca.crt',
      CUSTOMERS_POOL: '10',
    });
  });

  it('names the shards in the order of the Storefront', () => {
    const shards = JSON.parse(variables(production, 'order')['ORDERS_SHARDS']!) as object[];
    expect(shards).toEqual([
      {
        name: 'orders-1',
        url: 'postgres://10.20.2.10:5432/orders?sslmode=verify-full',
        replicas: ['10.20.2.11', '10.20.2.12'].map((host) => `postgres://${host}:5432/orders?sslmode=verify-full`),
        caFile: '/etc/storefront/ca/orders/orders-1/ca.crt',
        pool: 10,
      },
      expect.objectContaining({ name: 'orders-2', caFile: '/etc/storefront/ca/orders/orders-2/ca.crt' }),
    ]);
  });

  it('says no more than is there: no CA, no replicas, no encryption', () => {
    const here = variables(sampleStorefront('local'), 'identity');
    expect(here).toMatchObject({ CUSTOMERS_URL: 'postgres://10.200.0.11:5432/customers' });
    expect(here).not.toHaveProperty('CUSTOMERS_REPLICAS');
    expect(here).not.toHaveProperty('CUSTOMERS_CA_FILE');
    expect(JSON.parse(variables(sampleStorefront('local'), 'payment')['ORDERS_SHARDS']!)).toContainEqual({
      name: 'orders-3',
      url: 'postgres://10.200.0.11:5443/orders',
      replicas: ['postgres://10.200.0.11:5453/orders'],
      pool: expect.any(Number) as number,
    });
  });

  it('names the broker to whoever publishes or consumes, and to nobody else', () => {
    expect(variables(production, 'review')).toMatchObject({
      BROKER_URL: 'amqps://broker.rabbitmq.svc.cluster.local:5671/acme-eu',
      BROKER_CA_FILE: '/etc/storefront/ca/broker/ca.crt',
    });
    expect(variables(production, 'identity')).not.toHaveProperty('BROKER_URL');
    const storefront = sampleStorefront('local');
    storefront.spec.stores.broker!.replicas = [{ host: '10.200.0.21', port: 5672 }];
    expect(variables(storefront, 'order')).toMatchObject({
      BROKER_URL: expect.stringMatching(/^amqp:\/\/10\.200\.0\.11:5672\/acme-[0-9a-f]{6}$/) as string,
      BROKER_REPLICAS: '10.200.0.21:5672',
    });
  });

  it('says how far a server that is not checked is to be trusted', () => {
    const storefront = sampleStorefront('local');
    storefront.spec.stores.customers!.tls = { mode: 'Required' };
    storefront.spec.stores.broker!.tls = { mode: 'Required' };
    expect(variables(storefront, 'identity')['CUSTOMERS_URL']).toMatch(/\?sslmode=no-verify$/);
    expect(variables(storefront, 'order')['BROKER_URL']).toMatch(/^amqps:.*\?verify=verify_none$/);
  });

  it('names the mail server to whoever sends mail', () => {
    expect(variables(production, 'order')).toMatchObject({
      MAIL_URL: 'smtp://smtp.acme.example:587?requireTLS=true',
      MAIL_FROM: 'shop@acme.example',
      MAIL_DIR: '/etc/storefront/mail',
    });
    expect(variables(sampleStorefront('local'), 'order')['MAIL_URL']).toBe('smtp://10.200.0.11:1025');
    expect(variables(production, 'payment')).not.toHaveProperty('MAIL_URL');
  });
});
