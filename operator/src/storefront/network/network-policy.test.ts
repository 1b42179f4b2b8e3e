import { describe, expect, it } from 'vitest';
import { edgePort, edges, fleet } from '../../fleet.ts';
import { sampleStorefront, sellingFleet, smallFleet } from '../../testing/samples.ts';
import { labelsOf } from '../names.ts';
import { networkPolicies } from './network-policy.ts';
import { type Place, reachable } from './reachability.ts';

const acme = sampleStorefront('local');
const other = sampleStorefront('local', { name: 'other' });
const elsewhere = sampleStorefront('local', { namespace: 'elsewhere' });
const shops = [acme, other, elsewhere];
const policies = shops.flatMap((shop) => networkPolicies(shop, smallFleet));

const tcp = (port: number) => ({ protocol: 'TCP' as const, port });
const udp = (port: number) => ({ protocol: 'UDP' as const, port });
const services = Object.keys(smallFleet);
const components = [...services, 'provision', 'product-migration'];

const pod = (component: string, shop = acme): Place => ({
  namespace: shop.metadata.namespace!,
  labels: labelsOf(shop, component),
});
const stranger: Place = { namespace: 'default', labels: { app: 'stranger' } };
const internet: Place = { address: '203.0.113.9' };
const store: Place = { address: '10.200.0.11' };
const appPorts = Object.values(smallFleet).map(({ port }) => port);

describe('network policies', () => {
  it('let the services of a shop talk along the edges of the fleet table, and no other way', () => {
    const drawn = edges(fleet).map(({ from, to, port }) => `${from} → ${to}:${port}`);
    const whole = networkPolicies(acme, fleet);
    const everybody = [...Object.keys(fleet), 'provision', 'product-migration', 'order-migration'];
    const open = everybody.flatMap((from) =>
      everybody.flatMap((to) =>
        Object.values(fleet)
          .filter(({ port }) => reachable(whole, pod(from), pod(to), tcp(port)))
          .map(({ port }) => `${from} → ${to}:${port}`),
      ),
    );
    expect(open.toSorted()).toEqual(drawn.toSorted());
  });

  it('keep web from product, and everybody but web from the port that trusts X-Forwarded-For', () => {
    expect(reachable(policies, pod('web'), pod('product'), tcp(7001))).toBe(false);
    const reaching = [...components.map((name) => pod(name)), stranger, internet].filter((from) =>
      reachable(policies, from, pod('gateway'), tcp(7000)),
    );
    expect(reaching).toEqual([pod('web')]);
  });

  it('never let a shop reach the services of another, be it in its namespace or not', () => {
    const ports = [...appPorts, edgePort, 9190, 9100, 9101].filter((port) => port !== edgePort);
    const crossed = shops.flatMap((from) =>
      shops
        .filter((to) => to !== from)
        .flatMap((to) =>
          components.flatMap((one) =>
            components.flatMap((two) =>
              ports.filter((port) => reachable(policies, pod(one, from), pod(two, to), tcp(port))),
            ),
          ),
        ),
    );
    expect(crossed).toEqual([]);
  });

  it('let nobody but its users reach a store', () => {
    const users = (port: number) => components.filter((name) => reachable(policies, pod(name), store, tcp(port)));
    expect(users(27017)).toEqual(['product', 'provision', 'product-migration']);
    expect(users(6379)).toEqual(['gateway', 'provision']);
    expect(users(6380)).toEqual(['gateway', 'provision']);
    expect(users(8501)).toEqual(['provision']);
    expect(users(5432)).toEqual([]);
  });

  it('let a fleet that sells reach its databases with their replicas, its broker and its mail server', () => {
    const selling = networkPolicies(acme, sellingFleet);
    const everybody = [...Object.keys(sellingFleet), 'provision', 'order-migration', 'identity-migration'].toSorted();
    const users = (port: number) => everybody.filter((name) => reachable(selling, pod(name), store, tcp(port)));
    for (const port of [5441, 5453])
      expect(users(port)).toEqual(['order', 'order-migration', 'payment', 'provision', 'shipping']);
    expect(users(5432)).toEqual(['identity', 'identity-migration', 'provision']);
    expect(users(5672)).toEqual([
      'gateway',
      'order',
      'order-migration',
      'payment',
      'product',
      'provision',
      'review',
      'shipping',
    ]);
    expect(users(15672)).toEqual(['provision']);
    expect(users(1025)).toEqual(['order', 'order-migration']);
  });

  it('let mail out to any address where that of the server is not known, and to no other port', () => {
    const production = networkPolicies(sampleStorefront('production'), sellingFleet);
    expect(reachable(production, pod('order'), internet, tcp(587))).toBe(true);
    expect(reachable(production, pod('order'), internet, tcp(25))).toBe(false);
    expect(reachable(production, pod('payment'), internet, tcp(587))).toBe(false);
  });

  it('let those who work with Stripe and carriers out to the internet, unless these are somewhere else', () => {
    const production = networkPolicies(sampleStorefront('production'), sellingFleet);
    const names = Object.keys(sellingFleet);
    const out = (rules: typeof production, to: Place, port: number) =>
      names.filter((name) => reachable(rules, pod(name), to, tcp(port)));
    expect(out(production, internet, 443)).toEqual(['product', 'payment', 'shipping']);
    expect(out(production, { address: '10.20.1.10' }, 443)).toEqual([]);

    const local = networkPolicies(acme, sellingFleet);
    expect(out(local, store, 9001)).toEqual(['payment']);
    expect(out(local, store, 9002)).toEqual(['shipping']);
    expect(out(local, internet, 443)).toEqual([]);

    const mixed = sampleStorefront('local');
    mixed.spec.payments!.stripe.endpoint = 'https://stripe.example';
    mixed.spec.shipping!.carriers.push({ name: 'shippo', kind: 'Shippo', secretRef: { name: 'acme-shippo' } });
    expect(out(networkPolicies(mixed, sellingFleet), internet, 443)).toEqual(['payment', 'shipping']);
  });

  it('let customers in at the edge only', () => {
    const open = components.flatMap((name) =>
      [...appPorts, edgePort, 9190, 8301].filter((port) => reachable(policies, internet, pod(name), tcp(port))),
    );
    expect(open).toEqual([edgePort]);
  });

  it('let customers in from the load balancer only, where its ranges are given', () => {
    const production = networkPolicies(sampleStorefront('production'), smallFleet);
    expect(reachable(production, { address: '35.191.3.4' }, pod('gateway'), tcp(edgePort))).toBe(true);
    expect(reachable(production, internet, pod('gateway'), tcp(edgePort))).toBe(false);
  });

  it('let members gossip and reach the servers, over shops, in both protocols', () => {
    for (const port of [tcp(8301), udp(8301)]) {
      expect(reachable(policies, pod('web'), pod('product'), port)).toBe(true);
      expect(reachable(policies, pod('web'), pod('web', elsewhere), port)).toBe(true);
      expect(reachable(policies, pod('web'), store, port)).toBe(true);
      expect(reachable(policies, store, pod('web'), port)).toBe(true);
      expect(reachable(policies, stranger, pod('web'), port)).toBe(false);
      expect(reachable(policies, pod('provision'), pod('web'), port)).toBe(false);
    }
    expect(reachable(policies, pod('web'), store, tcp(8300))).toBe(true);
  });

  it('let every pod ask the names of the cluster', () => {
    const dns: Place = { namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' } };
    expect(components.filter((name) => !reachable(policies, pod(name), dns, udp(53)))).toEqual([]);
    expect(reachable(policies, pod('web'), stranger, udp(53))).toBe(false);
  });

  it('let nobody out to the internet but a user of a bucket, and it not into private networks', () => {
    expect(components.filter((name) => reachable(policies, pod(name), internet, tcp(443)))).toEqual([]);
    const production = networkPolicies(sampleStorefront('production'), smallFleet);
    const out = (to: Place) => services.filter((name) => reachable(production, pod(name), to, tcp(443)));
    expect(out(internet)).toEqual(['product']);
    expect(out({ address: '10.20.1.10' })).toEqual([]);
  });

  it('let scrapers read metrics from the namespaces that are named', () => {
    const production = networkPolicies(sampleStorefront('production'), smallFleet);
    const scraper: Place = { namespace: 'gmp-system', labels: {} };
    expect(services.filter((name) => !reachable(production, scraper, pod(name), tcp(9190)))).toEqual([]);
    expect(reachable(production, stranger, pod('web'), tcp(9190))).toBe(false);
  });

  it('are not there when they are disabled', () => {
    const storefront = sampleStorefront('local');
    storefront.spec.networkPolicy = { mode: 'Disabled' };
    expect(networkPolicies(storefront, smallFleet)).toEqual([]);
  });
});
