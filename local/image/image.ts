import { paths } from '../paths.ts';
import type { Say } from '../steps.ts';
import { type BuiltLayer, buildLayer, pruneLayers } from './layers.ts';
import { type Image, imageDigest, type ImageSettings } from './oci.ts';
import { base, compileCache, dependencies, programs, sources } from './recipes.ts';
import { home } from './tree.ts';
import { buildPages } from './pages.ts';

export const imageName = 'localhost/storefront';
export const imageUser = 10001;

const settings: ImageSettings = {
  entrypoint: ['node'],
  user: `${imageUser}:${imageUser}`,
  workingFolder: `/${home}`,
  env: {
    PATH: '/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    NODE_ENV: 'production',
    NODE_COMPILE_CACHE: `/${home}/.compile-cache`,
  },
};

export type FleetImage = Image & { layers: BuiltLayer[] };

/**
 * The one image of fleet and operator, named by its content. A layer is packed again only when what it is made of
 * has changed, so after a change of code only the last two are.
 */
export async function buildImage(say: Say = () => undefined): Promise<FleetImage> {
  const repository = paths.checkout;
  if ((await buildPages(repository)) === 'built') say('pages built');
  const lower: BuiltLayer[] = [];
  for (const recipe of [await base(), await programs(), await dependencies(repository), await sources(repository)]) {
    const layer = await buildLayer(recipe);
    if (layer.isNew) say(`layer ${recipe.name} packed, ${Math.round(layer.sizeBytes / 1e6)} MB`);
    lower.push(layer);
  }
  const layers = [...lower, await buildLayer(compileCache(lower))];
  await pruneLayers(new Date());
  const digest = imageDigest({ layers, settings });
  return { reference: `${imageName}:${digest.replace('sha256:', '').slice(0, 12)}`, layers, settings };
}
