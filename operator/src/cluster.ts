/** The port through which the operator sees a Kubernetes cluster. Adapters: `kube/kube-cluster.ts`, `memory/memory-cluster.ts`. */

export type OwnerReference = {
  apiVersion: string;
  kind: string;
  name: string;
  uid: string;
  controller?: boolean;
  blockOwnerDeletion?: boolean;
};

export type Metadata = {
  name: string;
  namespace?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  ownerReferences?: OwnerReference[];
  finalizers?: string[];
  uid?: string;
  resourceVersion?: string;
  generation?: number;
  creationTimestamp?: string;
  deletionTimestamp?: string;
  managedFields?: unknown[];
};

/** One Kubernetes object as plain JSON: what `render` makes, what the API server answers. */
export type Manifest = { apiVersion: string; kind: string; metadata: Metadata; [field: string]: unknown };

/** A kind of object, as its URL needs it. Every kind the operator touches is namespaced. */
export type Kind = { readonly apiVersion: string; readonly kind: string; readonly plural: string };

export type Key = { namespace: string; name: string };

export type ListOptions = {
  /** Label selector: `{ a: 'b' }` equals, `{ a: '' }` exists, `{ '!a': '' }` does not. */
  labels?: Readonly<Record<string, string>>;
  /** Asks for metadata only: the content of foreign Secrets never leaves the API server. */
  metadataOnly?: boolean;
  limit?: number;
  continue?: string;
  signal?: AbortSignal;
};

export type Page = { items: Manifest[]; resourceVersion: string; continue?: string };

export type WatchOptions = {
  resourceVersion: string;
  labels?: Readonly<Record<string, string>>;
  metadataOnly?: boolean;
  signal: AbortSignal;
};

export type WatchEvent = { type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK'; object: Manifest };

export type ApplyOptions = {
  /** Takes fields over from other managers; without it a conflict is a `ClusterError` that names them. */
  force?: boolean;
  /** Applies to the status subresource. */
  status?: boolean;
};

/**
 * What the operator may do to a cluster. Reads and writes fail with `ClusterError`; an object that is not there is
 * `null` or `'gone'`, because that is an answer and not a failure.
 */
export interface Cluster {
  get(kind: Kind, key: Key): Promise<Manifest | null>;
  /** One page; go on with its `continue`. */
  list(kind: Kind, options: ListOptions): Promise<Page>;
  /** Changes after `resourceVersion`; ends when the server ends it, throws `ClusterError` 410 when that version is too old. */
  watch(kind: Kind, options: WatchOptions): AsyncIterable<WatchEvent>;
  /** Makes an object that must not exist yet; status 409 if it does. */
  create(kind: Kind, manifest: Manifest): Promise<Manifest>;
  /** Server-side apply. With `metadata.uid` it never makes a new object. */
  apply(kind: Kind, manifest: Manifest, options?: ApplyOptions): Promise<Manifest>;
  /** JSON merge patch (RFC 7386); with `metadata.resourceVersion` in it, 409 if the object has changed since. */
  merge(kind: Kind, key: Key, patch: object): Promise<Manifest>;
  /** Deletes exactly the object with this uid; `'gone'` if it is no longer there. `Foreground` waits for what it owns. */
  remove(kind: Kind, key: Key, options: RemoveOptions): Promise<'removed' | 'gone'>;
}

export type RemoveOptions = { uid: string; propagation?: 'Background' | 'Foreground' };

/** Why a field could not be applied: who owns it. */
export type Conflict = { manager: string; field: string };

/** An answer of the API server that is not success. `status` 0: there was no answer. */
export class ClusterError extends Error {
  readonly status: number;
  readonly reason: string;
  readonly conflicts: readonly Conflict[];

  constructor(message: string, details: { status: number; reason: string; conflicts?: Conflict[]; cause?: unknown }) {
    super(message, { cause: details.cause });
    this.name = 'ClusterError';
    this.status = details.status;
    this.reason = details.reason;
    this.conflicts = details.conflicts ?? [];
  }
}

export const isStatus = (error: unknown, status: number): error is ClusterError =>
  error instanceof ClusterError && error.status === status;

/** `shop/acme-web`: how an object is called in maps, queues and messages. */
export const nameOf = (key: Key): string => `${key.namespace}/${key.name}`;

export const keyOf = (manifest: Manifest): Key => ({
  namespace: manifest.metadata.namespace ?? '',
  name: manifest.metadata.name,
});

export function parseKey(name: string): Key {
  const [namespace = '', rest = ''] = name.split('/');
  return { namespace, name: rest };
}
