import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { policies } from '../policy/rules.ts';
import { Analyzer, changed, policyPack, type Subject, type Violation } from './engine/analyzer.ts';
import { unknownText } from './engine/wire.ts';
import { type Mutation, mutations } from './mutations.ts';
import { find, manifests, type Recorded, recordStacks, subjectsOf } from './subjects.ts';

let analyzer: Analyzer;
let stacks: Recorded;
let subjects: Subject[];
let inCluster: Subject[];

beforeAll(async () => {
  analyzer = await Analyzer.start(policyPack);
  stacks = await recordStacks();
  ({ subjects, inCluster } = subjectsOf(stacks));
});
afterAll(() => analyzer.stop());

async function violations(all: readonly Subject[]): Promise<string[]> {
  const each = await Promise.all(all.map((subject) => analyzer.analyze(subject)));
  return [...each.flat(), ...(await analyzer.analyzeStack(all))].map(({ rule, message }) => `${rule}: ${message}`);
}

/** A resource, what is around it, and the one rule that must speak up. */
type Case = { one: Subject; all: readonly Subject[]; rule?: string };

/** The resource broken, and around an object of the cluster the others there: only among those do rules look for more than one. */
function broken([rule, resource, field, value]: Mutation): Case {
  const [end, name] = resource.split(' ') as [string, string];
  const original = find(subjects, end, name);
  const one = changed(original, field, value);
  const others = one.type.startsWith('kubernetes:') ? inCluster.filter((each) => each !== original) : [];
  return { one, all: [one, ...others], rule };
}

const rulesOf = (found: readonly Violation[]): string[] => [...new Set(found.map(({ rule }) => rule))];

describe('the policy pack', () => {
  it.each(['dev', 'prod', 'valkey', 'autopilot'] as const)('finds nothing in the stack %s', async (stack) => {
    expect(await violations(stacks[stack])).toEqual([]);
  });

  it('finds nothing in a preview, where no value of any resource is known, and adds no line about what it cannot see', async () => {
    const unknown = stacks.preview.filter(({ inputs }) => JSON.stringify(inputs).includes(unknownText));
    expect(unknown.length).toBeGreaterThan(100);
    expect(await violations(stacks.preview)).toEqual([]);
  });

  it('finds nothing in what the operator makes and what its chart installs', async () => {
    expect(await violations(manifests())).toEqual([]);
  });

  it('finds nothing in what is lawful and no stack has', async () => {
    expect(await violations(subjects)).toEqual([]);
  });

  it('has a mutation for each rule, and each rule is mandatory', () => {
    expect([...new Set(mutations.map(([rule]) => rule))].toSorted()).toEqual(
      policies.map(({ name }) => name).toSorted(),
    );
    expect(policies.filter(({ enforcementLevel }) => enforcementLevel !== 'mandatory')).toEqual([]);
  });
});

describe('a mutation', () => {
  const caught: Record<string, Record<string, string[]>> = {};

  it.each(mutations)('%s catches %s with %s = %j, and no other rule does', async (...mutation: Mutation) => {
    const [rule, resource, field, value] = mutation;
    const { one, all } = broken(mutation);
    const result = [...(await analyzer.analyze(one)), ...(await analyzer.analyzeStack(all))];
    expect(rulesOf(result)).toEqual([rule]);
    expect(result.every(({ isMandatory }) => isMandatory)).toBe(true);
    const what = `${resource} ${field}: ${JSON.stringify(value) ?? 'absent'}`;
    caught[rule] = { ...caught[rule], [what]: result.map(({ message }) => message.split('\n').at(-1) as string) };
  });

  it('was caught by the rule of which the table says so, with its advice', async () => {
    const table = stringify(caught, { sortMapEntries: true, lineWidth: 0 });
    await expect(table).toMatchFileSnapshot('golden/policy.yaml');
  });

  it('is caught in a preview too, where the rest is not known', async () => {
    const previewed = stacks.preview;
    const isThere = ({ type, name }: Subject) => previewed.some((each) => each.type === type && each.name === name);
    for (const mutation of mutations.filter((each) => isThere(broken(each).one))) {
      const [rule, resource, field, value] = mutation;
      const [end, name] = resource.split(' ') as [string, string];
      const found = await analyzer.analyze(changed(find(previewed, end, name), field, value));
      expect(rulesOf(found), `${resource} ${field}`).toEqual([rule]);
    }
  });
});
