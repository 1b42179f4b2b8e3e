/** The objects of a memory cluster, with versions, generations, deletion and garbage collection as an API server has them. */
import { randomUUID } from 'node:crypto';
import { keyOf, nameOf } from '../cluster.ts';
import type { Key, Kind, Manifest, Metadata } from '../cluster.ts';
import { flatten, unflatten } from './fields.ts';
import { History } from './history.ts';
import { isSame } from './server-side-apply.ts';
import type { Applied, Owners } from './server-side-apply.ts';

export type Stored = { kind: Kind; object: Manifest; owners: Owners };

const idOf = (kind: Kind, key: Key): string => `${kind.apiVersion} ${kind.plural} ${nameOf(key)}`;

/** What all clients of one memory cluster share. */
export class MemoryStore {
  readonly history = new History();
  readonly #objects = new Map<string, Stored>();

  get(kind: Kind, key: Key): Stored | undefined {
    return this.#objects.get(idOf(kind, key));
  }

  all(): Stored[] {
    return [...this.#objects.values()];
  }

  /** Stores what an apply or an update came to; only if something changes, as the API server does. */
  write(kind: Kind, base: Manifest, { flat, owners }: Applied): Manifest {
    const stored = this.get(kind, keyOf(base));
    const fields = unflatten(flat) as { metadata?: object };
    const metadata = stored === undefined ? fresh(base.metadata) : systemFields(stored.object.metadata);
    const object: Manifest = {
      ...fields,
      apiVersion: kind.apiVersion,
      kind: kind.kind,
      metadata: { ...fields.metadata, ...metadata },
    };
    if (stored !== undefined && isSame(sortedFields(object), sortedFields(stored.object))) {
      stored.owners = owners;
      return structuredClone(stored.object);
    }
    if (stored !== undefined && !isSame(content(object), content(stored.object)))
      object.metadata.generation = (object.metadata.generation ?? 0) + 1;
    return this.#put({ kind, object, owners });
  }

  /** Gone at once, or marked for as long as it has finalizers. */
  remove(stored: Stored): void {
    const { metadata } = stored.object;
    if ((metadata.finalizers ?? []).length === 0) return this.#collect(stored);
    if (metadata.deletionTimestamp !== undefined) return;
    const marked = { ...metadata, deletionTimestamp: new Date().toISOString() };
    this.#put({ ...stored, object: { ...stored.object, metadata: marked } });
  }

  #put(stored: Stored): Manifest {
    const { metadata } = stored.object;
    if (metadata.deletionTimestamp !== undefined && (metadata.finalizers ?? []).length === 0) {
      this.#collect(stored);
      return structuredClone(stored.object);
    }
    const id = idOf(stored.kind, keyOf(stored.object));
    const type = this.#objects.has(id) ? 'MODIFIED' : 'ADDED';
    metadata.resourceVersion = this.history.next();
    this.#objects.set(id, stored);
    this.history.add({ type, kind: stored.kind, object: structuredClone(stored.object) });
    return structuredClone(stored.object);
  }

  /** Removes the object and, as the garbage collector does, what it owned. */
  #collect(stored: Stored): void {
    const { uid = '' } = stored.object.metadata;
    this.#objects.delete(idOf(stored.kind, keyOf(stored.object)));
    const object = structuredClone(stored.object);
    object.metadata.resourceVersion = this.history.next();
    this.history.add({ type: 'DELETED', kind: stored.kind, object });
    for (const other of this.all())
      if (other.object.metadata.ownerReferences?.some((reference) => reference.uid === uid)) this.remove(other);
  }
}

const fresh = ({ name, namespace = '' }: Metadata): Metadata => ({
  name,
  namespace,
  uid: randomUUID(),
  generation: 1,
  creationTimestamp: new Date().toISOString(),
});

/** What only the API server writes. */
const systemFields = (metadata: Metadata): Metadata =>
  JSON.parse(
    JSON.stringify({
      ...metadata,
      labels: undefined,
      annotations: undefined,
      ownerReferences: undefined,
      finalizers: undefined,
    }),
  ) as Metadata;

const sortedFields = (object: object): string[] =>
  [...flatten(object)].map(([field, value]) => `${field} ${JSON.stringify(value)}`).toSorted();

/** What a generation counts: neither metadata nor status. */
const content = (object: Manifest): string[] => sortedFields({ ...object, metadata: undefined, status: undefined });
