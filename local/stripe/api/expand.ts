import { refuse } from './errors.ts';

/** Finds the object that an id stands for; undefined where the name is not one that can be expanded. */
export type FindExpanded = (field: string, id: string, owner: Record<string, unknown>) => unknown;

const deepest = 4;

/** `expand[]=latest_charge.payment_method`, and `data.` before it for what is in a list. */
export function expandObject(value: unknown, paths: readonly string[], find: FindExpanded): unknown {
  return paths.reduce((expanded, path) => {
    const fields = path.split('.');
    if (fields.length > deepest)
      throw refuse.invalidParameter('expand', `You cannot expand more than ${deepest} levels`);
    return expandPath(expanded, fields, find);
  }, value);
}

function expandPath(value: unknown, [field, ...rest]: readonly string[], find: FindExpanded): unknown {
  if (field === undefined || value === null || value === undefined) return value;
  if (Array.isArray(value)) return value.map((each) => expandPath(each, [field, ...rest], find));
  const owner = value as Record<string, unknown>;
  const current = field in owner ? owner[field] : find(field, '', owner);
  if (current === undefined) throw refuse.invalidParameter('expand', `This property cannot be expanded (${field}).`);
  const next = typeof current === 'string' ? find(field, current, owner) : current;
  if (next === undefined) throw refuse.invalidParameter('expand', `This property cannot be expanded (${field}).`);
  return { ...owner, [field]: expandPath(next, rest, find) };
}
