/**
 * The forms of a rule: its name, why it is there, what it looks at, and its checks. Each check is one condition, and says what to do
 * where it does not hold.
 */
import {
  type PolicyResource,
  type ResourceValidationPolicy,
  type StackValidationPolicy,
  validateResourceOfType,
} from '@pulumi/policy';
import type { Resource, Unwrap } from '@pulumi/pulumi';

type Problem = string | false | undefined;
export type Found = Problem | readonly Problem[];
type Class<R extends Resource, A> = new (name: string, args: A, ...rest: never[]) => R;
type Report = (message: string, urn?: string) => void;

export type Fields = Record<string, unknown>;
export type Registered = {
  type: string;
  name: string;
  props: Fields;
  /** Name of the provider that makes it; components and what others make have none. */
  provider?: string | undefined;
};

const mandatory = (name: string, description: string) => ({
  name,
  description,
  enforcementLevel: 'mandatory' as const,
});

/** A rule for resources of one class; its fields are checked by the compiler. */
export const rule = <R extends Resource, A>(
  name: string,
  description: string,
  resource: Class<R, A>,
  ...checks: ((args: Unwrap<NonNullable<A>>) => Found)[]
): ResourceValidationPolicy => ({
  ...mandatory(name, description),
  validateResource: validateResourceOfType(resource as never, (args: unknown, _info, report) => {
    for (const check of checks) tell(report, () => check(args as Unwrap<NonNullable<A>>));
  }),
});

/** A rule for any resource, by its type token. */
export const anyRule = (
  name: string,
  description: string,
  ...checks: ((resource: Registered) => Found)[]
): ResourceValidationPolicy => ({
  ...mandatory(name, description),
  validateResource: ({ type, name: resource, props, provider }, report) => {
    for (const check of checks) tell(report, () => check({ type, name: resource, props, provider: provider?.name }));
  },
});

/** A rule for a resource among all others of its stack. */
export const stackRule = (
  name: string,
  description: string,
  ...checks: ((resource: Registered, all: readonly Registered[]) => Found)[]
): StackValidationPolicy => ({
  ...mandatory(name, description),
  validateStack: ({ resources }, report) => {
    const all = resources.map(({ type, name: resource, props }: PolicyResource) => ({ type, name: resource, props }));
    for (const [index, resource] of all.entries()) {
      const about: Report = (message) => report(message, resources[index]?.urn);
      for (const check of checks) tell(about, () => check(resource, all));
    }
  },
});

/**
 * Reports what a check finds. A check that needs what only `pulumi up` will know finds nothing in a preview: it is made again, with
 * everything known, before the resource is.
 */
function tell(report: Report, check: () => Found): void {
  const found = known(check);
  for (const problem of Array.isArray(found) ? (found as readonly Problem[]) : [found as Problem])
    if (problem) report(problem);
}

/** The SDK throws where an unknown value is read, and does not export the type of what it throws. */
const isUnknown = (error: unknown): boolean => error instanceof Error && 'unknownTypeSentinel' in error;

/** What is read, or nothing where it is not known yet. */
export function known<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch (error) {
    if (isUnknown(error)) return undefined;
    throw error;
  }
}

/** Whether a field has a value; one that is not known yet is one. The field itself must be read by `read`, not before. */
export function isGiven(read: () => unknown): boolean {
  try {
    return ![undefined, null, ''].includes(read() as undefined);
  } catch (error) {
    if (isUnknown(error)) return true;
    throw error;
  }
}

/** What is at the end of a way of fields; nothing where the way ends earlier. */
export const at = (fields: unknown, way: readonly string[]): unknown =>
  way.reduce<unknown>((value, key) => (value as Fields | undefined)?.[key], fields);

/** Texts in a value, each with the field that holds it; what is not known yet is passed over. */
export function textsIn(value: unknown, field = ''): { field: string; text: string }[] {
  if (typeof value === 'string') return [{ field, text: value }];
  if (typeof value !== 'object' || value === null) return [];
  return Object.keys(value).flatMap((key) =>
    textsIn(
      known(() => (value as Fields)[key]),
      Array.isArray(value) ? field : key,
    ),
  );
}
