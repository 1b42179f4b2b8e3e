/** The cluster behind an API server: raw JSON over undici, so that no field is lost to a model that does not know it. */
import type {
  ApplyOptions,
  Cluster,
  Key,
  Kind,
  ListOptions,
  Manifest,
  Page,
  RemoveOptions,
  WatchEvent,
  WatchOptions,
} from '../cluster.ts';
import { isStatus, keyOf } from '../cluster.ts';
import { createCaller } from './call.ts';
import type { Call, Caller, CallerOptions } from './call.ts';
import type { Connection } from './connection.ts';
import { collectionPath, labelSelector, objectPath } from './resources.ts';
import { watchStream } from './watch-stream.ts';

export type KubeClusterOptions = CallerOptions & {
  /** Under which name the API server remembers the fields that are ours. */
  fieldManager: string;
  /** After so long without a byte a watch counts as dead. */
  watchIdleMs?: number;
};

const json = 'application/json';
const metadataOnly = (list: '' | 'List') => `${json};as=PartialObjectMetadata${list};v=v1;g=meta.k8s.io`;

export const createKubeCluster = (connection: Connection, options: KubeClusterOptions): Cluster =>
  new KubeCluster(connection, options);

class KubeCluster implements Cluster {
  readonly #connection: Connection;
  readonly #caller: Caller;
  readonly #options: KubeClusterOptions;
  readonly #random: () => number;

  constructor(connection: Connection, options: KubeClusterOptions) {
    this.#connection = connection;
    this.#caller = createCaller(connection, options);
    this.#options = options;
    this.#random = options.random ?? Math.random;
  }

  async get(kind: Kind, key: Key): Promise<Manifest | null> {
    try {
      return (await this.#caller.call({ verb: 'get', kind, path: objectPath(kind, key) })) as Manifest;
    } catch (error) {
      if (isStatus(error, 404)) return null;
      throw error;
    }
  }

  async list(kind: Kind, options: ListOptions): Promise<Page> {
    const list = (await this.#caller.call({
      verb: 'list',
      kind,
      path: collectionPath(kind),
      query: {
        limit: String(options.limit ?? 500),
        ...(options.labels && { labelSelector: labelSelector(options.labels) }),
        ...(options.continue !== undefined && { continue: options.continue }),
      },
      headers: { accept: options.metadataOnly ? metadataOnly('List') : json },
      ...(options.signal && { signal: options.signal }),
    })) as { items?: Manifest[]; metadata: { resourceVersion: string; continue?: string } };
    const { resourceVersion, continue: next } = list.metadata;
    // Items of a list come without the kind that the list itself states.
    const items = (list.items ?? []).map((item) => ({ ...item, apiVersion: kind.apiVersion, kind: kind.kind }));
    return { items, resourceVersion, ...(next ? { continue: next } : {}) };
  }

  async *watch(kind: Kind, options: WatchOptions): AsyncGenerator<WatchEvent> {
    const call: Call = {
      verb: 'watch',
      kind,
      path: collectionPath(kind),
      query: {
        watch: '1',
        allowWatchBookmarks: 'true',
        resourceVersion: options.resourceVersion,
        // Spread, so that watches that began together do not end together.
        timeoutSeconds: String(Math.round(240 * (1 + this.#random()))),
        ...(options.labels && { labelSelector: labelSelector(options.labels) }),
      },
      headers: { accept: options.metadataOnly ? metadataOnly('') : json },
      signal: options.signal,
    };
    const { onCall, watchIdleMs: idleMs = 90_000 } = this.#options;
    for await (const { type, object } of watchStream(this.#connection, call, { idleMs, ...(onCall && { onCall }) }))
      yield { type, object: { ...object, apiVersion: kind.apiVersion, kind: kind.kind } };
  }

  async create(kind: Kind, manifest: Manifest): Promise<Manifest> {
    const path = collectionPath(kind, keyOf(manifest).namespace);
    return (await this.#caller.call({ verb: 'create', kind, path, query: this.#query(), body: manifest })) as Manifest;
  }

  async apply(kind: Kind, manifest: Manifest, { force = false, status = false }: ApplyOptions = {}): Promise<Manifest> {
    return (await this.#caller.call({
      verb: 'patch',
      kind,
      path: `${objectPath(kind, keyOf(manifest))}${status ? '/status' : ''}`,
      query: { ...this.#query(), ...(force && { force: 'true' }) },
      headers: { 'content-type': 'application/apply-patch+yaml' },
      body: manifest,
      ...(status && { subresource: 'status' }),
    })) as Manifest;
  }

  async merge(kind: Kind, key: Key, patch: object): Promise<Manifest> {
    const path = objectPath(kind, key);
    const headers = { 'content-type': 'application/merge-patch+json' };
    return (await this.#caller.call({
      verb: 'patch',
      kind,
      path,
      query: this.#query(),
      headers,
      body: patch,
    })) as Manifest;
  }

  async remove(kind: Kind, key: Key, { uid, propagation = 'Background' }: RemoveOptions): Promise<'removed' | 'gone'> {
    const body = { apiVersion: 'v1', kind: 'DeleteOptions', preconditions: { uid }, propagationPolicy: propagation };
    try {
      await this.#caller.call({
        verb: 'delete',
        kind,
        path: objectPath(kind, key),
        headers: { 'content-type': json },
        body,
      });
      return 'removed';
    } catch (error) {
      // 409: another object bears the name now.
      if (isStatus(error, 404) || isStatus(error, 409)) return 'gone';
      throw error;
    }
  }

  /** Strict: a field that the API server does not know is an error here, not silently dropped. */
  #query(): Record<string, string> {
    return { fieldManager: this.#options.fieldManager, fieldValidation: 'Strict' };
  }
}
