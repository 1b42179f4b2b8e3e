import { describe, expect, it } from 'vitest';
import { topologyOf } from '@storefront/kit/topology';
import {
  declarationsOf,
  defineFleet,
  edges,
  fleet,
  loopbackPort,
  type ServiceEntry,
  signersOf,
  upstreamsOf,
} from './fleet.ts';

const plain: ServiceEntry<never> = {
  port: 7900,
  stores: {},
  publishes: [],
  consumes: [],
  calls: [],
  streams: [],
  external: false,
  size: { cpu: '100m', memory: '128Mi', replicas: [1, 2] },
};

describe('the fleet table', () => {
  it('draws every arrow once, with the port that it leads to', () => {
    expect(edges(fleet)).toEqual([
      { from: 'gateway', to: 'product', port: 7001, kind: 'call' },
      { from: 'gateway', to: 'cart', port: 7003, kind: 'call' },
      { from: 'gateway', to: 'order', port: 7005, kind: 'call' },
      { from: 'gateway', to: 'payment', port: 7006, kind: 'call' },
      { from: 'gateway', to: 'shipping', port: 7007, kind: 'call' },
      { from: 'gateway', to: 'web', port: 7010, kind: 'pages' },
      { from: 'cart', to: 'product', port: 7001, kind: 'call' },
      { from: 'order', to: 'cart', port: 7003, kind: 'call' },
      { from: 'order', to: 'product', port: 7001, kind: 'call' },
      { from: 'order', to: 'payment', port: 7006, kind: 'call' },
      { from: 'order', to: 'shipping', port: 7007, kind: 'call' },
      { from: 'shipping', to: 'cart', port: 7003, kind: 'call' },
      { from: 'web', to: 'gateway', port: 7000, kind: 'call' },
    ]);
  });

  it('gives each service a loopback port of its own', () => {
    const ports = Object.values(fleet).map(loopbackPort);
    expect(ports).toEqual([9100, 9101, 9103, 9105, 9106, 9107, 9110]);
  });

  it('lets the sidecar of a pod find what the app calls, and the pages behind an edge', () => {
    expect(upstreamsOf(fleet, 'gateway')).toEqual(['product', 'cart', 'order', 'payment', 'shipping', 'web']);
    expect(upstreamsOf(fleet, 'product')).toEqual([]);
  });

  it('has a publisher for every event that is consumed', () => {
    expect(() => topologyOf(declarationsOf(fleet))).not.toThrow();
  });

  it('declares those at the broker who publish, consume or have a queue of their own', () => {
    const table = defineFleet({
      a: { ...plain, publishes: ['a.made'] },
      b: { ...plain, port: 7901, queues: ['webhooks'] },
      c: { ...plain, port: 7902 },
    });
    expect(declarationsOf(table)).toEqual({
      a: { publishes: ['a.made'], consumes: [], queues: [] },
      b: { publishes: [], consumes: [], queues: ['webhooks'] },
    });
  });

  it('gives a key to those who call a service that believes it: not to the edge, and not to who calls only that', () => {
    const edge = { pages: 'pages', api: ['/api/'], uploads: [], health: '/api/' } as const;
    const table = defineFleet({
      front: { ...plain, calls: ['b'], edge },
      pages: { ...plain, port: 7901, calls: ['front'] },
      a: { ...plain, port: 7902, calls: ['b'] },
      b: { ...plain, port: 7903 },
    });
    expect(signersOf(table)).toEqual(['a']);
  });

  it('gives a key to those whose statements others believe, though they call nobody', () => {
    const table = defineFleet({
      a: { ...plain, believes: ['b'] },
      b: { ...plain, port: 7901 },
      c: { ...plain, port: 7902 },
    });
    expect(signersOf(table)).toEqual(['b']);
    expect(signersOf(defineFleet({ ...table, a: plain }))).toEqual([]);
  });

  it('refuses to believe the edge, which has no key for statements', () => {
    const edge = { pages: 'b', api: ['/api/'], uploads: [], health: '/api/' } as const;
    const table = { a: { ...plain, edge }, b: { ...plain, port: 7901, believes: ['a'] as const } };
    expect(() => defineFleet(table)).toThrow('fleet: a is the edge');
  });

  it('refuses two services on one port', () => {
    expect(() => defineFleet({ a: plain, b: plain })).toThrow('fleet: b and a both listen on 7900');
  });

  it('refuses a service that calls itself', () => {
    expect(() => defineFleet({ a: { ...plain, calls: ['a'] } })).toThrow('fleet: a calls itself');
  });
});
