/** The forms of a rule. A check gives what is wrong, or nothing. */
import {
  type PolicyResource,
  type ResourceValidationPolicy,
  type StackValidationPolicy,
  validateResourceOfType,
} from '@pulumi/policy';
import type { Resource, Unwrap } from '@pulumi/pulumi';

type Problem = string | false | undefined;
type Class<R extends Resource, A> = new (name: string, args: A, ...rest: never[]) => R;

/** A rule for resources of one class; its fields are checked by the compiler. */
export const rule = <R extends Resource, A>(
  name: string,
  description: string,
  resource: Class<R, A>,
  check: (args: Unwrap<NonNullable<A>>) => Problem,
): ResourceValidationPolicy => ({
  name,
  description,
  enforcementLevel: 'mandatory',
  validateResource: validateResourceOfType(resource as never, (args: unknown, _info, report) => {
    const problem = check(args as Unwrap<NonNullable<A>>);
    if (problem) report(problem);
  }),
});

export type Fields = Record<string, unknown>;
export type Registered = { type: string; name: string; props: Fields };

/** A rule for any resource, by its type token. */
export const anyRule = (
  name: string,
  description: string,
  check: (resource: Registered) => Problem,
): ResourceValidationPolicy => ({
  name,
  description,
  enforcementLevel: 'mandatory',
  validateResource: ({ type, name: resource, props }, report) => {
    const problem = check({ type, name: resource, props });
    if (problem) report(problem);
  },
});

/** A rule that needs to see everything. */
export const stackRule = (
  name: string,
  description: string,
  check: (resources: Registered[]) => string[],
): StackValidationPolicy => ({
  name,
  description,
  enforcementLevel: 'mandatory',
  validateStack: ({ resources }, report) => {
    const seen = resources.map(({ type, name: resource, props }: PolicyResource) => ({ type, name: resource, props }));
    for (const problem of check(seen)) report(problem);
  },
});

/** A field as text; empty where it is none. */
export const textOf = (fields: Fields, name: string): string => {
  const value = fields[name];
  return typeof value === 'string' ? value : '';
};
