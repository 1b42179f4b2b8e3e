import type { Random } from '../random.ts';
import type { Colour } from './colour.ts';
import type { Paint } from './paint.ts';

export const patterns = [
  'plain',
  'speckle',
  'dip',
  'bands',
  'ribs',
  'brush',
  'stripes',
  'check',
  'weave',
  'dots',
  'leaves',
  'arches',
] as const;
export type Pattern = (typeof patterns)[number];

/** How a surface takes the light. */
export type Finish = 'matte' | 'gloss' | 'metal' | 'glass' | 'wood' | 'fabric';

/** What a picture must show of a product. */
export type Look = {
  random: Random;
  main: Colour;
  /** Second colour of patterns, and of parts such as a handle or a lid. */
  accent: Colour;
  pattern: Pattern;
  finish: Finish;
};

/** Draws one kind of thing, standing on the floor line or lying flat. */
export type Shape = {
  /** Standing things are seen from the front on a floor; flat ones from above; hanging ones on a wall. */
  stance: 'standing' | 'flat' | 'hanging';
  /** Half the width of what touches the floor, for the shadow. */
  footprint?: number;
  /** How much larger than drawn it is shown, seen from where it stands. */
  zoom?: number;
  draw: (paint: Paint, look: Look) => void;
};

/** Where standing things stand. */
export const floor = 770;
