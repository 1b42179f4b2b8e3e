/**
 * One field of one resource, and the value with which exactly this rule must be broken. The resource is named by the end of its type
 * and its own name. Dots part the way to the field, `^` stands for a dot in a name; `undefined` takes the field away; `$provider` is
 * the provider that makes the resource.
 */
export type Mutation = [rule: string, resource: string, field: string, value: unknown];

/** The same field of the same resource, with several values. */
export const values = (rule: string, resource: string, field: string, ...wrong: unknown[]): Mutation[] =>
  wrong.map((value): Mutation => [rule, resource, field, value]);
