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

export async function removeImages(references: string[]): Promise<void> {
  if (references.length > 0) await ctr('images', 'rm', '--sync', ...references);
}

export const lines = (text: string): string[] => text.split('\n').filter(Boolean);
