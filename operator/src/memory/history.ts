/** What has happened in a memory cluster, in order, for watches to follow. */
import { ClusterError } from '../cluster.ts';
import type { Kind, Manifest, WatchEvent } from '../cluster.ts';

type Entry = { type: WatchEvent['type']; kind: Kind; object: Manifest };

const nothing: Kind = { apiVersion: '', kind: '', plural: '' };

export class History {
  readonly #entries: (Entry & { version: number })[] = [];
  #listeners = new Set<() => void>();
  #version = 1;
  /** Versions before it are forgotten. */
  #floor = 0;
  #interruptions = 0;

  get version(): number {
    return this.#version;
  }

  next(): string {
    this.#version += 1;
    return String(this.#version);
  }

  add(entry: Entry): void {
    this.#entries.push({ ...entry, version: this.#version });
    this.#wake();
  }

  /** Tells all watches how far they are. */
  bookmark(): void {
    const metadata = { name: '', resourceVersion: this.next() };
    this.add({ type: 'BOOKMARK', kind: nothing, object: { apiVersion: '', kind: '', metadata } });
  }

  /** Forgets the past: who wants to watch from before now gets 410. */
  compact(): void {
    this.#floor = Number(this.next());
  }

  /** All watches lose their connection. */
  interrupt(): void {
    this.#interruptions += 1;
    this.#wake();
  }

  async *since(version: number, signal: AbortSignal): AsyncGenerator<Entry> {
    if (version < this.#floor) throw new ClusterError('too old resource version', { status: 410, reason: 'Expired' });
    const interruptions = this.#interruptions;
    let position = this.#entries.findIndex((entry) => entry.version > version);
    if (position < 0) position = this.#entries.length;
    while (!signal.aborted) {
      for (let entry = this.#entries[position]; entry !== undefined; entry = this.#entries[position]) {
        position += 1;
        yield entry;
      }
      if (!signal.aborted) await this.#news(signal);
      if (interruptions !== this.#interruptions)
        throw new ClusterError('connection lost', { status: 0, reason: 'NoAnswer' });
    }
  }

  #news(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      this.#listeners.add(resolve);
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }

  #wake(): void {
    const listeners = this.#listeners;
    this.#listeners = new Set();
    for (const listener of listeners) listener();
  }
}
