import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { stringify } from 'yaml';
import { monthlyCost, prices, total } from './prices.ts';
import { runProgram } from './tests/engine/engine.ts';
import { configOf, settingsOf, type Stack } from './tests/engine/stacks.ts';

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

it('says of both stacks what the README says', async () => {
  const readme = readFileSync(join(import.meta.dirname, 'README.md'), 'utf8');
  const bills: Record<string, object> = {};
  for (const stack of ['dev', 'prod'] satisfies Stack[]) {
    const { resources } = await runProgram({ stack, config: configOf(settingsOf(stack)) });
    const bill = monthlyCost(resources.filter(({ isCustom }) => isCustom));
    bills[stack] = { ...bill, total: total(bill) };
    const cell = total(bill).toLocaleString('en');
    expect(readme, `the README names no total of $${cell} for ${stack}`).toContain(`**$${cell}**`);
  }
  expect(readme).toContain(prices.read);
  await expect(stringify(bills, { sortMapEntries: true })).toMatchFileSnapshot('tests/golden/costs.yaml');
});
