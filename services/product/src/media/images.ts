import { createHash } from 'node:crypto';
import type { Sharp } from 'sharp';
import { mediaBusy, notAnImage } from '../domain/errors.ts';
import { originalKey, renditionKey, type MediaStore } from '../domain/media.ts';
import { boundedQueue } from './bounded-queue.ts';

export type StoredImage = { sha256: string; width: number; height: number };

export type Images = {
  /** Keeps the image; throws `not-an-image` for anything that cannot be shown. */
  add(bytes: Buffer): Promise<StoredImage>;
  /** The image as WebP, at most so wide and never enlarged; undefined when there is no such image. */
  rendition(sha256: string, width: number): Promise<Buffer | undefined>;
};

const formats = new Set(['png', 'jpeg', 'webp']);
const longestSide = 8192;
/** A file of a few kilobytes may unfold to gigabytes: what has more pixels is refused before it is decoded. */
const mostPixels = 34_000_000;
const quality = 78;

export function createImages(store: MediaStore): Images {
  const run = boundedQueue({ running: 2, waiting: 40, onFull: mediaBusy });
  const making = new Map<string, Promise<Buffer | undefined>>();

  async function add(bytes: Buffer): Promise<StoredImage> {
    const size = await run(() => measure(bytes));
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    await store.write(originalKey(sha256), bytes);
    return { sha256, ...size };
  }

  async function rendition(sha256: string, width: number): Promise<Buffer | undefined> {
    const key = renditionKey(sha256, width);
    const made = await store.read(key);
    if (made) return made;
    const running = making.get(key) ?? run(() => make(sha256, width)).finally(() => making.delete(key));
    making.set(key, running);
    return running;
  }

  async function make(sha256: string, width: number): Promise<Buffer | undefined> {
    const original = await store.read(originalKey(sha256));
    if (!original) return undefined;
    const decode = await decoder();
    const bytes = await decode(original)
      .autoOrient()
      .resize({ width, withoutEnlargement: true })
      .webp({ quality, effort: 4 })
      .toBuffer();
    await store.write(renditionKey(sha256, width), bytes);
    return bytes;
  }

  return { add, rendition };
}

/** The size as it is shown. Decodes the whole image once, so that a damaged one is refused now and not when it is shown. */
async function measure(bytes: Buffer): Promise<{ width: number; height: number }> {
  if (bytes.length === 0) throw notAnImage('is empty');
  const decode = await decoder();
  const found = await decode(bytes)
    .metadata()
    .catch(() => undefined);
  if (!found || !formats.has(found.format)) throw notAnImage('must be a PNG, JPEG or WebP image');
  if ((found.pages ?? 1) > 1) throw notAnImage('must not be animated');
  const { width, height } = found.autoOrient;
  if (width > longestSide || height > longestSide || width * height > mostPixels)
    throw notAnImage(`must have at most ${longestSide} pixels a side and ${mostPixels / 1e6} million in all`);
  await decode(bytes)
    .resize(1, 1)
    .raw()
    .toBuffer()
    .catch(() => {
      throw notAnImage('is damaged');
    });
  return { width, height };
}

type Decode = (bytes: Buffer) => Sharp;
let loading: Promise<Decode> | undefined;

/**
 * What the file is, its bytes say; the request's content type is only a claim. The library is loaded when the first picture needs it,
 * since it would take 50 ms of every start.
 */
function decoder(): Promise<Decode> {
  return (loading ??= import('sharp').then(({ default: sharp }) => {
    sharp.concurrency(1);
    sharp.cache(false);
    return (bytes) => sharp(bytes, { limitInputPixels: mostPixels, failOn: 'error', sequentialRead: true });
  }));
}
