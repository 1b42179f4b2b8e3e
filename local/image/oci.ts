import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { link, mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { execute } from '../process.ts';

/** One layer as a tar file, uncompressed: it never travels further than to this machine's containerd. */
export type Layer = { digest: string; sizeBytes: number; file: string };

export type ImageSettings = {
  entrypoint: string[];
  env?: Record<string, string>;
  user?: string;
  workingFolder?: string;
};

export type Image = { reference: string; layers: Layer[]; settings: ImageSettings };

type Descriptor = { mediaType: string; digest: string; size: number };

/** Packs a folder so that the same content always has the same digest: sorted, without times. */
export async function packLayer(folder: string, file: string): Promise<Layer> {
  const repeatable = ['--sort=name', '--mtime=@0', '--numeric-owner', '--format=gnu'];
  await execute(['tar', ...repeatable, '-C', folder, '-cf', file, '.']);
  return { file, digest: await digestOf(file), sizeBytes: (await stat(file)).size };
}

/** The image's own digest: of its settings and its layers (OCI image spec: the image id). */
export function imageDigest(image: Omit<Image, 'reference'>): string {
  return sha256(configuration(image));
}

/**
 * Writes an OCI image layout (opencontainers/image-spec, image-layout.md) into an empty folder. Layers whose digest is in
 * `known` are named but left out: the reader has them already.
 */
export async function writeLayout(image: Image, folder: string, known: ReadonlySet<string>): Promise<void> {
  const blobs = join(folder, 'blobs', 'sha256');
  await mkdir(blobs, { recursive: true });
  const write = async (text: string, kind: string): Promise<Descriptor> => {
    const digest = sha256(text);
    await writeFile(join(blobs, digest.replace('sha256:', '')), text);
    return { mediaType: `application/vnd.oci.image.${kind}.v1+json`, digest, size: Buffer.byteLength(text) };
  };
  for (const layer of image.layers)
    if (!known.has(layer.digest)) await link(layer.file, join(blobs, layer.digest.replace('sha256:', '')));

  const config = await write(configuration(image), 'config');
  const layers = image.layers.map(({ digest, sizeBytes }) => ({ mediaType: layerType, digest, size: sizeBytes }));
  const document = { schemaVersion: 2, mediaType: 'application/vnd.oci.image.manifest.v1+json', config, layers };
  const manifest = await write(JSON.stringify(document), 'manifest');
  const annotations = { 'io.containerd.image.name': image.reference };
  const index = { schemaVersion: 2, manifests: [{ ...manifest, platform, annotations }] };
  await writeFile(join(folder, 'index.json'), JSON.stringify(index));
  await writeFile(join(folder, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }));
}

const layerType = 'application/vnd.oci.image.layer.v1.tar';
const platform = { os: 'linux', architecture: process.arch === 'arm64' ? 'arm64' : 'amd64' };

function configuration({ layers, settings }: Omit<Image, 'reference'>): string {
  return JSON.stringify({
    ...platform,
    config: {
      Entrypoint: settings.entrypoint,
      Env: Object.entries(settings.env ?? {}).map(([name, value]) => `${name}=${value}`),
      User: settings.user ?? '0:0',
      WorkingDir: settings.workingFolder ?? '/',
    },
    rootfs: { type: 'layers', diff_ids: layers.map((layer) => layer.digest) },
  });
}

const sha256 = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`;

async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), hash);
  return `sha256:${hash.digest('hex')}`;
}
