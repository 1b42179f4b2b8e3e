import { expect, it } from 'vitest';
import { monthlyCost } from './prices.ts';

const nodePool = (machineType: string) => ({
  type: 'gcp:container/nodePool:NodePool',
  inputs: { autoscaling: { totalMinNodeCount: 2 }, nodeConfig: { machineType, diskSizeGb: 50 } },
});
const database = (availabilityType: string) => ({
  type: 'gcp:sql/databaseInstance:DatabaseInstance',
  inputs: { settings: { tier: 'db-custom-2-7680', diskSize: 10, availabilityType } },
});

it('prices a database as its source does: 60.30 + 38.33 + 1.70, and twice that where highly available', () => {
  expect(monthlyCost([database('ZONAL')])).toEqual({ 'Cloud SQL': 100 });
  expect(monthlyCost([database('REGIONAL')])).toEqual({ 'Cloud SQL': 201 });
});

it('prices every node, its disk and its share of the NAT', () => {
  expect(monthlyCost([nodePool('e2-standard-4')])).toEqual({ 'GKE, nodes': 206, 'Cloud NAT': 2 });
});

it('refuses to say nothing of what it does not know', () => {
  expect(() => monthlyCost([nodePool('c4-standard-8')])).toThrow('c4-standard-8 has no price in pulumi/prices.ts');
});

it('prices a Redis by what its size costs a gigabyte', () => {
  const redis = (tier: string, memorySizeGb: number) => [
    { type: 'gcp:redis/instance:Instance', inputs: { tier, memorySizeGb } },
  ];
  expect(monthlyCost(redis('BASIC', 1))).toEqual({ Memorystore: 36 });
  expect(monthlyCost(redis('STANDARD_HA', 5))).toEqual({ Memorystore: 197 });
  expect(monthlyCost(redis('STANDARD_HA', 25))).toEqual({ Memorystore: 839 });
});

it('prices a Valkey as its source does: 416.10 for four nodes, 5.20 for the log of two', () => {
  const valkey = (mode: string) => ({
    type: 'gcp:memorystore/instance:Instance',
    inputs: { nodeType: 'STANDARD_SMALL', shardCount: 2, replicaCount: 1, persistenceConfig: { mode } },
  });
  expect(monthlyCost([valkey('DISABLED')])).toEqual({ Memorystore: 416 });
  expect(monthlyCost([valkey('AOF')])).toEqual({ Memorystore: 421 });
});
