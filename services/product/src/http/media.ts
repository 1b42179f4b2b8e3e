import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { empty, reply, route, stream } from '@storefront/kit/http';
import { Image, imageWidths } from '../contract.ts';
import { imageNotFound } from '../domain/errors.ts';
import { largestImageBytes } from '../domain/media.ts';
import type { Images } from '../media/images.ts';

const StoredImage = Image.omit({ alt: true }).meta({ id: 'StoredImage' });
const forever = 'public, max-age=31536000, immutable';
const types = ['image/png', 'image/jpeg', 'image/webp'] as const;

export const mediaRoutes = ({ images }: { images: Images }) => [
  route({
    method: 'POST',
    path: '/media',
    summary: 'Keep an image of at most 16 MiB; the same bytes again are the same image',
    allow: ['merchant'],
    raw: { types, limitBytes: largestImageBytes },
    response: StoredImage,
    success: [201],
    timeout: '60s',
    async handle({ raw }) {
      return reply(await images.add(await buffer(raw)), { status: 201 });
    },
  }),
  route({
    method: 'GET',
    path: '/media/:sha256/:width',
    summary: `An image as WebP, ${imageWidths.join(', ')} pixels wide at most`,
    allow: ['anyone'],
    produces: 'image/webp',
    refuses: [404],
    async handle({ params: { sha256, width }, headers }) {
      const pixels = imageWidths.find((known) => String(known) === width);
      if (pixels === undefined || !Image.shape.sha256.safeParse(sha256).success) throw imageNotFound(sha256);
      const etag = `"${sha256}-${pixels}"`;
      const lasting = { etag, 'cache-control': forever };
      if (headers['if-none-match']?.includes(etag)) return empty(304, { headers: lasting });
      const bytes = await images.rendition(sha256, pixels);
      if (!bytes) throw imageNotFound(sha256);
      const sized = { ...lasting, 'content-length': String(bytes.length) };
      return stream(Readable.from([bytes]), { contentType: 'image/webp', headers: sized });
    },
  }),
];
