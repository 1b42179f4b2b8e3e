import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { policies } from '../policy/rules.ts';
import { Analyzer, policyPack, type Subject } from './engine/analyzer.ts';
import { runProgram } from './engine/engine.ts';
import { subjectsIn } from './engine/manifests.ts';
import { type Config, configOf, settingsOf, type Stack } from './engine/stacks.ts';
import { opened } from './engine/wire.ts';
import { type Mutation, mutations } from './mutations.ts';

let analyzer: Analyzer;
let subjects: Subject[];
const stacks = {} as Record<Stack | 'valkey' | 'autopilot', Subject[]>;

beforeAll(async () => {
  analyzer = await Analyzer.start(policyPack);
  const { caches, cluster } = settingsOf('prod') as Record<string, Config>;
  stacks.dev = await registered('dev');
  stacks.prod = await registered('prod');
  stacks.valkey = await registered('prod', { caches: { ...caches, engine: 'Valkey' } });
  stacks.autopilot = await registered('prod', { cluster: { ...cluster, mode: 'Autopilot' } });
  const isValkey = ({ type }: Subject) => type === 'gcp:memorystore/instance:Instance';
  subjects = [...stacks.prod, ...stacks.valkey.filter(isValkey), withAddresses(), ...manifests()];
});
afterAll(() => analyzer.stop());

async function registered(stack: Stack, change: Config = {}): Promise<Subject[]> {
  const run = await runProgram({ stack, config: configOf({ ...settingsOf(stack), ...change }) });
  expect(run.log).toBe('');
  return run.resources.map((each) => ({ ...each, inputs: opened(each.inputs) as Subject['inputs'] }));
}

/** What the operator makes of the production sample, and what its chart installs, with the image that the program gives it. */
function manifests(): Subject[] {
  const all = [
    ...subjectsIn('operator/golden/production.yaml'),
    ...subjectsIn('charts/storefront-operator/install.yaml'),
  ];
  const image = `europe-docker.pkg.dev/acme-shop/storefront@sha256:${'0'.repeat(64)}`;
  return all.map((each) =>
    each.type.endsWith(':Deployment') && each.name === 'storefront-operator'
      ? changed(each, 'spec.template.spec.containers.0.image', image)
      : each,
  );
}

/** The other lawful way to reach a control plane: an address for those who are listed, but a private one. */
function withAddresses(): Subject {
  const gke = stacks.prod.find(({ type }) => type === 'gcp:container/cluster:Cluster') as Subject;
  const name = 'cluster-with-addresses';
  const listed = changed(gke, 'masterAuthorizedNetworksConfig', { cidrBlocks: [{ cidrBlock: '10.32.0.0/20' }] });
  return { ...listed, name, urn: gke.urn.replace('::cluster', `::${name}`) };
}

/** A copy with one field another; dots part the way, `^` stands for a dot in a name. */
function changed(subject: Subject, field: string, value: unknown): Subject {
  const inputs = structuredClone(subject.inputs);
  const way = field.split('.').map((part) => part.replaceAll('^', '.'));
  const last = way.pop() as string;
  const holder = way.reduce<Record<string, unknown>>((at, part) => at[part] as Record<string, unknown>, inputs);
  if (value === undefined) delete holder[last];
  else holder[last] = value;
  return { ...subject, inputs };
}

async function violations(all: readonly Subject[]): Promise<string[]> {
  const each = await Promise.all(all.map((subject) => analyzer.analyze(subject)));
  return [...each.flat(), ...(await analyzer.analyzeStack(all))].map(({ rule, message }) => `${rule}: ${message}`);
}

describe('the policy pack', () => {
  it.each(['dev', 'prod', 'valkey', 'autopilot'] as const)('finds nothing in the stack %s', async (stack) => {
    expect(await violations(stacks[stack])).toEqual([]);
  });

  it('finds nothing in what the operator makes and what its chart installs', async () => {
    expect(await violations(manifests())).toEqual([]);
  });

  it('has a mutation for each rule, and each rule is mandatory', () => {
    expect(mutations.map(([rule]) => rule).toSorted()).toEqual(policies.map(({ name }) => name).toSorted());
    expect(policies.filter(({ enforcementLevel }) => enforcementLevel !== 'mandatory')).toEqual([]);
  });

  const caught: Record<string, object> = {};

  it.each(mutations)('%s catches %s with another %s, and no other rule does', async (...mutation: Mutation) => {
    const [rule, resource, field, value] = mutation;
    const [end, name] = resource.split(' ') as [string, string];
    const found = subjects.filter((each) => each.type.endsWith(end) && each.name === name);
    expect(found).toHaveLength(1);
    const original = found[0] as Subject;
    const broken = changed(original, field, value);
    const all = subjects.map((each) => (each === original ? broken : each));
    const result = [...(await analyzer.analyze(broken)), ...(await analyzer.analyzeStack(all))];
    expect([...new Set(result.map((violation) => violation.rule))]).toEqual([rule]);
    expect(result.every(({ isMandatory }) => isMandatory)).toBe(true);
    caught[rule] = { resource, field, value: value ?? '(absent)', caught: result.length };
  });

  it('has caught what the table says', async () => {
    await expect(stringify(caught, { sortMapEntries: true })).toMatchFileSnapshot('golden/policy.yaml');
  });
});
