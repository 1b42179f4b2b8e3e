/** A cluster in memory, for tests: apply with owners of fields, versions, watches, uid preconditions, finalizers, garbage collection. */
import { ClusterError, keyOf } from '../cluster.ts';
import type {
  ApplyOptions,
  Cluster,
  Conflict,
  Key,
  Kind,
  ListOptions,
  Manifest,
  Page,
  RemoveOptions,
  WatchEvent,
  WatchOptions,
} from '../cluster.ts';
import type { Verb } from '../kube/call.ts';
import { flatten } from './fields.ts';
export { MemoryStore } from './memory-store.ts';
import { MemoryStore } from './memory-store.ts';
import type { Stored } from './memory-store.ts';
import { applied, conflictsOf, updated } from './server-side-apply.ts';
import type { Applied } from './server-side-apply.ts';

export type MemoryCall = { verb: Verb; kind: Kind; subresource?: 'status'; key?: Key };

export type MemoryClusterOptions = {
  fieldManager: string;
  /** Sees each call before it happens; what it throws is the call's answer. */
  before?: (call: MemoryCall) => void | Promise<void>;
};

export const createMemoryCluster = (options: MemoryClusterOptions, store = new MemoryStore()): MemoryCluster =>
  new MemoryCluster(options, store);

export class MemoryCluster implements Cluster {
  readonly store: MemoryStore;
  readonly #options: MemoryClusterOptions;

  constructor(options: MemoryClusterOptions, store: MemoryStore) {
    this.#options = options;
    this.store = store;
  }

  async get(kind: Kind, key: Key): Promise<Manifest | null> {
    await this.#begin({ verb: 'get', kind, key });
    return structuredClone(this.store.get(kind, key)?.object ?? null);
  }

  async list(kind: Kind, { labels, metadataOnly, limit = 500, continue: from = '0' }: ListOptions): Promise<Page> {
    await this.#begin({ verb: 'list', kind });
    const all = this.store.all().filter((stored) => isKind(stored.kind, kind) && hasLabels(stored.object, labels));
    const page = all.slice(Number(from), Number(from) + limit).map(({ object }) => shown(object, metadataOnly));
    const next = Number(from) + limit;
    return {
      items: page,
      resourceVersion: String(this.store.history.version),
      ...(next < all.length && { continue: String(next) }),
    };
  }

  async *watch(
    kind: Kind,
    { resourceVersion, labels, metadataOnly, signal }: WatchOptions,
  ): AsyncGenerator<WatchEvent> {
    await this.#begin({ verb: 'watch', kind });
    for await (const entry of this.store.history.since(Number(resourceVersion), signal)) {
      const { type, object } = entry;
      if (type === 'BOOKMARK' || (isKind(entry.kind, kind) && hasLabels(object, labels)))
        yield { type, object: shown(object, metadataOnly) };
    }
  }

  async create(kind: Kind, manifest: Manifest): Promise<Manifest> {
    await this.#begin({ verb: 'create', kind, key: keyOf(manifest) });
    if (this.store.get(kind, keyOf(manifest)))
      throw failure(409, 'AlreadyExists', `${manifest.metadata.name} already exists`);
    const flat = flatten(writable(manifest));
    return this.store.write(
      kind,
      manifest,
      updated({ flat: new Map(), owners: new Map() }, flat, `${this.#options.fieldManager} (update)`),
    );
  }

  async apply(kind: Kind, manifest: Manifest, { force = false, status = false }: ApplyOptions = {}): Promise<Manifest> {
    const key = keyOf(manifest);
    await this.#begin({ verb: 'patch', kind, key, ...(status && { subresource: 'status' }) });
    const stored = this.store.get(kind, key);
    refuseStrangers(stored, manifest, status);
    const live = standOf(stored);
    const [part, body] = status ? ['status', { status: manifest.status }] : ['apply', writable(manifest)];
    const manager = `${this.#options.fieldManager} (${part})`;
    const fields = flatten(body);
    if (!force) refuseConflicts(conflictsOf(live, fields, manager));
    return this.store.write(kind, stored?.object ?? manifest, applied(live, fields, manager));
  }

  async merge(kind: Kind, key: Key, patch: object): Promise<Manifest> {
    await this.#begin({ verb: 'patch', kind, key });
    const stored = this.store.get(kind, key);
    if (stored === undefined) throw failure(404, 'NotFound', `${key.name} not found`);
    const { resourceVersion } = (patch as { metadata?: { resourceVersion?: string } }).metadata ?? {};
    if (resourceVersion !== undefined && resourceVersion !== stored.object.metadata.resourceVersion)
      throw failure(409, 'Conflict', 'the object has been modified');
    const next = merged(stored.object, patch) as Manifest;
    const live = standOf(stored);
    return this.store.write(
      kind,
      stored.object,
      updated(live, flatten(writable(next, true)), `${this.#options.fieldManager} (update)`),
    );
  }

  async remove(kind: Kind, key: Key, { uid }: RemoveOptions): Promise<'removed' | 'gone'> {
    await this.#begin({ verb: 'delete', kind, key });
    const stored = this.store.get(kind, key);
    if (stored === undefined || stored.object.metadata.uid !== uid) return 'gone';
    this.store.remove(stored);
    return 'removed';
  }

  async #begin(call: MemoryCall): Promise<void> {
    await this.#options.before?.(call);
  }
}

function refuseStrangers(stored: Stored | undefined, { metadata }: Manifest, isStatus: boolean): void {
  if (stored === undefined && isStatus) throw failure(404, 'NotFound', `${metadata.name} not found`);
  const { uid } = metadata;
  if (uid !== undefined && stored?.object.metadata.uid !== uid) throw failure(409, 'Conflict', 'uid mismatch');
}

function refuseConflicts(conflicts: Conflict[]): void {
  if (conflicts.length > 0)
    throw failure(409, 'Conflict', `Apply failed with ${conflicts.length} conflicts`, conflicts);
}

const standOf = (stored: Stored | undefined): Applied =>
  stored === undefined
    ? { flat: new Map(), owners: new Map() }
    : { flat: flatten(writable(stored.object, true)), owners: stored.owners };

const isKind = (a: Kind, b: Kind): boolean => a.apiVersion === b.apiVersion && a.plural === b.plural;

const hasLabels = ({ metadata }: Manifest, selector: Readonly<Record<string, string>> = {}): boolean =>
  Object.entries(selector).every(([name, value]) => {
    if (name.startsWith('!')) return metadata.labels?.[name.slice(1)] === undefined;
    const label = metadata.labels?.[name];
    return value === '' ? label !== undefined : label === value;
  });

function shown(object: Manifest, metadataOnly = false): Manifest {
  const { apiVersion, kind, metadata } = object;
  return structuredClone(metadataOnly ? { apiVersion, kind, metadata } : object);
}

/** What a client may write of an object. */
function writable(object: Partial<Manifest>, withStatus = false): object {
  const { labels, annotations, ownerReferences, finalizers } = object.metadata ?? {};
  const metadata = { labels, annotations, ownerReferences, finalizers };
  const status = withStatus ? object.status : undefined;
  return structuredClone({ ...object, apiVersion: undefined, kind: undefined, metadata, status });
}

/** RFC 7386. */
function merged(target: unknown, patch: unknown): unknown {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch;
  const base = typeof target === 'object' && target !== null && !Array.isArray(target) ? target : {};
  const result: Record<string, unknown> = { ...base };
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete result[name];
    else result[name] = merged(result[name], value);
  }
  return result;
}

const failure = (
  status: number,
  reason: string,
  message: string,
  conflicts: ClusterError['conflicts'] = [],
): ClusterError => new ClusterError(message, { status, reason, conflicts: [...conflicts] });
