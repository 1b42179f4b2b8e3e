import type { Pattern } from '../drawing/look.ts';

type Style = readonly [word: string, pattern: Pattern];

const plainly = (...words: string[]): Style[] => words.map((word) => [word, 'plain'] as const);

/** What stands before the noun in a name, and what it means for the picture. */
export const styles = {
  ceramic: [
    ...plainly('classic', 'everyday', 'studio', 'rounded', 'smooth'),
    ['speckled', 'speckle'],
    ['freckled', 'speckle'],
    ['two-tone', 'dip'],
    ['dipped', 'dip'],
    ['banded', 'bands'],
    ['ringed', 'bands'],
    ['ribbed', 'ribs'],
    ['fluted', 'ribs'],
    ['hand-painted', 'brush'],
  ],
  textile: [
    ...plainly('soft', 'washed', 'heavy', 'everyday'),
    ['striped', 'stripes'],
    ['pinstripe', 'stripes'],
    ['checked', 'check'],
    ['gingham', 'check'],
    ['herringbone', 'weave'],
    ['twill', 'weave'],
    ['dotted', 'dots'],
    ['botanical', 'leaves'],
    ['leaf-print', 'leaves'],
    ['block-print', 'arches'],
  ],
  paper: [
    ...plainly('classic', 'plain', 'studio', 'pocketable', 'everyday'),
    ['striped', 'stripes'],
    ['lined', 'stripes'],
    ['checked', 'check'],
    ['dotted', 'dots'],
    ['polka', 'dots'],
    ['botanical', 'leaves'],
    ['leafy', 'leaves'],
    ['arched', 'arches'],
    ['scalloped', 'arches'],
  ],
  glass: [
    ...plainly('clear-cut', 'everyday', 'slim', 'tall', 'classic', 'stackable', 'bistro', 'heavy-based', 'tapered'),
    ['ribbed', 'ribs'],
    ['fluted', 'ribs'],
    ['reeded', 'ribs'],
    ['optic', 'ribs'],
    ['grooved', 'ribs'],
  ],
  plain: plainly(
    'classic',
    'everyday',
    'slim',
    'compact',
    'studio',
    'workshop',
    'archive',
    'low',
    'modern',
    'heritage',
    'essential',
    'rounded',
    'straight',
    'quiet',
  ),
  gear: [
    ...plainly(
      'classic',
      'everyday',
      'rugged',
      'light',
      'trail',
      'weekend',
      'heritage',
      'compact',
      'expedition',
      'commuter',
    ),
    ['striped', 'stripes'],
    ['two-tone', 'dip'],
    ['colour-block', 'dip'],
    ['banded', 'stripes'],
  ],
} as const satisfies Record<string, readonly Style[]>;
export type StyleGroup = keyof typeof styles;
