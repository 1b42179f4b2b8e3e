import { z } from 'zod';

/** One entry of `x-kubernetes-validations`: a CEL expression over `self` (and `oldSelf`), and what to tell the person. */
export type CelRule = { rule: string; message: string };

/** A rule the API server checks in CEL and zod checks by `holds`. A test proves that both give the same verdict. */
export type Rule<T> = CelRule & { holds: (value: T) => boolean };

const key = 'x-kubernetes-validations';

/** The CEL rules a schema carries. */
export function rulesOf(schema: z.ZodType): CelRule[] {
  return (schema.meta()?.[key] as CelRule[] | undefined) ?? [];
}

/** The same schema, held to `rules` by zod and by the API server. */
export function held<S extends z.ZodType>(schema: S, ...rules: Rule<z.output<S>>[]): S {
  let result: z.ZodType = schema;
  for (const { holds, message } of rules) result = result.refine((value) => holds(value as z.output<S>), message);
  return withRules(result as S, rules);
}

/** The same schema with rules about what may not change: only the API server knows the old object, so zod does not check them. */
export function fixed<S extends z.ZodType>(schema: S, ...rules: CelRule[]): S {
  return withRules(schema, rules);
}

/** Text in a form of its own. `pattern` must mean the same in JavaScript and in RE2; `message` says what to write. */
export function text(max: number, pattern: RegExp, message: string) {
  return held(z.string().min(1).max(max), {
    rule: `self.matches(r'${pattern.source}')`,
    message,
    holds: (value) => pattern.test(value),
  });
}

function withRules<S extends z.ZodType>(schema: S, rules: CelRule[]): S {
  const added = rules.map(({ rule, message }) => ({ rule, message }));
  return schema.meta({ ...schema.meta(), [key]: [...rulesOf(schema), ...added] }) as S;
}
