/** What a reconcile needs from outside. */
import type { Storefront } from '@storefront/crds';
import type { Cluster, Manifest } from '../cluster.ts';
import type { SecretRecipe } from '../secrets.ts';
import type { Settled } from './diff.ts';
import type { Recorder } from './events.ts';
import type { FightLog } from './field-fight.ts';
import type { SecretReference } from './secrets-of.ts';
import type { View } from './view.ts';

/** The pure part: what a Storefront consists of. `main.ts` passes `render` and its fellows with the fleet table bound. */
export type Shop = {
  render(storefront: Storefront, refs: Readonly<Record<string, string>>): Manifest[];
  /** Jobs that take a Storefront's accounts and databases away, for `deletionPolicy: Delete`. */
  removal(storefront: Storefront, refs: Readonly<Record<string, string>>): Manifest[];
  /** What its fleet needs and the Storefront lacks, one line each; with any, nothing else here may be called. */
  problemsOf(storefront: Storefront): string[];
  secretsOf(storefront: Storefront): SecretRecipe[];
  referencesOf(storefront: Storefront): SecretReference[];
  scopeOf(storefront: Storefront): string;
  urlOf(storefront: Storefront): string;
};

export type Applied = { kind: string; outcome: 'applied' | 'forced' | 'removed' };

export type Deps = {
  cluster: Cluster;
  view: View;
  shop: Shop;
  events: Recorder;
  now: () => Date;
  fights: FightLog;
  /** Storefront → child → how it came back from our last apply. */
  settled: Map<string, Map<string, Settled>>;
  onApplied?: (applied: Applied) => void;
  onDrift?: (drift: { kind: string; manager: string }) => void;
};

/** Everything of one Storefront that is kept between reconciles. */
export function settledOf({ settled }: Deps, storefront: string): Map<string, Settled> {
  const known = settled.get(storefront) ?? new Map<string, Settled>();
  settled.set(storefront, known);
  return known;
}
