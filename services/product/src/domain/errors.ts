import { conflict, invalid, notFound, unavailable } from '@storefront/kit/errors';
import type { FieldError } from '@storefront/kit/errors';

/** Every refusal of the catalogue: a slug for programs, a sentence for people, the field where there is one. */
export const productNotFound = (id: string) => notFound('product', id);
export const categoryNotFound = (slug: string) => notFound('category', slug);
export const imageNotFound = (sha256: string) => notFound('image', sha256);

export const inconsistent = (fields: FieldError[]) =>
  invalid('inconsistent-product', 'The parts of this product do not fit together.', fields);

export const unknownCategory = (slug: string, field = 'category') =>
  invalid('unknown-category', `There is no category "${slug}".`, [{ field, message: 'names no category' }]);

export const skuTaken = (sku: string, index: number) =>
  conflict('sku-taken', `The SKU "${sku}" belongs to another product.`, [
    { field: `variants[${Math.max(index, 0)}].sku`, message: 'belongs to another product' },
  ]);

export const slugTaken = (slug: string) =>
  conflict('slug-taken', `The slug "${slug}" belongs to another product.`, [
    { field: 'slug', message: 'belongs to another product' },
  ]);

export const productExists = (id: string) =>
  conflict('product-exists', `The product "${id}" exists with other content: change it with PATCH.`);

export const keyReused = () =>
  conflict('idempotency-key-reused', 'This Idempotency-Key was used for another product: take a new one.');

export const categoryExists = (slug: string) =>
  conflict('category-exists', `The category "${slug}" exists: change it with PUT.`);

export const categoryCycle = (slug: string) =>
  conflict('category-cycle', `The category "${slug}" cannot be below itself.`, [
    { field: 'parent', message: 'is the category itself or below it' },
  ]);

export const categoryTooDeep = (levels: number) =>
  conflict('category-too-deep', `The category tree has at most ${levels} levels.`, [
    { field: 'parent', message: `leads deeper than ${levels} levels` },
  ]);

export const priceMissing = (fields: FieldError[]) =>
  conflict('price-missing', 'A published product has a price in each currency of the shop.', fields);

export const changingTooFast = () =>
  unavailable('changing-too-fast', 'This record is being changed by others at the same time: repeat.', {
    retryAfter: 1,
  });

export const storeUnavailable = (cause: unknown) =>
  unavailable('catalogue-unavailable', 'The catalogue cannot be reached at the moment.', { retryAfter: 2, cause });

export const mediaBusy = () =>
  unavailable('media-busy', 'Too many images are being made at the moment.', { retryAfter: 2 });

export const mediaUnavailable = (cause: unknown) =>
  unavailable('media-unavailable', 'Images cannot be reached at the moment.', { retryAfter: 2, cause });

export const notAnImage = (message: string) =>
  invalid('not-an-image', 'The body is not an image that the shop can show.', [{ field: 'body', message }]);
