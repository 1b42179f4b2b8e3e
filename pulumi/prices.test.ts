import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Bill, monthlyCost, prices, total } from './prices.ts';
import { runProgram } from './tests/engine/engine.ts';
import { within } from './tests/engine/refusals.ts';
import { type Config, configOf, settingsOf, type Stack } from './tests/engine/stacks.ts';

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

/** As the README has it: a row for each part of the bill, their sum, and what the other engine would cost. */
function tableOf(bills: Record<Stack, Bill>, onValkey: Record<Stack, Bill>): string {
  const money = (dollars: number) => dollars.toLocaleString('en');
  const row = (title: string, cell: (stack: Stack) => string) => `| ${title} | ${cell('dev')} | ${cell('prod')} |`;
  const parts = Object.keys(bills.prod).toSorted();
  return [
    row('', (stack) => stack),
    '|---|---|---|',
    ...parts.map((part) => row(part, (stack) => money(bills[stack][part] ?? 0))),
    row('together', (stack) => `**$${money(total(bills[stack]))}**`),
    row('Memorystore, if it were Valkey', (stack) => money(onValkey[stack]['Memorystore'] ?? 0)),
  ]
    .join('\n')
    .replace('|  |', '| |');
}

describe('the README', () => {
  const bills = {} as Record<Stack, Bill>;
  const onValkey = {} as Record<Stack, Bill>;

  beforeAll(async () => {
    for (const stack of ['dev', 'prod'] satisfies Stack[]) {
      bills[stack] = await billOf(stack, {});
      onValkey[stack] = await billOf(stack, within(stack, 'caches', { engine: 'Valkey' }));
    }
  });

  it('says of both stacks what they cost, row by row', () => {
    const readme = readFileSync(join(import.meta.dirname, 'README.md'), 'utf8');
    const [table] = readme.slice(readme.indexOf('| | dev', readme.indexOf('**Price**'))).split('\n\n');
    expect(table).toBe(tableOf(bills, onValkey));
    expect(readme).toContain(prices.read);
  });
});

async function billOf(stack: Stack, change: Config): Promise<Bill> {
  const { resources } = await runProgram({ stack, config: configOf({ ...settingsOf(stack), ...change }) });
  return monthlyCost(resources.filter(({ isCustom }) => isCustom));
}
