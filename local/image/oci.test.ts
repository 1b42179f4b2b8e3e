import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Image, packLayer, writeLayout } from './oci.ts';

describe('an image layout', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'storefront-oci-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function makeImage(): Promise<Image> {
    const layers = [];
    for (const name of ['base', 'code']) {
      await mkdir(join(folder, name));
      await writeFile(join(folder, name, 'file'), name);
      layers.push(await packLayer(join(folder, name), join(folder, `${name}.tar`)));
    }
    return { reference: 'localhost/test:1', layers, settings: { entrypoint: ['/file'], user: '10001:10001' } };
  }

  async function readBlobs(target: string): Promise<Map<string, Buffer>> {
    const names = await readdir(join(target, 'blobs/sha256'));
    const blobs = names.map(async (name) => [name, await readFile(join(target, 'blobs/sha256', name))] as const);
    return new Map(await Promise.all(blobs));
  }

  it('names each blob by its own digest, from the index down to the layers', async () => {
    const image = await makeImage();
    await writeLayout(image, join(folder, 'layout'), new Set());
    const blobs = await readBlobs(join(folder, 'layout'));
    for (const [name, content] of blobs) expect(createHash('sha256').update(content).digest('hex')).toBe(name);

    const read = (digest: string) => JSON.parse(String(blobs.get(digest.replace('sha256:', ''))));
    const index = JSON.parse(await readFile(join(folder, 'layout/index.json'), 'utf8'));
    const manifest = read(index.manifests[0].digest);
    expect(read(manifest.config.digest).rootfs.diff_ids).toEqual(image.layers.map(({ digest }) => digest));
    expect(manifest.layers.every(({ digest }: { digest: string }) => blobs.has(digest.replace('sha256:', '')))).toBe(
      true,
    );
  });

  it('leaves out the layers that the reader has', async () => {
    const image = await makeImage();
    const [base, code] = image.layers.map(({ digest }) => digest.replace('sha256:', ''));
    await writeLayout(image, join(folder, 'layout'), new Set([`sha256:${base}`]));
    const names = [...(await readBlobs(join(folder, 'layout'))).keys()];
    expect(names).toContain(code);
    expect(names).not.toContain(base);
  });

  it('has the same layer for the same content, whenever it was written', async () => {
    const { layers } = await makeImage();
    await utimes(join(folder, 'code/file'), 0, 0);
    expect((await packLayer(join(folder, 'code'), join(folder, 'again.tar'))).digest).toBe(layers[1]?.digest);
  });
});
