/** What must be done so that the cluster holds what is wanted: pure, from what is wanted and what is there. */
import type { Manifest } from '../cluster.ts';
import { hashOf, reduce } from '../content.ts';
import { childId, childKindOf, Storefront } from '../kinds.ts';
import type { ChildKind } from '../kinds.ts';
import { differences } from './difference.ts';

/** Hash of what we applied last, on the object itself: a field that we no longer want shows only here. */
export const hashAnnotation = 'storefront.dev/applied-hash';

export type Owner = { apiVersion: string; kind: string; name: string; uid: string };

/** The Storefront as its children name it. */
export const ownerOf = ({ metadata }: Manifest): Owner => ({
  apiVersion: Storefront.apiVersion,
  kind: Storefront.kind,
  name: metadata.name,
  uid: metadata.uid ?? '',
});

/** What the API server made of our last apply, where it is not what we wrote (`1000m` became `1`). */
export type Settled = { uid: string; form: string };

export type Create = { do: 'create'; kind: ChildKind; manifest: Manifest; wasDeleted: boolean };
export type Update = {
  do: 'update';
  kind: ChildKind;
  manifest: Manifest;
  live: Manifest;
  /** `changed`: we want something else than before. `drifted`: someone else changed it. */
  cause: 'changed' | 'drifted';
  fields: string[];
};
export type Remove = { do: 'remove'; kind: ChildKind; live: Manifest };
export type Operation = Create | Update | Remove;

export type Plan = {
  operations: Operation[];
  /** Children that must be gone before they can be made again: on their way out, or of a Storefront that is. */
  leaving: Manifest[];
  /** Names that we need and that belong to someone else. */
  taken: Manifest[];
};

export type Situation = {
  owner: Owner;
  children: ReadonlyMap<string, Manifest>;
  settled: ReadonlyMap<string, Settled>;
  /** Children that are made once and never compared, by id. */
  kept: ReadonlySet<string>;
};

export function diff(desired: readonly Manifest[], situation: Situation): Plan {
  const { owner, children, kept } = situation;
  const plan: Plan = { operations: [], leaving: [], taken: [] };
  const names = new Set(kept);
  for (const manifest of desired) {
    const id = childId(manifest);
    names.add(id);
    place(plan, marked(manifest, owner), { live: children.get(id), settled: situation.settled.get(id), owner });
  }
  for (const [id, live] of children)
    if (!names.has(id) && standing(live, owner) === 'ours')
      plan.operations.push({ do: 'remove', kind: childKindOf(live), live });
  return plan;
}

type Counterpart = { live: Manifest | undefined; settled: Settled | undefined; owner: Owner };

function place(plan: Plan, manifest: Manifest, { live, settled, owner }: Counterpart): void {
  const kind = childKindOf(manifest);
  if (live === undefined)
    return void plan.operations.push({ do: 'create', kind, manifest, wasDeleted: settled !== undefined });
  switch (standing(live, owner)) {
    case 'leaving':
      return void plan.leaving.push(live);
    case 'taken':
      return void plan.taken.push(live);
    default: {
      const update = updateOf(manifest, live, settled);
      if (update !== undefined) plan.operations.push({ ...update, kind });
    }
  }
}

function updateOf(manifest: Manifest, live: Manifest, settled: Settled | undefined): Omit<Update, 'kind'> | undefined {
  const found = differences(reduce(manifest), live);
  if (found.length === 0) return undefined;
  if (settled !== undefined && settled.uid === live.metadata.uid && settled.form === hashOf(found)) return undefined;
  const cause = appliedHash(live) === appliedHash(manifest) ? 'drifted' : 'changed';
  const fields = found.map(({ path }) => path).filter((path) => !path.endsWith(hashAnnotation));
  return { do: 'update', manifest, live, cause, fields };
}

const appliedHash = ({ metadata }: Manifest): string | undefined => metadata.annotations?.[hashAnnotation];

/** The manifest as it is applied: with its owner and its hash. */
export function marked(manifest: Manifest, owner: Owner): Manifest {
  const { metadata } = manifest;
  return {
    ...manifest,
    metadata: {
      ...metadata,
      annotations: { ...metadata.annotations, [hashAnnotation]: hashOf(manifest) },
      ownerReferences: [{ ...owner, controller: true }],
    },
  };
}

/** How an applied object came back, to be remembered: see `Settled`. */
export const settle = (manifest: Manifest, answer: Manifest): Settled => ({
  uid: answer.metadata.uid ?? '',
  form: hashOf(differences(reduce(manifest), reduce(answer))),
});

/**
 * Whose a child is. One that lost its owner (a Secret that outlived its Storefront) is taken in; one whose owner is an
 * earlier Storefront of our name will be collected, and is waited for.
 */
export function standing(live: Manifest, owner: Owner): 'ours' | 'orphan' | 'leaving' | 'taken' {
  if (live.metadata.deletionTimestamp !== undefined) return 'leaving';
  const controller = live.metadata.ownerReferences?.find((reference) => reference.controller === true);
  if (controller === undefined) return 'orphan';
  if (controller.uid === owner.uid) return 'ours';
  return controller.kind === owner.kind && controller.name === owner.name ? 'leaving' : 'taken';
}
