import { cooking } from './cooking.ts';
import { decoration } from './decoration.ts';
import { desk } from './desk.ts';
import { dining } from './dining.ts';
import { furniture } from './furniture.ts';
import type { Kind } from './kind.ts';
import { lighting } from './lighting.ts';
import { outdoor } from './outdoor.ts';
import { pantry } from './pantry.ts';
import { textiles } from './textiles.ts';

const groups = [dining, lighting, desk, textiles, outdoor, cooking, decoration, furniture, pantry];

/** Kinds in turn, so that neighbours in the catalogue differ: the first of each group, then the second, and so on. */
export const kinds: readonly Kind[] = Array.from(
  { length: Math.max(...groups.map((group) => group.length)) },
  (_, at) => groups.flatMap((group) => group.slice(at, at + 1)),
).flat();
