import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Image, writeLayout } from '../image/oci.ts';
import { execute } from '../process.ts';
import { containerdSocket } from './layout.ts';

/** `ctr` on the node's containerd, in the namespace that the kubelet uses. */
export function ctr(...args: string[]): Promise<string> {
  return execute(['ctr', '-a', containerdSocket, '-n', 'k8s.io', ...args]);
}

export async function listImages(): Promise<string[]> {
  return lines(await ctr('images', 'ls', '-q'));
}

/** Gives the node an image; only layers that it lacks are sent. */
export async function importImage(image: Image): Promise<'imported' | 'unchanged'> {
  if ((await listImages()).includes(image.reference)) return 'unchanged';
  const known = new Set(lines(await ctr('content', 'ls', '-q')));
  const first = image.layers[0];
  // Beside the layers' files, because these are linked into it.
  const folder = await mkdtemp(join(first ? join(first.file, '..', '..') : tmpdir(), '.building-'));
  try {
    await writeLayout(image, folder, known);
    const load = `tar -C "$1" -cf - . | ctr -a "$2" -n k8s.io images import -`;
    await execute(['bash', '-o', 'pipefail', '-ceu', load, 'import', folder, containerdSocket]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return 'imported';
}

/** Gives the node the newest image of a name and takes back those that nothing uses any more. */
export async function deliverImage(image: Image): Promise<'imported' | 'unchanged'> {
  const outcome = await importImage(image);
  if (outcome === 'imported') await pruneImages(image.reference.replace(/:[^:/]+$/, ''), image.reference);
  return outcome;
}

/** Removes the images of a name that no container uses, except one; the name is without its tag. */
async function pruneImages(name: string, kept: string): Promise<void> {
  const used = new Set([kept, ...(await imagesInUse())]);
  const all = await listImages();
  const old = all.filter((reference) => reference.startsWith(`${name}:`) && !used.has(reference));
  // containerd's kubelet side knows each image a second time, by its id, whose first digits are our tag.
  const ids = old.map((reference) => `sha256:${reference.slice(name.length + 1)}`);
  const twins = all.filter((reference) => ids.some((id) => reference.startsWith(id)));
  if (old.length > 0) await ctr('images', 'rm', '--sync', ...old, ...twins);
}

async function imagesInUse(): Promise<string[]> {
  const rows = lines(await ctr('containers', 'ls')).slice(1);
  return rows.map((row) => row.trim().split(/\s+/)[1] as string);
}

export const lines = (text: string): string[] => text.split('\n').filter(Boolean);
