/** What the operator knows of the cluster: one informer per kind, and which Storefront each change is about. */
import { keyOf, nameOf, parseKey } from '../cluster.ts';
import type { Cluster, Key, Manifest } from '../cluster.ts';
import { trim, trimPod } from '../content.ts';
import { createInformer } from '../informer.ts';
import type { Informer, InformerOptions } from '../informer.ts';
import { childId, childKinds, managedBy, Pod, Secret, Storefront, storefrontOf, classLabel } from '../kinds.ts';
import { storefrontLabel } from '../labels.ts';

/** `now` for what a person asked for; `soon` for what happens to children, which comes in bursts. */
export type Urgency = 'now' | 'soon';

export type ViewOptions = {
  cluster: Cluster;
  /** Cares for the Storefronts that are labelled with this class; without one, for those without a label. */
  operatorClass?: string | undefined;
  /** Further options of each informer: metrics, pauses. */
  informer?: (kind: string) => Partial<InformerOptions>;
};

const classOf = (name?: string): Record<string, string> =>
  name === undefined ? { [`!${classLabel}`]: '' } : { [classLabel]: name };

export const createView = (options: ViewOptions): View => new View(options);

export class View {
  readonly #storefronts: Informer;
  readonly #children: ReadonlyMap<string, Informer>;
  readonly #pods: Informer;
  readonly #foreignSecrets: Informer;
  /** Secret → the Storefronts that refer to it. */
  readonly #referrers = new Map<string, Set<string>>();
  /** The same the other way round. */
  readonly #references = new Map<string, string[]>();

  constructor({ cluster, operatorClass, informer = () => ({}) }: ViewOptions) {
    const make = (name: string, options: Omit<InformerOptions, 'cluster'>): Informer =>
      createInformer({ cluster, ...options, ...informer(name) });
    const ours = { labels: managedBy, transform: trim, indexBy: storefrontOf };
    this.#storefronts = make('Storefront', { kind: Storefront, labels: classOf(operatorClass), transform: trim });
    this.#children = new Map(
      childKinds.map((kind) => [kind.kind, make(kind.kind, { kind, ...ours, optional: kind.optional ?? false })]),
    );
    this.#pods = make('Pod', {
      kind: Pod,
      labels: { [storefrontLabel]: '' },
      transform: trimPod,
      indexBy: storefrontOf,
    });
    // Other people's Secrets are not kept, not even by name: a change is only a reason to look again.
    this.#foreignSecrets = make('ForeignSecret', { kind: Secret, metadataOnly: true, transform: () => null });
  }

  /** Calls `handler` with the name of each Storefront that a change may concern. */
  onChange(handler: (storefront: string, urgency: Urgency) => void): void {
    this.#storefronts.onChange(({ object }) => handler(nameOf(keyOf(object)), 'now'));
    for (const informer of [...this.#children.values(), this.#pods])
      informer.onChange(({ object }) => {
        const storefront = storefrontOf(object);
        // A Storefront that is not known (yet, any more, or to this class of operator) needs no look.
        if (storefront !== undefined && this.storefront(parseKey(storefront))) handler(storefront, 'soon');
      });
    this.#foreignSecrets.onChange(({ object }) => {
      for (const storefront of this.#referrers.get(nameOf(keyOf(object))) ?? []) handler(storefront, 'soon');
    });
  }

  storefront(key: Key): Manifest | undefined {
    return this.#storefronts.get(key);
  }

  /** Children that carry the Storefront's label, by `childId`; whose they are, `standing` tells. */
  children(key: Key): Map<string, Manifest> {
    const found = [...this.#children.values()].flatMap((informer) => informer.under(nameOf(key)));
    return new Map(found.map((object) => [childId(object), object]));
  }

  child({ namespace }: Key, kind: string, name: string): Manifest | undefined {
    return this.#children.get(kind)?.get({ namespace, name });
  }

  pods(key: Key): Manifest[] {
    return this.#pods.under(nameOf(key));
  }

  /** From now on a change of these Secrets, and of no others, concerns this Storefront. */
  refer(key: Key, secrets: readonly string[]): void {
    this.forget(key);
    const names = secrets.map((name) => nameOf({ namespace: key.namespace, name }));
    for (const name of names)
      this.#referrers.set(name, (this.#referrers.get(name) ?? new Set<string>()).add(nameOf(key)));
    this.#references.set(nameOf(key), names);
  }

  forget(key: Key): void {
    for (const secret of this.#references.get(nameOf(key)) ?? []) {
      const storefronts = this.#referrers.get(secret);
      storefronts?.delete(nameOf(key));
      if (storefronts?.size === 0) this.#referrers.delete(secret);
    }
    this.#references.delete(nameOf(key));
  }

  /**
   * Takes in what a write of ours returned; but a spec that someone changed meanwhile, which came along with it, is left
   * to the watch: only what the watch tells is looked at.
   */
  put(object: Manifest): void {
    const known = object.kind === Storefront.kind ? this.storefront(keyOf(object)) : undefined;
    if (known && known.metadata.generation !== object.metadata.generation) return;
    this.#informerOf(object)?.put(object);
  }

  drop(object: Manifest): void {
    this.#informerOf(object)?.drop(keyOf(object), object.metadata.uid ?? '');
  }

  #informerOf({ kind }: Manifest): Informer | undefined {
    return kind === Storefront.kind ? this.#storefronts : this.#children.get(kind);
  }

  /** Each with its name in logs and metrics. */
  informers(): [name: string, informer: Informer][] {
    return [
      ['Storefront', this.#storefronts],
      ...this.#children,
      ['Pod', this.#pods],
      ['ForeignSecret', this.#foreignSecrets],
    ];
  }

  get isSynced(): boolean {
    return this.informers().every(([, { isSynced }]) => isSynced);
  }

  /** Resolves when every kind has been listed: before that, nothing may be thought missing. */
  async synced(): Promise<void> {
    await Promise.all(this.informers().map(([, informer]) => informer.synced()));
  }

  /** Until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all(this.informers().map(([, informer]) => informer.run(signal)));
  }
}
