import { basename } from 'node:path';
import type { Policies } from '@pulumi/policy';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { policies } from '../policy/rules.ts';
import { Analyzer, changed, policyPack, type Subject, type Violation } from './engine/analyzer.ts';
import { unknownText } from './engine/wire.ts';
import { breaks, fails, withoutFields } from './mutants/in-process.ts';
import { MutableRules } from './mutants/rule-mutants.ts';
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

type Policy = Policies[number];
/** A resource, what is around it, and the one rule that must speak up. */
type Case = { one: Subject; all: readonly Subject[]; rule?: string };

/** Of the end of its type, and its name. */
function originalOf(resource: string): Subject {
  const [end, name] = resource.split(' ') as [string, string];
  return find(subjects, end, name);
}

/** The resource broken, and around an object of the cluster the others there: only among those do rules look for more than one. */
function broken([rule, resource, field, value]: Mutation): Case {
  const original = originalOf(resource);
  const one = changed(original, field, value);
  const others = one.type.startsWith('kubernetes:') ? inCluster.filter((each) => each !== original) : [];
  return { one, all: [one, ...others], rule };
}

/** Everything lawful: each resource alone, and what is in a cluster together. */
function lawfulCases(): Case[] {
  const recorded = [...stacks.dev, ...stacks.valkey, ...stacks.autopilot, ...subjects];
  const [any] = subjects as [Subject];
  return [
    ...distinct(recorded).map((one) => ({ one, all: [] })),
    ...[manifests(), inCluster].map((all) => ({ one: any, all })),
  ];
}

const distinct = (all: readonly Subject[]): Subject[] => [
  ...new Map(all.map((each) => [JSON.stringify([each.type, each.inputs, each.provider === '']), each])).values(),
];

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
    const previewed = mutations.flatMap(([rule, resource, field, value]) => {
      const { type, name } = originalOf(resource);
      const unknown = stacks.preview.find((each) => each.type === type && each.name === name);
      return unknown ? [{ rule, what: `${resource} ${field}`, one: changed(unknown, field, value) }] : [];
    });
    expect(previewed.length).toBeGreaterThan(150);
    for (const { rule, what, one } of previewed) expect(rulesOf(await analyzer.analyze(one)), what).toEqual([rule]);
  });
});

describe('a rule', () => {
  /** A resource of each shape, alone and beside those with which rules for several look at it. */
  const incomplete = (): Case[] => {
    const neighbours = inCluster.filter(({ name }) => ['acme-product', 'acme-default-deny'].includes(name));
    const shapes = subjects.filter(({ type }) => !type.endsWith(':CustomResourceDefinition'));
    return distinct(shapes.flatMap(withoutFields)).map((one) => ({ one, all: [one, ...neighbours] }));
  };

  it('never fails, whatever a resource leaves out', () => {
    const failing = incomplete().flatMap(({ one, all }) =>
      policies.filter((policy) => fails(policy, one, all)).map(({ name }) => `${name}: ${one.type} ${one.name}`),
    );
    expect(failing).toEqual([]);
  });

  it('has no condition that could go without a mutation or a lawful resource telling', () => {
    const rules = new MutableRules(policyPack);
    const wrong = mutations.map(broken);
    const right = lawfulCases();
    const incompletes = incomplete();
    const tells = (policy: Policy, { one, all, rule }: Case): boolean => {
      try {
        return breaks(policy, one, all) !== (policy.name === rule);
      } catch {
        return true;
      }
    };
    const isNoticed = (own: Policies): boolean =>
      own.some((policy) => wrong.some((each) => each.rule === policy.name && tells(policy, each))) ||
      own.some((policy) => right.some((each) => tells(policy, each))) ||
      own.some((policy) => wrong.some((each) => each.rule !== policy.name && tells(policy, each)));
    const isFailing = (own: Policies): boolean =>
      own.some((policy) => incompletes.some(({ one, all }) => fails(policy, one, all)));
    expect(isNoticed(rules.rulesWith(undefined))).toBe(false);
    const unnoticed = rules.mutants.filter((mutant) => {
      const own = rules.rulesWith(mutant);
      return !isNoticed(own) && !isFailing(own);
    });
    expect(unnoticed.map(({ file, line, what }) => `${basename(file)}:${line} ${what}`)).toEqual([]);
    expect(rules.mutants.length).toBeGreaterThan(400);
  });
});
