import type { ImportRecord } from '../src/contract.ts';

const adjectives =
  'amber blue brass broad calm cedar clear coastal cobalt copper crisp deep dusk early ember fern fine flint forest frost glazed golden granite green grey hazel heather ivory jade large light linen little lunar maple matte misty moss navy night north oak ochre olive opal pale pearl pine plain plum quiet red river rose round russet rustic sage sand satin scarlet sea sharp silver slate slim small smooth soft solid spruce square stone storm summer tall teal thick thin tidal tiny umber velvet violet walnut warm white wide wild willow winter wood woven yellow'.split(
    ' ',
  );
const nouns =
  'apron basket beaker bench blanket board bottle bowl box brush bucket cabinet candle canister carafe chair clock cloth coaster colander cup curtain cushion decanter desk dish drawer easel fork frame funnel glass grater griddle hammock hook jar jug kettle knife ladle lamp lantern mat mirror mortar mug napkin pan pillow pitcher plate platter pot pouch quilt rack rug saucer scoop shelf sieve spoon stool strainer table tankard throw tin towel tray trivet tumbler vase whisk'.split(
    ' ',
  );
const purposes =
  'balcony bath bedroom breakfast camping coffee desk dinner festival garden guest hallway holiday kitchen lunch market nursery office picnic reading studio tea terrace travel workshop'.split(
    ' ',
  );
const materials = [
  'Ash',
  'Bamboo',
  'Brass',
  'Cast iron',
  'Cork',
  'Cotton',
  'Glass',
  'Leather',
  'Linen',
  'Porcelain',
  'Steel',
  'Stoneware',
  'Walnut',
  'Wool',
];
const colours = ['Black', 'Blue', 'Brown', 'Green', 'Grey', 'Natural', 'Pink', 'Red', 'White', 'Yellow'];
const brands = Array.from(
  { length: 60 },
  (_, i) => `${adjectives[(i * 7) % adjectives.length]} & ${nouns[(i * 11) % nouns.length]}`,
);

/** Three levels: 6 departments, 24 groups, 96 categories. */
export function syntheticCategories(): ImportRecord[] {
  const record = (slug: string, parent: string | null, position: number): ImportRecord => ({
    kind: 'category',
    slug,
    name: slug.replace(/-/g, ' '),
    parent,
    position,
  });
  return Array.from({ length: 6 }, (_, d) => [
    record(`department-${d}`, null, d),
    ...Array.from({ length: 4 }, (__, g) => [
      record(`group-${d}-${g}`, `department-${d}`, g),
      ...Array.from({ length: 4 }, (___, c) => record(`category-${d}-${g}-${c}`, `group-${d}-${g}`, c)),
    ]).flat(),
  ]).flat();
}

/** The same products for the same numbers, with words as unevenly spread as in a real catalogue. */
export function* syntheticProducts(count: number, first = 0): Generator<ImportRecord> {
  for (let i = first; i < first + count; i += 1) yield productOf(i);
}

function productOf(i: number): ImportRecord {
  const random = randomOf(i);
  const pick = <Value>(values: readonly Value[], skew = 1): Value =>
    values[Math.floor(random() ** skew * values.length)] as Value;
  const name = `${pick(adjectives)} ${pick(adjectives)} ${pick(nouns, 1.5)}`;
  const price = 300 + Math.floor(random() ** 2 * 40_000);
  const sizes = ['S', 'M', 'L'].slice(0, 1 + Math.floor(random() * 3));
  const words = Array.from({ length: 35 }, () =>
    pick(random() < 0.5 ? adjectives : random() < 0.5 ? nouns : purposes, 1.3),
  );
  return {
    kind: 'product',
    status: 'published',
    productId: `00000000-0000-4000-8000-${i.toString(16).padStart(12, '0')}`,
    name: `${name.charAt(0).toUpperCase()}${name.slice(1)} for ${pick(purposes)}`,
    description: `${words.join(' ')}.`,
    brand: pick(brands, 1.5),
    category: `category-${Math.floor(random() * 6)}-${Math.floor(random() * 4)}-${Math.floor(random() * 4)}`,
    attributes: { material: [pick(materials, 1.4)], colour: [pick(colours, 1.4)], use: [pick(purposes)] },
    options: [{ name: 'size', label: 'Size', values: sizes }],
    variants: sizes.map((size) => ({
      sku: `p${i}-${size.toLowerCase()}`,
      options: { size },
      prices: [
        { amountMinor: price, currency: 'EUR' },
        { amountMinor: Math.round(price * 1.1), currency: 'USD' },
        { amountMinor: Math.round(price * 1.6), currency: 'JPY' },
      ],
      inStock: random() < 0.85,
      image: null,
    })),
    images: [],
  };
}

/** Mulberry32: small, and the same everywhere. */
function randomOf(seed: number): () => number {
  let state = (seed + 1) * 0x9e3779b1;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
