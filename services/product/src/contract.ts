/** What others may know of the catalogue. JSON-shaped: ISO strings, no Date, no bigint. Paths are listed in the README. */
import { ProductId, Sku, Slug } from '@storefront/commerce/ids';
import { Currency, Money } from '@storefront/commerce/money';
import { TaxCategory } from '@storefront/commerce/tax';
import { z } from 'zod';

const Name = z.string().trim().min(1).max(200);
const AttributeName = z
  .string()
  .regex(/^[a-z][a-zA-Z0-9]{0,31}$/)
  .meta({ description: 'camelCase name of an attribute', example: 'material' });
const AttributeValue = z.string().trim().min(1).max(80);
const Attributes = z.record(AttributeName, z.array(AttributeValue).min(1).max(20));

export const Image = z
  .strictObject({
    sha256: z.string().regex(/^[a-f0-9]{64}$/),
    alt: z.string().trim().min(1).max(300),
    width: z.int().min(1).max(8192),
    height: z.int().min(1).max(8192),
  })
  .meta({ id: 'Image', description: 'A picture in the media store, served at /media/{sha256}/{width}' });
export type Image = z.infer<typeof Image>;

/** Widths, in pixels, at which /media answers; any other is a 404. */
export const imageWidths = [160, 320, 640, 960, 1280] as const;

export const Variant = z
  .strictObject({
    sku: Sku,
    options: z.record(AttributeName, AttributeValue).meta({ description: 'One value for each option of the product' }),
    prices: z.array(Money).min(1).max(20).meta({ description: 'One price a currency, tax included' }),
    inStock: z.boolean().meta({ description: 'Once there is stock of the SKU, it follows that, whatever is written' }),
    image: Image.nullable(),
    weightGrams: z.int().min(0).max(1_000_000).exactOptional().meta({ description: '500 unless given' }),
  })
  .meta({ id: 'Variant' });
export type Variant = z.infer<typeof Variant>;

export const ProductOption = z
  .strictObject({ name: AttributeName, label: Name, values: z.array(AttributeValue).min(1).max(50) })
  .meta({ id: 'ProductOption' });

export const ProductStatus = z.enum(['draft', 'published']).meta({ id: 'ProductStatus' });
export type ProductStatus = z.infer<typeof ProductStatus>;

/** What a merchant writes; everything else of a product is derived. */
const writable = {
  name: Name,
  description: z.string().trim().max(10_000),
  brand: Name.nullable(),
  category: Slug.meta({ description: 'Slug of the category; its ancestors follow from the tree' }),
  attributes: Attributes,
  options: z.array(ProductOption).max(5),
  variants: z.array(Variant).min(1).max(100),
  images: z.array(Image).max(20),
  taxCategory: TaxCategory.exactOptional().meta({ description: 'standard unless given' }),
};

export const NewProduct = z
  .strictObject({ productId: ProductId.exactOptional(), slug: Slug.exactOptional(), ...writable })
  .meta({ id: 'NewProduct' });
export type NewProduct = z.infer<typeof NewProduct>;

export const ProductChange = z
  .strictObject({ slug: Slug, ...writable })
  .partial()
  .refine((change) => Object.keys(change).length > 0, 'names no field to change')
  .meta({ id: 'ProductChange' });
export type ProductChange = z.infer<typeof ProductChange>;

export const CategoryRef = z.strictObject({ slug: Slug, name: Name }).meta({ id: 'CategoryRef' });

export const Product = z
  .strictObject({
    productId: ProductId,
    version: z.int().min(1),
    status: ProductStatus,
    slug: Slug,
    ...writable,
    categoryPath: z.array(CategoryRef).meta({ description: 'From the root of the tree to the category itself' }),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
    publishedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'Product' });
export type Product = z.infer<typeof Product>;

/** A product as a list shows it. `price` is the lowest of its variants in the currency asked for. */
export const ProductCard = z
  .strictObject({
    productId: ProductId,
    slug: Slug,
    name: Name,
    brand: Name.nullable(),
    price: Money,
    priceVaries: z.boolean(),
    inStock: z.boolean(),
    image: Image.nullable(),
  })
  .meta({ id: 'ProductCard' });
export type ProductCard = z.infer<typeof ProductCard>;

export const sorts = ['relevance', 'newest', 'price', '-price', 'name'] as const;

/** Query of `GET /products`; besides these, any number of `attribute.<name>=<value>`, repeated for "or". */
export const ProductQuery = z
  .looseObject({
    q: z.string().trim().min(1).max(200).exactOptional(),
    category: Slug.exactOptional(),
    currency: Currency.exactOptional().meta({ description: 'The first currency of the shop unless given' }),
    minPrice: z.coerce.number().int().min(0).max(9e12).exactOptional().meta({ description: 'In the smallest unit' }),
    maxPrice: z.coerce.number().int().min(0).max(9e12).exactOptional().meta({ description: 'In the smallest unit' }),
    inStock: z.enum(['true', 'false']).exactOptional(),
    sort: z.enum(sorts).exactOptional().meta({ description: 'relevance with q, else newest, unless given' }),
    facets: z.enum(['true', 'false']).exactOptional(),
    limit: z.coerce.number().int().min(1).max(100).exactOptional().meta({ description: '24 unless given' }),
    cursor: z.string().max(1000).exactOptional(),
  })
  .meta({ id: 'ProductQuery' });
export type ProductQuery = z.infer<typeof ProductQuery>;

export const Facet = z
  .strictObject({
    name: z.string(),
    label: Name,
    values: z.array(z.strictObject({ value: z.string(), label: Name, count: z.int().min(0) })),
  })
  .meta({ id: 'Facet', description: 'Counts by one attribute (or "category", "brand") over at most 10,000 matches' });
export type Facet = z.infer<typeof Facet>;

export const ProductList = z
  .strictObject({
    items: z.array(ProductCard),
    nextCursor: z.string().nullable(),
    facets: z.array(Facet).exactOptional(),
    priceRange: z.strictObject({ min: Money, max: Money }).nullable().exactOptional(),
    matches: z
      .strictObject({ count: z.int().min(0), capped: z.boolean() })
      .exactOptional()
      .meta({ description: 'How many match, counted to 10,000; only with facets=true' }),
  })
  .meta({ id: 'ProductList' });
export type ProductList = z.infer<typeof ProductList>;

/** Where an old slug leads. A current slug answers the product itself. */
export const NewCategory = z
  .strictObject({ slug: Slug, name: Name, parent: Slug.nullable(), position: z.int().min(0).max(10_000) })
  .meta({ id: 'NewCategory' });
export type NewCategory = z.infer<typeof NewCategory>;

export type Category = NewCategory & { children: Category[] };
export const Category: z.ZodType<Category> = z
  .strictObject({
    slug: Slug,
    name: Name,
    parent: Slug.nullable(),
    position: z.int(),
    get children() {
      return z.array(Category);
    },
  })
  .meta({ id: 'Category' });

export const CategoryTree = z.strictObject({ items: z.array(Category) }).meta({ id: 'CategoryTree' });

/** One line of `POST /products/import`: categories, products, stock, in the order in which they must exist. */
export const ImportRecord = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('category'), ...NewCategory.shape }),
  z.strictObject({ kind: z.literal('product'), status: ProductStatus.exactOptional(), ...NewProduct.shape }),
  z
    .strictObject({
      kind: z.literal('stock'),
      sku: Sku,
      onHand: z.int().min(0).max(100_000_000),
      lowAt: z.int().min(0).max(100_000).nullable(),
    })
    .meta({ description: 'The first count of a SKU; where it has stock already, only `lowAt` is taken over' }),
]);
export type ImportRecord = z.infer<typeof ImportRecord>;

/** One line of the import's answer. A record already stored with the same content is `unchanged`: running it again is safe. */
export const ImportReport = z
  .strictObject({
    line: z.int().min(1),
    outcome: z.enum(['created', 'updated', 'unchanged', 'refused']),
    id: z.string().nullable(),
    errors: z.array(z.strictObject({ field: z.string(), message: z.string() })).exactOptional(),
  })
  .meta({ id: 'ImportReport' });
export type ImportReport = z.infer<typeof ImportReport>;
