/** Thirty products as the API would answer them: parsed by the contract, so that a drifting fixture fails at once. */
import { createHash } from 'node:crypto';
import { slugOf } from '@storefront/commerce/ids';
import { CategoryTree, Product, type Category, type Image } from '@storefront/product/contract';
import { drawing, type Kind } from './drawings.ts';

export type Drawn = { svg: string };

/** What the media store of the peer holds. */
export const pictures = new Map<string, Drawn>();

export function picture(kind: Kind, hue: number, alt: string): Image {
  const svg = drawing(kind, hue);
  const sha256 = createHash('sha256').update(svg).digest('hex');
  pictures.set(sha256, { svg });
  return { sha256, alt, width: 1200, height: 1200 };
}

const branch = (name: string, position: number, children: Category[] = []): Category => ({
  slug: slugOf(name),
  name,
  parent: null,
  position,
  children: children.map((child, place) => ({ ...child, parent: slugOf(name), position: place })),
});

export const categories: Category[] = CategoryTree.parse({
  items: [
    branch('Kitchen', 0, [branch('Mugs & cups', 0), branch('Bowls', 1), branch('Bottles', 2)]),
    branch('Lighting', 1),
    branch('Furniture', 2, [branch('Chairs', 0)]),
    branch('Textiles', 3),
    branch('Decoration', 4),
    branch('Paper', 5),
  ],
}).items;

const colours = [
  { name: 'Fern', hue: 140 },
  { name: 'Rust', hue: 16 },
  { name: 'Midnight', hue: 228 },
];

type Sort = { category: string; kind: Kind; noun: string; materials: string[]; price: number };

const sorts: Sort[] = [
  { category: 'mugs-cups', kind: 'mug', noun: 'Mug', materials: ['Stoneware', 'Porcelain'], price: 1890 },
  { category: 'bowls', kind: 'bowl', noun: 'Serving bowl', materials: ['Oak', 'Stoneware'], price: 3450 },
  { category: 'bottles', kind: 'bottle', noun: 'Water bottle', materials: ['Steel', 'Glass'], price: 2900 },
  { category: 'lighting', kind: 'lamp', noun: 'Table lamp', materials: ['Linen', 'Brass'], price: 12900 },
  { category: 'chairs', kind: 'chair', noun: 'Dining chair', materials: ['Ash', 'Beech'], price: 24900 },
  { category: 'textiles', kind: 'cushion', noun: 'Cushion', materials: ['Linen', 'Wool'], price: 4500 },
  { category: 'decoration', kind: 'vase', noun: 'Vase', materials: ['Glass', 'Stoneware'], price: 5900 },
  { category: 'paper', kind: 'notebook', noun: 'Notebook', materials: ['Paper', 'Linen'], price: 1450 },
];
const makers = ['Halden', 'Studio Orla', 'Fjell & Sons', 'Maru'];
const words = ['Harbour', 'Meadow', 'Quarry', 'Lantern'];

const uuid = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;

export const products: Product[] = words.flatMap((word, round) =>
  sorts.map((sort, place) => make(sort, word, round * sorts.length + place)),
);

function make({ category, kind, noun, materials, price }: Sort, word: string, number: number): Product {
  const name = `${word} ${noun.toLowerCase()}`;
  const material = materials[number % materials.length] ?? '';
  const base = (number * 47) % 360;
  const path = pathOf(category);
  const sizes = number % 3 === 0 ? ['Small', 'Large'] : ['One size'];
  return Product.parse({
    productId: uuid(number + 1),
    version: 1,
    status: 'published',
    slug: slugOf(name),
    name,
    description: `A ${noun.toLowerCase()} of ${material.toLowerCase()}, made in small batches and finished by hand. It ages well and is easy to care for.\n\nDesigned to be used every day: the weight sits low, the edge is soft, and every piece differs a little from the next.`,
    brand: makers[number % makers.length] ?? null,
    category,
    categoryPath: path.map(({ slug, name: called }) => ({ slug, name: called })),
    attributes: {
      material: [material],
      careInstructions: ['Wipe with a damp cloth'],
      countryOfOrigin: [number % 2 ? 'Portugal' : 'Denmark'],
    },
    options: [
      { name: 'colour', label: 'Colour', values: colours.map((colour) => colour.name) },
      ...(sizes.length > 1 ? [{ name: 'size', label: 'Size', values: sizes }] : []),
    ],
    variants: variantsOf(name, kind, { base, sizes, price: price + number * 35, number }),
    images: [picture(kind, (base + 140) % 360, `${name}, seen from the front`)],
    createdAt: '2026-03-01T08:00:00.000Z',
    updatedAt: '2026-03-02T08:00:00.000Z',
    publishedAt: new Date(Date.UTC(2026, 2, 3, 0, number)).toISOString(),
  });
}

type Made = { base: number; sizes: string[]; price: number; number: number };

function variantsOf(name: string, kind: Kind, { base, sizes, price, number }: Made): Product['variants'] {
  return colours.flatMap((colour, shade) =>
    sizes.map((size, step) => ({
      sku: `${slugOf(name)}-${slugOf(colour.name)}-${step}`,
      options: { colour: colour.name, ...(sizes.length > 1 && { size }) },
      prices: [
        { amountMinor: price + step * 900, currency: 'EUR' },
        { amountMinor: Math.round((price + step * 900) * 1.1), currency: 'USD' },
        { amountMinor: Math.round((price + step * 900) * 1.6), currency: 'JPY' },
      ],
      inStock: number % 7 !== 3 && !(shade === 2 && step === 1),
      image: picture(kind, (base + colour.hue) % 360, `${name} in ${colour.name.toLowerCase()}`),
    })),
  );
}

export function pathOf(slug: string, tree: readonly Category[] = categories): Category[] {
  for (const category of tree) {
    if (category.slug === slug) return [category];
    const below = pathOf(slug, category.children);
    if (below.length > 0) return [category, ...below];
  }
  return [];
}
