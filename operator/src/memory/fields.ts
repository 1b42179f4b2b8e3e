/** An object as a flat map from field to value, and back: what server-side apply reckons with. */

/** JSON of the steps to a leaf: a name, or `{ key: value }` for the entry of a list that merges by key. */
export type Field = string;
export type Flat = Map<Field, unknown>;

type Step = string | Readonly<Record<string, unknown>>;
type Fields = Record<string, unknown>;

/** As the schemas of the built-in kinds and of our own have it (`x-kubernetes-list-map-keys`). */
const listKeys: Readonly<Record<string, readonly string[]>> = {
  containers: ['name'],
  initContainers: ['name'],
  env: ['name'],
  volumes: ['name'],
  volumeMounts: ['mountPath'],
  ownerReferences: ['uid'],
  conditions: ['type'],
  services: ['name'],
  secrets: ['name'],
};

export function flatten(value: unknown, steps: readonly Step[] = [], flat: Flat = new Map()): Flat {
  const parts = partsOf(value, steps.at(-1));
  if (parts.length === 0) return flat.set(JSON.stringify(steps), value);
  for (const [step, part] of parts) if (part !== undefined) flatten(part, [...steps, step], flat);
  return flat;
}

function partsOf(value: unknown, last: Step | undefined): [Step, unknown][] {
  if (typeof value !== 'object' || value === null) return [];
  if (!Array.isArray(value)) return Object.entries(value);
  const keys = typeof last === 'string' ? keysOf(last, value) : undefined;
  if (keys === undefined) return [];
  return value.map((item: Fields): [Step, unknown] => [
    Object.fromEntries(keys.map((key) => [key, item[key] ?? 'TCP'])),
    item,
  ]);
}

function keysOf(name: string, items: readonly unknown[]): readonly string[] | undefined {
  if (name !== 'ports') return listKeys[name];
  const has = (key: string) => items.every((item) => typeof item === 'object' && item !== null && key in item);
  if (has('containerPort')) return ['containerPort', 'protocol'];
  return has('port') && has('name') ? ['port', 'protocol'] : undefined;
}

export function unflatten(flat: Flat): Fields {
  const root: Fields = {};
  for (const [field, value] of flat) place(root, JSON.parse(field) as Step[], value);
  return root;
}

function place(root: Fields, steps: readonly Step[], value: unknown): void {
  let here: unknown = root;
  for (const [index, step] of steps.entries()) {
    const isLast = index === steps.length - 1;
    const empty = typeof steps[index + 1] === 'object' ? [] : {};
    here =
      typeof step === 'string'
        ? named(here as Fields, step, isLast ? structuredClone(value) : empty)
        : entry(here as Fields[], step);
  }
}

function named(parent: Fields, name: string, initial: unknown): unknown {
  return (parent[name] ??= initial);
}

function entry(list: Fields[], key: Readonly<Record<string, unknown>>): Fields {
  const names = Object.keys(key);
  const found = list.find((item) => names.every((name) => (item[name] ?? 'TCP') === key[name]));
  if (found !== undefined) return found;
  const added: Fields = { ...key };
  list.push(added);
  return added;
}

/** `["spec","replicas"]` → `.spec.replicas`, as the API server names fields in conflicts. */
export const fieldPath = (field: Field): string =>
  (JSON.parse(field) as Step[])
    .map((step) =>
      typeof step === 'string'
        ? `.${step}`
        : `[${Object.entries(step)
            .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
            .join(',')}]`,
    )
    .join('');
