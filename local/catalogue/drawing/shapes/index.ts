import type { Shape } from '../look.ts';
import { decoration } from './decoration.ts';
import { furniture } from './furniture.ts';
import { kitchen } from './kitchen.ts';
import { lighting } from './lighting.ts';
import { outdoor } from './outdoor.ts';
import { stationery } from './stationery.ts';
import { tableware } from './tableware.ts';
import { textile } from './textile.ts';

const all = {
  ...tableware,
  ...kitchen,
  ...lighting,
  ...furniture,
  ...textile,
  ...decoration,
  ...stationery,
  ...outdoor,
};
export type ShapeName = keyof typeof all;
export const shapes: Readonly<Record<ShapeName, Shape>> = all;
