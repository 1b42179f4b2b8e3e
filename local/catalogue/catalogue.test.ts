import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { slugOf } from '@storefront/commerce/ids';
import { ImportRecord } from '@storefront/product/contract';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { batches } from './catalogue.ts';
import { categoryRecords } from './records/category.ts';
import { createGallery, type Drawn } from './gallery.ts';
import { kinds } from './kinds/index.ts';
import { type ProductRecord, productAt } from './records/product.ts';
import { stockOf } from './records/stock.ts';

const hash = 'a'.repeat(64);
const recordAt = (index: number): ProductRecord => {
  const { pictures, record } = productAt(index);
  return record(pictures.map(() => hash));
};
const many = Array.from({ length: 10_000 }, (_, index) => recordAt(index));

function repeated(values: readonly string[]): string[] {
  const seen = new Set<string>();
  return values.filter((value) => seen.size === seen.add(value).size);
}

describe('the categories', () => {
  const categories = categoryRecords();

  it('are a valid tree of three levels, parents first', () => {
    const levels = new Map<string | null, number>([[null, 0]]);
    for (const category of categories) {
      ImportRecord.parse(category);
      expect(levels.has(category.parent)).toBe(true);
      levels.set(category.slug, levels.get(category.parent)! + 1);
    }
    expect(Math.max(...levels.values())).toBe(3);
    expect(repeated(categories.map(({ slug }) => slug))).toEqual([]);
  });

  it('each have products at the lowest level', () => {
    const parents = new Set(categories.map(({ parent }) => parent));
    const lowest = categories.filter(({ slug }) => !parents.has(slug)).map(({ slug }) => slug);

    expect(new Set(kinds.map(({ shelf }) => slugOf(shelf)))).toEqual(new Set(lowest));
  });
});

describe('ten thousand products', () => {
  it('are all what the shop takes', () => {
    for (const record of many) expect(ImportRecord.safeParse(record).error).toBeUndefined();
  });

  it('have ids, slugs, names and SKUs of their own', () => {
    expect(repeated(many.map(({ productId }) => productId!))).toEqual([]);
    expect(repeated(many.map(({ slug }) => slug!))).toEqual([]);
    expect(repeated(many.map(({ name }) => name))).toEqual([]);
    expect(repeated(many.flatMap(({ variants }) => variants.map(({ sku }) => sku)))).toEqual([]);
  });

  it('have every combination of their options once', () => {
    for (const { options, variants } of many) {
      expect(variants).toHaveLength(options.reduce((product, { values }) => product * values.length, 1));
      expect(repeated(variants.map((variant) => JSON.stringify(variant.options)))).toEqual([]);
    }
  });

  it('cost something in each of three currencies, the same for every colour', () => {
    for (const { variants } of many) {
      const lists = new Map<string, Set<string>>();
      for (const { prices, options } of variants) {
        expect(prices.map(({ currency }) => currency)).toEqual(['EUR', 'USD', 'GBP']);
        expect(prices.every(({ amountMinor }) => amountMinor >= 500 && amountMinor < 400_000)).toBe(true);
        const { colour: _, ...size } = options;
        const key = JSON.stringify(size);
        lists.set(key, (lists.get(key) ?? new Set()).add(JSON.stringify(prices)));
      }
      expect([...lists.values()].every((list) => list.size === 1)).toBe(true);
    }
  });

  it('are sometimes sold out, and most often not', () => {
    const soldOut = many.filter(({ variants }) => variants.every(({ inStock }) => !inStock)).length;

    expect(soldOut).toBeGreaterThan(100);
    expect(soldOut).toBeLessThan(1000);
  });

  it('have as much stock as they say: none, a little, or plenty, the same when asked for again', () => {
    const variants = many.slice(0, 1000).flatMap((record) => {
      const stock = new Map(stockOf(record).map((count) => [count.sku, ImportRecord.parse(count) && count]));
      return record.variants.map(({ sku, inStock }) => ({ inStock, ...stock.get(sku)! }));
    });
    expect(variants.filter(({ inStock, onHand }) => inStock !== onHand > 0)).toEqual([]);
    const low = variants.filter(({ onHand, lowAt }) => onHand > 0 && onHand <= (lowAt ?? 0)).length;
    expect(low / variants.length).toBeGreaterThan(0.05);
    expect(low / variants.length).toBeLessThan(0.15);
    expect(stockOf(many[7]!)).toEqual(stockOf(many[7]!));
  });

  it('are described in several sentences, hardly ever in the same words', () => {
    const texts = many.map(({ description }) => description);

    expect(texts.filter((text) => text.split(/[.:;?!] /).length < 3)).toEqual([]);
    expect(texts.filter((text) => /undefined|\{|\}/.test(text))).toEqual([]);
    expect(repeated(texts).length).toBeLessThan(10);
  });

  it('are the same when asked for again', () => {
    for (const index of [0, 77, 9_999]) expect(recordAt(index)).toEqual(many[index]);
  });
});

describe('the pictures', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pictures-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  const plan = { count: kinds.length, from: 0, drawn: kinds.length, size: kinds.length, atOnce: 2 };

  it('show each kind in colour, a thousand pixels square, and none like another', async () => {
    const hung = new Map<string, Drawn>();
    const all = batches(plan, createGallery(folder).picture, async (picture) => void hung.set(picture.sha256, picture));
    for await (const { records } of all) expect(records.length).toBeGreaterThan(0);

    expect(hung.size).toBeGreaterThanOrEqual(kinds.length);
    for (const { bytes } of hung.values()) {
      const { width, height, format } = await sharp(bytes).metadata();
      expect({ width, height, format }).toEqual({ width: 1000, height: 1000, format: 'webp' });
      const { channels, isOpaque } = await sharp(await sharp(bytes).resize(80).png().toBuffer()).stats();
      expect(isOpaque).toBe(true);
      expect(Math.max(...channels.map(({ stdev }) => stdev))).toBeGreaterThan(6);
    }
  }, 180_000);

  it('are the same bytes when drawn again, and are then not drawn at all', async () => {
    const svg = productAt(3).pictures[0]!.draw();
    const first = await createGallery(folder).picture(svg);
    const kept = await createGallery(folder).picture(svg);
    const again = await createGallery(`${folder}/other`).picture(productAt(3).pictures[0]!.draw());

    expect([kept.sha256, again.sha256]).toEqual([first.sha256, first.sha256]);
  });

  it('are drawn a batch at a time, however large the catalogue', async () => {
    let drawn = 0;
    const draw = async () => ({ sha256: hash, bytes: Buffer.alloc(0), at: drawn++ });
    const all = batches({ ...plan, count: 100_000, drawn: 100_000, size: 10 }, draw, async () => {});

    await all.next();
    expect(drawn).toBe(0);
    await all.next();
    expect(drawn).toBeGreaterThanOrEqual(10);
    expect(drawn).toBeLessThanOrEqual(40);
  });

  it('are borrowed from a product of the same kind where there shall be fewer', async () => {
    const svgs: string[] = [];
    const draw = async (svg: string) => ({ sha256: hash, bytes: Buffer.alloc(0), at: svgs.push(svg) });
    const late = { ...plan, from: 5000, count: 5001, size: 1 };
    for await (const { records } of batches(late, draw, async () => {})) expect(records.length).toBeGreaterThan(0);

    expect(svgs).toEqual([productAt(5000 % kinds.length).pictures[0]!.draw()]);
  });
});
