import { z } from 'zod';

const known = new WeakMap<z.ZodType, z.ZodType>();

/**
 * The schema as one generated function (https://zod.dev/compile): the same results and errors, several times sooner. Made when it is
 * first asked for, some milliseconds, so that a start does not wait for schemas that nobody needs; documents are made of the schema
 * itself, whose clone this is.
 */
export function compiled<Schema extends z.ZodType>(schema: Schema): Schema {
  const before = known.get(schema);
  if (before) return before as Schema;
  const made = z.compile(schema);
  known.set(schema, made);
  return made;
}
