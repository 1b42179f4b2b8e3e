/** The rules asked without a server, for whoever has thousands of questions. */
import type { Policies } from '@pulumi/policy';
import { changed, type Subject } from '../engine/analyzer.ts';

type Policy = Policies[number];
type Validate = ((args: unknown, report: () => void) => void) & { __pulumiType?: string };

const argsOf = ({ type, name, urn, inputs, provider }: Subject) => ({
  type,
  name,
  urn,
  props: inputs,
  ...(provider === undefined ? {} : { provider: { name: provider.split('::').at(-2) ?? 'default' } }),
  // The SDK asks a rule for one class only about resources of its type.
  isType: () => true,
});

/** Whether this resource breaks the rule, alone or among `all`. */
export function breaks(policy: Policy, one: Subject, all: readonly Subject[]): boolean {
  let isBroken = false;
  const report = () => {
    isBroken = true;
  };
  const { validateResource, validateStack } = policy as { validateResource?: Validate; validateStack?: Validate };
  if (validateStack) validateStack({ resources: all.map(argsOf) }, report);
  else if ([undefined, one.type].includes(validateResource?.__pulumiType)) validateResource?.(argsOf(one), report);
  return isBroken;
}

/** Whether the rule fails at this resource, in place of saying something about it. */
export function fails(policy: Policy, one: Subject, all: readonly Subject[]): boolean {
  try {
    breaks(policy, one, all);
    return false;
  } catch {
    return true;
  }
}

/** Copies of the resource, each without one of its fields, at any depth. */
export const withoutFields = (subject: Subject): Subject[] =>
  waysIn(subject.inputs).map((way) => changed(subject, way.join('.'), undefined));

function waysIn(value: unknown, way: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [];
  const inner = Object.entries(value).map(([key, field]): [string[], unknown] => [
    [...way, key.replaceAll('.', '^')],
    field,
  ]);
  const own = Array.isArray(value) ? [] : inner.map(([each]) => each);
  return [...own, ...inner.flatMap(([each, field]) => waysIn(field, each))];
}
