import { slugOf } from '@storefront/commerce/ids';
import type { Image, ImportRecord, NewProduct } from '@storefront/product/contract';
import { describe } from './description.ts';
import { lightnessOf } from '../drawing/colour.ts';
import type { Look } from '../drawing/look.ts';
import { drawPicture } from '../drawing/picture.ts';
import { shapes } from '../drawing/shapes/index.ts';
import { kinds } from '../kinds/index.ts';
import type { Kind } from '../kinds/kind.ts';
import { nameOf, type Naming, uuidOf } from './naming.ts';
import { priceList } from './price.ts';
import { createRandom, type Random } from '../random.ts';
import { hexOf, palettes } from '../words/colours.ts';
import { type MaterialName, materials } from '../words/materials.ts';

/** A picture a product needs: `draw` answers its SVG. */
export type Picture = { colour: string; draw: () => string };

/** A product before its pictures are drawn; `record` takes their hashes, in the order of `pictures`. */
export type Draft = { pictures: readonly Picture[]; record: (hashes: readonly string[]) => ProductRecord };
export type ProductRecord = Extract<ImportRecord, { kind: 'product' }>;
type Variant = NewProduct['variants'][number];

const countries = ['Portugal', 'Italy', 'Germany', 'Denmark', 'Poland', 'India', 'Japan', 'Lithuania'];
const pictureSide = 1000;

/** The product of that number, from 0. It is the same in a catalogue of any size. */
export function productAt(index: number): Draft {
  const kind = kinds[index % kinds.length]!;
  const naming = nameOf(kind, Math.floor(index / kinds.length));
  const random = createRandom(`product ${index}`);
  const material = random.pick(kind.materials);
  const palette = palettes[materials[material].palette];
  const colours = random.sample<string>(palette, random.pick([1, 2, 2, 3, 3, 4]));
  const origin = random.chance(0.7) ? naming.brand.country : random.pick(countries);
  const subject = { kind, naming, material, colours, origin };
  const name = [naming.series, naming.word, kind.noun, ...(naming.edition > 1 ? [naming.edition] : [])].join(' ');
  const fixed = {
    kind: 'product',
    status: 'published',
    productId: uuidOf(`storefront catalogue ${index}`),
    slug: slugOf(name),
    name,
    description: describe(subject, random),
    brand: naming.brand.name,
    category: slugOf(kind.shelf),
    attributes: attributesOf(subject, random),
    options: optionsOf(kind, colours, materials[material].palette),
  } as const;
  const variants = variantsOf(subject, index, random);
  const drawn = random.chance(0.2) ? colours : colours.slice(0, 1);
  const pictures = drawn.map((colour) => ({ colour, draw: () => draw(subject, colour, index) }));
  const record = (hashes: readonly string[]) => ({ ...fixed, ...hung(variants, colours, hashes, name) });
  return { pictures, record };
}

/** Pictures in their places: one is the product's, several are also those of the variants in their colours. */
function hung(variants: readonly Variant[], colours: readonly string[], hashes: readonly string[], name: string) {
  const size = { width: pictureSide, height: pictureSide };
  const images = hashes.map((sha256, at): Image => ({
    sha256,
    alt: `${name} in ${colours[at]!.toLowerCase()}`,
    ...size,
  }));
  const imageOf = (colour: string) => (images.length > 1 ? images[colours.indexOf(colour)]! : null);
  return { images, variants: variants.map((variant) => ({ ...variant, image: imageOf(variant.options['colour']!) })) };
}

type Subject = { kind: Kind; naming: Naming; material: MaterialName; colours: string[]; origin: string };

function attributesOf({ kind, naming, material, colours, origin }: Subject, random: Random): NewProduct['attributes'] {
  const facts = Object.entries(kind.facts).map(([name, values]) => [name, [random.pick(values)]] as const);
  return {
    material: [material],
    colour: colours,
    style: [naming.word],
    care: [kind.care ?? materials[material].care],
    origin: [origin],
    ...(kind.size ? { [kind.size.name]: kind.size.values.map(([value]) => value) } : {}),
    ...Object.fromEntries(facts),
  };
}

function optionsOf(kind: Kind, colours: string[], palette: string): NewProduct['options'] {
  const label = palette === 'wood' ? 'Wood' : palette === 'metal' ? 'Finish' : 'Colour';
  const colour = { name: 'colour', label, values: colours };
  return kind.size
    ? [colour, { name: kind.size.name, label: kind.size.label, values: kind.size.values.map(([value]) => value) }]
    : [colour];
}

function variantsOf({ kind, material, colours }: Subject, index: number, random: Random): Variant[] {
  const [low, high] = kind.price;
  const euros = (low + (high - low) * random.next() ** 1.5 * 0.8) * materials[material].worth;
  const isSoldOut = random.chance(0.03);
  const weightGrams = createRandom(`weight ${index}`).int(2, 40) * 50;
  const sizes: readonly (readonly [value: string, worth: number])[] = kind.size?.values ?? [['', 1]];
  return colours.flatMap((colour) =>
    sizes.map(([size, worth]) => ({
      sku: [kind.code, index.toString(36).padStart(4, '0'), slugOf(colour), ...(size ? [slugOf(size)] : [])].join('-'),
      options: { colour, ...(kind.size ? { [kind.size.name]: size } : {}) },
      prices: priceList(euros * worth),
      inStock: !isSoldOut && !random.chance(0.07),
      image: null,
      weightGrams,
    })),
  );
}

function draw({ kind, naming, material }: Subject, colour: string, index: number): string {
  const random = createRandom(`picture ${index}`);
  const main = hexOf[colour]!;
  const accents = palettes[kind.accents ?? 'glaze']
    .map((name) => hexOf[name]!)
    .filter((hex) => Math.abs(lightnessOf(hex) - lightnessOf(main)) > 0.16);
  const look: Look = {
    random,
    main,
    accent: random.pick(accents),
    pattern: naming.pattern,
    finish: materials[material].finish,
  };
  return drawPicture(shapes[kind.shape], look, random);
}
