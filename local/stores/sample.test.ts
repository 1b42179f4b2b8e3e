import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StorefrontInput } from '@storefront/crds';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { addresses, hostPort, paths, ports, stripePort } from '../paths.ts';
import { datacenter } from './consul/consul.ts';

const sample = readFileSync(join(paths.checkout, 'crds/samples/local.yaml'), 'utf8');
const { stores, discovery, ingress, mail, payments, shipping } = (parse(sample) as StorefrontInput).spec;

describe('the sample that make up applies', () => {
  it('names the stores where this machine has them', () => {
    const at = (port: number) => ({ host: addresses.shop, port });
    expect(stores.products?.primary).toEqual(at(ports.mongo));
    expect(stores.cache?.primary).toEqual(at(ports.cache));
    expect(stores.state?.primary).toEqual(at(ports.state));
    expect(stores.customers?.primary).toEqual(at(ports.customers));
    expect(stores.orders?.shards.map(({ primary, replicas }) => ({ primary, replicas }))).toEqual(
      ports.orders.map(({ primary, replica }) => ({ primary: at(primary), replicas: [at(replica)] })),
    );
    expect(stores.broker).toMatchObject({ primary: at(ports.broker.amqp), managementPort: ports.broker.management });
    expect(mail?.smtp).toMatchObject(at(ports.mail.smtp));
  });

  it('names the simulators where this machine has them', () => {
    expect(payments?.stripe.endpoint).toBe(`http://${addresses.shop}:${ports.stripe}`);
    expect(payments?.stripe.scriptUrl).toBe(`http://127.0.0.1:${stripePort(hostPort())}/v3/`);
    expect(shipping?.carriers).toMatchObject([
      { name: 'easypost', endpoint: `http://${addresses.shop}:${ports.carrier}` },
    ]);
  });

  it('names the Consul server and its data centre, which is in its certificate', () => {
    expect(discovery).toMatchObject({ datacenter, servers: [addresses.shop] });
  });

  it('opens the port that the edge leads to', () => {
    expect(ingress).toMatchObject({ nodePort: ports.edgeNodePort });
  });
});
