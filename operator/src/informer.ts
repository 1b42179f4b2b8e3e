/**
 * A local copy of one kind of object, kept current by list and watch. It resumes where it was after any lost connection,
 * asks for bookmarks so that there is a version to resume from, and never stops by itself.
 */
import { setImmediate, setTimeout as delay } from 'node:timers/promises';
import { ClusterError, isStatus, keyOf, nameOf } from './cluster.ts';
import type { Cluster, Key, Kind, Manifest, WatchEvent } from './cluster.ts';

export type Change = { type: 'added' | 'updated' | 'deleted'; object: Manifest; previous?: Manifest };

/** Why a watch began again; a label of the metric. */
export type Restart = 'ended' | 'expired' | 'silent' | 'lost' | 'refused';

export type InformerOptions = {
  cluster: Cluster;
  kind: Kind;
  labels?: Readonly<Record<string, string>>;
  metadataOnly?: boolean;
  /** What is kept of an object; `null` keeps nothing, and still reports the change. */
  transform?: (object: Manifest) => Manifest | null;
  indexBy?: (object: Manifest) => string | undefined;
  /** The kind may be unknown to the cluster: then nothing of it exists, and we look again later. */
  optional?: boolean;
  onRestart?: (reason: Restart) => void;
  onError?: (error: unknown) => void;
  onList?: () => void;
  random?: () => number;
  pauseMs?: number;
  /** How long to wait before looking again for an optional kind. */
  absentMs?: number;
};

const MAX_PAUSE_MS = 30_000;
const PAGE = 500;
const SHORTEST_WATCH_MS = 1_000;
const REMEMBERED = 1_000;

export const createInformer = (options: InformerOptions): Informer => new Informer(options);

export class Informer {
  readonly kind: Kind;
  readonly #options: InformerOptions;
  readonly #objects = new Map<string, Manifest>();
  readonly #index = new Map<string, Map<string, Manifest>>();
  readonly #handlers: ((change: Change) => void)[] = [];
  /** Uids that were seen to go: the late answer to a write must not bring them back. */
  readonly #gone = new Set<string>();
  #resourceVersion = '';
  #lastContact = 0;
  #failures = 0;
  #isSynced = false;
  readonly #synced = Promise.withResolvers<void>();

  constructor(options: InformerOptions) {
    this.kind = options.kind;
    this.#options = options;
  }

  /** Handlers only note what to do; one that throws is reported and changes nothing. */
  onChange(handler: (change: Change) => void): void {
    this.#handlers.push(handler);
  }

  get(key: Key): Manifest | undefined {
    return this.#objects.get(nameOf(key));
  }

  all(): Manifest[] {
    return [...this.#objects.values()];
  }

  /** The objects that `indexBy` puts under this value. */
  under(value: string): Manifest[] {
    return [...(this.#index.get(value)?.values() ?? [])];
  }

  get size(): number {
    return this.#objects.size;
  }

  /** The first list is complete. */
  get isSynced(): boolean {
    return this.#isSynced;
  }

  /** Resolves with the first complete list. */
  synced(): Promise<void> {
    return this.#synced.promise;
  }

  /** When the API server was last heard of (`performance.now()`). */
  get lastContact(): number {
    return this.#lastContact;
  }

  /** Takes in what a write of ours returned, so that the next look at the cache already sees it. It is no news to handlers. */
  put(object: Manifest): void {
    if (!this.#gone.has(object.metadata.uid ?? '')) this.#store(this.#kept(object), object);
  }

  /** Forgets what we removed ourselves; a later watch event may still bring it back, or confirm. */
  drop(key: Key, uid: string): void {
    if (this.get(key)?.metadata.uid === uid) this.#forget(nameOf(key));
  }

  /** Runs until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        if (this.#resourceVersion === '') await this.#list(signal);
        await this.#watch(signal);
      } catch (error) {
        if (signal.aborted) return;
        if (this.#options.optional && isStatus(error, 404)) await this.#waitForKind(signal);
        else await this.#recover(error, signal);
      }
    }
  }

  async #waitForKind(signal: AbortSignal): Promise<void> {
    this.#resourceVersion = '';
    this.#lastContact = performance.now();
    this.#replace(new Map());
    await pause(this.#options.absentMs ?? 120_000, signal);
  }

  async #recover(error: unknown, signal: AbortSignal): Promise<void> {
    const { status, reason } = error instanceof ClusterError ? error : { status: 0, reason: '' };
    this.#options.onRestart?.(restartOf(status, reason));
    // Refused for good: only a new list can tell where we are.
    if (status >= 400 && status < 500 && status !== 429) this.#resourceVersion = '';
    if (status === 410 || reason === 'Silent') return;
    this.#options.onError?.(error);
    await pause(this.#nextPause(), signal);
  }

  /** Full jitter, so that watches that broke together do not come back together. */
  #nextPause(): number {
    const { pauseMs = 100, random = Math.random } = this.#options;
    const ceiling = Math.min(MAX_PAUSE_MS, pauseMs * 2 ** Math.min(this.#failures, 20));
    this.#failures += 1;
    return ceiling * random();
  }

  async #list(signal: AbortSignal): Promise<void> {
    const next = new Map<string, Manifest>();
    let page: string | undefined;
    let resourceVersion = '';
    do {
      const answer = await this.#options.cluster.list(this.kind, {
        ...this.#selection(),
        limit: PAGE,
        signal,
        ...(page === undefined ? {} : { continue: page }),
      });
      for (const object of answer.items) next.set(nameOf(keyOf(object)), object);
      ({ continue: page, resourceVersion } = answer);
      this.#lastContact = performance.now();
      await setImmediate(); // a list of thousands must not hold up everything else
    } while (page !== undefined);
    this.#options.onList?.();
    this.#replace(next, resourceVersion);
    this.#resourceVersion = resourceVersion;
  }

  /** Takes a whole list for the truth, except for what a write of ours made after it was taken. */
  #replace(next: Map<string, Manifest>, resourceVersion?: string): void {
    for (const [name, object] of this.#objects)
      if (!next.has(name) && !(resourceVersion && isNewer(object, resourceVersion))) this.#remove(name, object);
    for (const object of next.values()) this.#learn(object);
    this.#isSynced = true;
    this.#synced.resolve();
  }

  async #watch(signal: AbortSignal): Promise<void> {
    const { cluster } = this.#options;
    const resourceVersion = this.#resourceVersion;
    const began = performance.now();
    for await (const event of cluster.watch(this.kind, { ...this.#selection(), resourceVersion, signal })) {
      this.#lastContact = performance.now();
      this.#failures = 0;
      this.#take(event);
      this.#resourceVersion = event.object.metadata.resourceVersion ?? this.#resourceVersion;
    }
    this.#options.onRestart?.('ended');
    // A server that ends every watch at once is as good as one that refuses it.
    if (performance.now() - began < SHORTEST_WATCH_MS) await pause(this.#nextPause(), signal);
  }

  #take({ type, object }: WatchEvent): void {
    if (type === 'BOOKMARK') return;
    const name = nameOf(keyOf(object));
    if (type !== 'DELETED') return this.#learn(object);
    const held = this.#objects.get(name);
    // The deletion of an older object of this name says nothing about the one we hold.
    if (held === undefined || held.metadata.uid === object.metadata.uid) this.#remove(name, object);
  }

  #learn(object: Manifest): void {
    const kept = this.#kept(object);
    const previous = this.#store(kept, object);
    if (previous === undefined) this.#emit({ type: 'added', object: kept ?? object });
    else if (previous.metadata.resourceVersion !== object.metadata.resourceVersion)
      this.#emit({ type: 'updated', object: kept ?? object, previous });
  }

  #kept(object: Manifest): Manifest | null {
    return (this.#options.transform ?? ((same) => same))(object);
  }

  /** Returns what was held before; the same object when the new one is no news. */
  #store(kept: Manifest | null, object: Manifest): Manifest | undefined {
    const name = nameOf(keyOf(object));
    const previous = this.#objects.get(name);
    if (previous !== undefined && isStale(object, previous)) return object;
    this.#forget(name);
    if (kept !== null) {
      this.#objects.set(name, kept);
      const value = this.#options.indexBy?.(kept);
      if (value !== undefined) this.#bucket(value).set(name, kept);
    }
    return previous;
  }

  #remove(name: string, object: Manifest): void {
    const held = this.#objects.get(name);
    this.#forget(name);
    this.#gone.add(object.metadata.uid ?? '');
    for (const oldest of this.#gone) if (this.#gone.size > REMEMBERED) this.#gone.delete(oldest);
    this.#emit({ type: 'deleted', object: held ?? this.#kept(object) ?? object });
  }

  #forget(name: string): void {
    const held = this.#objects.get(name);
    const value = held && this.#options.indexBy?.(held);
    if (value !== undefined) {
      this.#index.get(value)?.delete(name);
      if (this.#index.get(value)?.size === 0) this.#index.delete(value);
    }
    this.#objects.delete(name);
  }

  #bucket(value: string): Map<string, Manifest> {
    const bucket = this.#index.get(value) ?? new Map<string, Manifest>();
    this.#index.set(value, bucket);
    return bucket;
  }

  #emit(change: Change): void {
    for (const handler of this.#handlers) {
      try {
        handler(change);
      } catch (error) {
        this.#options.onError?.(error);
      }
    }
  }

  #selection(): { labels?: Readonly<Record<string, string>>; metadataOnly?: boolean } {
    const { labels, metadataOnly } = this.#options;
    return { ...(labels && { labels }), ...(metadataOnly && { metadataOnly }) };
  }
}

const pause = async (ms: number, signal: AbortSignal): Promise<void> =>
  delay(ms, undefined, { signal }).catch(() => undefined);

function restartOf(status: number, reason: string): Restart {
  if (status === 410) return 'expired';
  if (reason === 'Silent') return 'silent';
  return status === 0 ? 'lost' : 'refused';
}

/** Of the same object, an older version than the one we hold: an event that our own write has overtaken. */
const isStale = (object: Manifest, held: Manifest): boolean =>
  object.metadata.uid === held.metadata.uid && isNewer(held, object.metadata.resourceVersion ?? '');

/** Resource versions of one kind compare as decimal numbers (KEP-5504); any other form compares as not newer. */
function isNewer(object: Manifest, resourceVersion: string): boolean {
  const mine = object.metadata.resourceVersion ?? '';
  return /^\d+$/.test(mine) && /^\d+$/.test(resourceVersion) && BigInt(mine) > BigInt(resourceVersion);
}
