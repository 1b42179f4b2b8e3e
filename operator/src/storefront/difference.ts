/** Where a live object is not what a manifest says. What the manifest does not mention may be anything. */

export type Difference = { path: string; live: unknown };

type Fields = Readonly<Record<string, unknown>>;

/** Lists whose entries are found by a key, as server-side apply merges them; all other lists are compared as a whole. */
const mergeKeys: Readonly<Record<string, readonly string[]>> = {
  containers: ['name'],
  initContainers: ['name'],
  env: ['name'],
  volumes: ['name'],
  volumeMounts: ['mountPath'],
  imagePullSecrets: ['name'],
  topologySpreadConstraints: ['topologyKey', 'whenUnsatisfiable'],
  ownerReferences: ['uid'],
};

/** Set by the API server, or part of the object's address. */
const ignored = new Set(['apiVersion', 'kind', 'status', 'metadata.name', 'metadata.namespace']);

export function differences(desired: object, live: object): Difference[] {
  const found: Difference[] = [];
  compareFields(desired as Fields, live as Fields, '', found);
  return found;
}

function compareFields(desired: Fields, live: Fields, path: string, found: Difference[]): void {
  for (const [name, value] of Object.entries(desired)) {
    const here = path === '' ? name : `${path}.${name}`;
    if (value !== undefined && !ignored.has(here)) compare(value, live[name], here, found);
  }
}

function compare(desired: unknown, live: unknown, path: string, found: Difference[]): void {
  if (live === undefined && isEmpty(desired)) return;
  if (Array.isArray(desired) && Array.isArray(live)) return compareLists(desired, live, path, found);
  if (isFields(desired) && isFields(live)) return compareFields(desired, live, path, found);
  if (desired !== live && !isSameQuantity(desired, live, path)) found.push({ path, live });
}

function compareLists(desired: readonly unknown[], live: readonly unknown[], path: string, found: Difference[]): void {
  const keys = keysFor(desired, path);
  if (keys === undefined) {
    if (desired.length !== live.length) return void found.push({ path, live });
    return desired.forEach((item, index) => compare(item, live[index], `${path}[${index}]`, found));
  }
  const byKey = new Map(live.filter(isFields).map((item) => [keyOf(item, keys), item]));
  for (const item of desired.filter(isFields))
    compare(item, byKey.get(keyOf(item, keys)), `${path}[${keyOf(item, keys)}]`, found);
}

function keysFor(items: readonly unknown[], path: string): readonly string[] | undefined {
  const name = path.slice(path.lastIndexOf('.') + 1);
  if (name !== 'ports') return mergeKeys[name];
  if (items.every((item) => isFields(item) && 'containerPort' in item)) return ['containerPort', 'protocol'];
  // The ports of a Service merge by key; those of a NetworkPolicy's rule are one with it.
  return path === 'spec.ports' ? ['port', 'protocol'] : undefined;
}

const keyOf = (item: Fields, keys: readonly string[]): string =>
  keys
    .map((key) => JSON.stringify(item[key] ?? (key === 'protocol' ? 'TCP' : '')))
    .join('/')
    .replaceAll('"', '');

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The API server drops empty lists and objects. */
const isEmpty = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.keys(value).length === 0;

const quantityFields = /(^|\.)(requests|limits|sizeLimit|storage|averageValue|divisor)(\.|$)/;

/** `1000m` and `1`, `1024Mi` and `1Gi`: the API server writes quantities in its own form. */
function isSameQuantity(desired: unknown, live: unknown, path: string): boolean {
  if (!quantityFields.test(path)) return false;
  const amount = amountOf(desired);
  return amount !== undefined && amount === amountOf(live);
}

const units: Readonly<Record<string, number>> = {
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};

function amountOf(value: unknown): number | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const [, number, unit = ''] = /^([0-9]+(?:\.[0-9]+)?)([a-zA-Z]*)$/.exec(String(value)) ?? [];
  const factor = units[unit];
  return number === undefined || factor === undefined ? undefined : Math.round(Number(number) * factor * 1000);
}
