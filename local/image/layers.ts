import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { paths } from '../paths.ts';
import { packLayer, type Layer } from './oci.ts';

/** `key` changes with everything `fill` depends on. */
export type Recipe = { name: string; key: string; fill: (tree: string) => Promise<void> };

/** A layer, and the folder that it was packed from. */
export type BuiltLayer = Layer & { tree: string; isNew: boolean };

export const layersFolder = paths.cached('layers');
const keptForMs = 7 * 24 * 3600 * 1000;

/** Gives the layer of a recipe, from the machine's cache when its key was built before. */
export async function buildLayer({ name, key, fill }: Recipe): Promise<BuiltLayer> {
  const folder = join(layersFolder, `${name}-${key}`);
  const known = await readLayer(folder);
  if (!known) await writeAside(folder, fill);
  const layer = known ?? (await readLayer(folder));
  if (!layer) throw new Error(`${folder} vanished while it was packed`);
  await utimes(folder, new Date(), new Date());
  return { ...layer, tree: join(folder, 'tree'), isNew: !known };
}

/** A file shorter than it was written did not survive the machine's death. */
async function readLayer(folder: string): Promise<Layer | undefined> {
  const file = join(folder, 'layer.tar');
  const record = await readFile(join(folder, 'layer.json'), 'utf8').catch(() => undefined);
  if (record === undefined) return undefined;
  const { digest, sizeBytes } = JSON.parse(record) as Layer;
  const size = (await stat(file).catch(() => undefined))?.size;
  return size === sizeBytes ? { digest, sizeBytes, file } : undefined;
}

/** A half-built layer never gets the name by which it would be found. */
async function writeAside(folder: string, fill: (tree: string) => Promise<void>): Promise<void> {
  await mkdir(layersFolder, { recursive: true });
  const aside = await mkdtemp(join(layersFolder, '.building-'));
  const tree = join(aside, 'tree');
  try {
    await mkdir(tree, { mode: 0o755 });
    await fill(tree);
    const { digest, sizeBytes } = await packLayer(tree, join(aside, 'layer.tar'));
    await writeFile(join(aside, 'layer.json'), JSON.stringify({ digest, sizeBytes }));
    await rm(folder, { recursive: true, force: true });
    await rename(aside, folder);
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}

/** Removes layers that no build has used for a week, and what interrupted builds left behind. */
export async function pruneLayers(now: Date): Promise<void> {
  for (const name of await readdir(layersFolder).catch(() => [])) {
    const folder = join(layersFolder, name);
    const usedAt = (await stat(folder).catch(() => undefined))?.mtimeMs ?? now.getTime();
    const keptMs = name.startsWith('.building-') ? 3600 * 1000 : keptForMs;
    if (now.getTime() - usedAt > keptMs) await rm(folder, { recursive: true, force: true });
  }
}
