import { z } from 'zod';

/** Product ids are UUIDs; a client may choose its own, so that creating twice is one product. */
export const ProductId = z.uuid().meta({ id: 'ProductId', description: 'UUID of a product' });
export type ProductId = z.infer<typeof ProductId>;

export const Sku = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}[a-z0-9]$/)
  .meta({ id: 'Sku', description: 'Stock keeping unit: lower-case letters, digits, hyphens', example: 'mug-blue-350' });
export type Sku = z.infer<typeof Sku>;

export const Slug = z
  .string()
  .max(120)
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/)
  .meta({ id: 'Slug', description: 'The readable part of a page address', example: 'blue-stoneware-mug' });
export type Slug = z.infer<typeof Slug>;

/** A slug out of any text: accents dropped, everything else than letters and digits becomes one hyphen. */
export function slugOf(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 120)
    .replace(/^-+|-+$/g, '');
}
