/** A form with nested names: `metadata[order]=1` → `{ metadata: { order: '1' } }`, `expand[]=a` and `expand[0]=a` → a list. */
export type Form = { [name: string]: FormValue };
export type FormValue = string | FormValue[] | Form;

export class MalformedForm extends Error {}

const mostParts = 6;

export function readForm(fields: Iterable<[string, string]>): Form {
  const root: Tree = new Map();
  for (const [name, value] of fields) {
    const parts = partsOf(name);
    place(root, parts, value);
  }
  return toForm(root) as Form;
}

type Tree = Map<string, string | Tree>;

function partsOf(name: string): string[] {
  const [, first, rest = ''] = /^([^[\]]+)((?:\[[^[\]]*\])*)$/.exec(name) ?? [];
  if (first === undefined) throw new MalformedForm(`Invalid parameter name: ${name}`);
  const parts = [first, ...[...rest.matchAll(/\[([^[\]]*)\]/g)].map(([, part = '']) => part)];
  if (parts.length > mostParts) throw new MalformedForm(`Too deep: ${first}`);
  return parts;
}

function place(tree: Tree, [part = '', ...rest]: readonly string[], value: string): void {
  const name = part === '' ? String(tree.size) : part;
  if (rest.length === 0) return void tree.set(name, value);
  const next = tree.get(name) ?? new Map();
  if (typeof next === 'string') throw new MalformedForm(`Invalid parameter: ${name} is a value and an object`);
  tree.set(name, next);
  place(next, rest, value);
}

function toForm(tree: Tree): FormValue {
  const entries = [...tree].map(([name, value]) => [name, typeof value === 'string' ? value : toForm(value)] as const);
  const isList = entries.length > 0 && entries.every(([name], index) => name === String(index));
  // Defined, not assigned: a field named `__proto__` is a field.
  return isList ? entries.map(([, value]) => value) : Object.fromEntries(entries);
}
