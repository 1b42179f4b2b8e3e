/** Makes the Secrets that a Storefront's services need and no person brings: once, and never again over existing values. */
import type { Key, Manifest } from '../cluster.ts';
import { isStatus, keyOf } from '../cluster.ts';
import { trim } from '../content.ts';
import { Secret } from '../kinds.ts';
import { storefrontLabel } from '../labels.ts';
import { cook } from '../secrets.ts';
import type { SecretRecipe } from '../secrets.ts';
import type { Deps } from './deps.ts';
import { standing } from './diff.ts';
import type { Owner } from './diff.ts';

export type OwnSecrets = {
  /** Name → hash of content. */
  refs: Record<string, string>;
  leaving: Manifest[];
  taken: Manifest[];
};

type Scene = { key: Key; owner: Owner; children: ReadonlyMap<string, Manifest> };

export async function makeSecrets(recipes: readonly SecretRecipe[], scene: Scene, deps: Deps): Promise<OwnSecrets> {
  const own: OwnSecrets = { refs: {}, leaving: [], taken: [] };
  const make = async (recipe: SecretRecipe) => {
    const live = scene.children.get(`Secret/${recipe.name}`) ?? (await create(recipe, scene, deps));
    const whose = isLabelled(live) ? standing(live, scene.owner) : 'taken';
    if (whose === 'leaving' || whose === 'taken') return void own[whose].push(live);
    const whole = await complete(recipe, live, { ...scene, isOrphan: whose === 'orphan' }, deps);
    own.refs[recipe.name] = String(whole.hash);
  };
  await Promise.all(recipes.map(make));
  return own;
}

const isLabelled = ({ metadata }: Manifest): boolean => metadata.labels?.[storefrontLabel] !== undefined;

/** The Secret of this name as it is now, whoever made it. */
async function create(recipe: SecretRecipe, { key, owner }: Scene, { cluster, view }: Deps): Promise<Manifest> {
  const { name, labels } = recipe;
  const { namespace } = key;
  const ownerReferences = [{ ...owner, controller: true }];
  const metadata = { name, namespace, labels, ownerReferences };
  const data = cook(recipe);
  try {
    const made = await cluster.create(Secret, { apiVersion: 'v1', kind: 'Secret', metadata, type: 'Opaque', data });
    view.put(made);
    return trim(made);
  } catch (error) {
    if (!isStatus(error, 409)) throw error;
    const other = await cluster.get(Secret, { namespace, name });
    if (other === null) throw error;
    return trim(other);
  }
}

/** Adds the keys that a newer release needs, and takes in a Secret that outlived an earlier Storefront of this name. */
async function complete(
  recipe: SecretRecipe,
  live: Manifest,
  { owner, isOrphan }: { owner: Owner; isOrphan: boolean },
  { cluster, view }: Deps,
): Promise<Manifest> {
  const data = cook(recipe, live.keys as string[]);
  if (Object.keys(data).length === 0 && !isOrphan) return live;
  const { resourceVersion } = live.metadata;
  const ownerReferences = [{ ...owner, controller: true }];
  const metadata = { resourceVersion, labels: recipe.labels, ...(isOrphan && { ownerReferences }) };
  const whole = await cluster.merge(Secret, keyOf(live), { metadata, data });
  view.put(whole);
  return trim(whole);
}
