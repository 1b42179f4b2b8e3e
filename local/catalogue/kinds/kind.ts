import type { Department } from '../words/brands.ts';
import type { Shelf } from '../words/categories.ts';
import type { Palette } from '../words/colours.ts';
import type { MaterialName } from '../words/materials.ts';
import type { StyleGroup } from '../words/styles.ts';
import type { ShapeName } from '../drawing/shapes/index.ts';

/** Everything the shop knows of one kind of thing, before it becomes a thousand products. */
export type Kind = {
  /** Begins the SKUs. */
  code: string;
  noun: string;
  department: Department;
  shelf: Shelf;
  shape: ShapeName;
  style: StyleGroup;
  materials: readonly MaterialName[];
  /** How to keep it, where the material alone does not say. */
  care?: string;
  /** Colours of handles, legs, lids and patterns; glazes unless given. */
  accents?: Palette;
  /** Euros, from the simplest to the finest. */
  price: readonly [low: number, high: number];
  /** An option beside the colour. Each value may cost more than the first. */
  size?: { name: string; label: string; values: readonly (readonly [value: string, worth: number])[] };
  /** Attributes of which each product has one value. */
  facts: Readonly<Record<string, readonly string[]>>;
  /** First sentences. `{name}`, `{brand}`, `{series}`, `{material}`, `{colour}` are filled in. */
  about: readonly string[];
  /** Sentences on use and making. */
  detail: readonly string[];
};
