import type { Finish } from '../drawing/look.ts';
import type { Palette } from './colours.ts';

export type Material = {
  finish: Finish;
  palette: Palette;
  care: string;
  /** What it costs, against the middle of its kind. */
  worth: number;
  /** Said of the material in descriptions, one of them each. */
  sayings: readonly [string, string, string];
};

export const materials = {
  Stoneware: {
    finish: 'matte',
    palette: 'glaze',
    care: 'Dishwasher safe',
    worth: 1,
    sayings: [
      'Stoneware is fired hot and slowly, and shrugs off daily use.',
      'The glaze pools a little at the edges, which is why no two pieces come out of the kiln alike.',
      'Dense stoneware sits well in the hand and rings when you tap it.',
    ],
  },
  Porcelain: {
    finish: 'gloss',
    palette: 'glaze',
    care: 'Dishwasher safe',
    worth: 1.2,
    sayings: [
      'The porcelain is thin at the rim and strong where it has to be.',
      'Fine porcelain under a clear glaze stays bright for years.',
      'Held against the light, the porcelain lets a little of it through.',
    ],
  },
  Earthenware: {
    finish: 'matte',
    palette: 'earth',
    care: 'Wash by hand',
    worth: 0.9,
    sayings: [
      'Earthenware keeps something of the warmth of the ground it came from.',
      'The clay comes from a pit an hour from the workshop and keeps its warm tone.',
      'Small marks of the potter’s hand are left where they are.',
    ],
  },
  'Recycled glass': {
    finish: 'glass',
    palette: 'glass',
    care: 'Dishwasher safe',
    worth: 1,
    sayings: [
      'It is blown from recycled glass; tiny bubbles are part of the charm.',
      'The glass was a window or a bottle before, and its faint tint stayed.',
      'Mouth-blown, so the wall varies by a hair from piece to piece.',
    ],
  },
  Enamel: {
    finish: 'gloss',
    palette: 'lacquer',
    care: 'Wash by hand',
    worth: 0.9,
    sayings: [
      'Two coats of enamel over steel make it light, tough and easy to wipe clean.',
      'Enamel does not take on smells and looks better for a scratch or two.',
      'The enamel is fired at 800 degrees and as hard as glass.',
    ],
  },
  'Cast iron': {
    finish: 'gloss',
    palette: 'lacquer',
    care: 'Wash by hand',
    worth: 1.35,
    sayings: [
      'Cast iron takes its time to warm and then holds on to the heat through dinner.',
      'The iron is poured in sand, ground by hand and enamelled inside and out.',
      'Heavy in the right way, it warms evenly and stays warm.',
    ],
  },
  'Carbon steel': {
    finish: 'metal',
    palette: 'lacquer',
    care: 'Wash by hand, dry at once',
    worth: 1.1,
    sayings: [
      'Carbon steel takes a keen edge and darkens with use.',
      'The steel is worked in one piece and needs only a wipe and a drop of oil.',
      'Livelier than stainless steel: kept dry, it lasts for decades.',
    ],
  },
  'Stainless steel': {
    finish: 'metal',
    palette: 'lacquer',
    care: 'Dishwasher safe',
    worth: 1,
    sayings: [
      'The stainless steel is brushed, so fingerprints hardly show.',
      '18/10 steel neither rusts nor changes the taste of anything.',
      'It is pressed from a heavy sheet and rounded wherever a hand goes.',
    ],
  },
  Oak: {
    finish: 'wood',
    palette: 'wood',
    care: 'Oil twice a year',
    worth: 1.1,
    sayings: [
      'The wood is from managed forests, oiled by hand and free of varnish.',
      'Each board is chosen for its grain, so yours will differ from the picture.',
      'Solid wood with soft edges, joined without a single screw in sight.',
    ],
  },
  Beech: {
    finish: 'wood',
    palette: 'wood',
    care: 'Wipe with a damp cloth',
    worth: 0.9,
    sayings: [
      'Beech is close-grained and strong, which lets the parts stay slim.',
      'Hard, even and pleasant in the hand, beech is the wood for things that are used.',
      'Pale beech darkens slightly in the sun and is pleasant to touch.',
    ],
  },
  'Powder-coated steel': {
    finish: 'gloss',
    palette: 'lacquer',
    care: 'Wipe with a damp cloth',
    worth: 1,
    sayings: [
      'The powder coat is matt to the eye, smooth to the hand and hard to chip.',
      'Thin sheet steel is folded, welded and coated in one workshop.',
      'Steel keeps the outline crisp and the weight low.',
    ],
  },
  Brass: {
    finish: 'metal',
    palette: 'metal',
    care: 'Polish with a soft cloth',
    worth: 1.3,
    sayings: [
      'Solid metal, left unlacquered so that it may age.',
      'It is worked by hand; look closely and you find the fine lines.',
      'Polish it back to gold, or let it turn brown at its own pace.',
    ],
  },
  Linen: {
    finish: 'fabric',
    palette: 'textile',
    care: 'Machine wash at 40 °C',
    worth: 1.15,
    sayings: [
      'European linen, washed before sewing, is soft from the first day.',
      'Linen dries quickly and creases in the way only linen may.',
      'The flax is grown without irrigation and woven within 200 kilometres.',
    ],
  },
  'Organic cotton': {
    finish: 'fabric',
    palette: 'textile',
    care: 'Machine wash at 40 °C',
    worth: 0.95,
    sayings: [
      'Certified organic cotton, spun thick and woven tight.',
      'The cotton gets softer with each wash and keeps its colour.',
      'Yarn-dyed cotton, so the pattern is the same on both sides.',
    ],
  },
  Lambswool: {
    finish: 'fabric',
    palette: 'textile',
    care: 'Wool wash, cold',
    worth: 1.35,
    sayings: [
      'The wool is spun and woven in the same mill since 1902.',
      'Pure new wool, brushed until it is light and warm at once.',
      'Wool airs itself: a night by the window replaces most washes.',
    ],
  },
  'Waxed canvas': {
    finish: 'fabric',
    palette: 'lacquer',
    care: 'Wipe clean, wax once a year',
    worth: 1.15,
    sayings: [
      'Waxed canvas keeps out a proper shower and picks up a map of where it has been.',
      'Heavy cotton canvas, waxed by hand; the seams are bound and the stress points riveted.',
      'The canvas starts stiff and moulds itself to your habits.',
    ],
  },
  'Recycled polyester': {
    finish: 'fabric',
    palette: 'lacquer',
    care: 'Wipe with a damp cloth',
    worth: 0.95,
    sayings: [
      'The fabric is woven from recycled bottles and tested for 3,000 mm of rain.',
      'Light, tear-resistant and dry again before breakfast.',
      'All seams are taped, all zips are the kind that can be replaced.',
    ],
  },
  Seagrass: {
    finish: 'matte',
    palette: 'fibre',
    care: 'Keep dry, brush off dust',
    worth: 0.9,
    sayings: [
      'Seagrass is twisted into cord and woven over a frame by hand.',
      'Natural fibre varies in tone and smells faintly of hay at first.',
      'The weave gives a little, then holds its shape for years.',
    ],
  },
  'Recycled paper': {
    finish: 'matte',
    palette: 'textile',
    care: 'Keep dry',
    worth: 1,
    sayings: [
      'The paper is recycled, 100 g/m² and takes ink without bleeding.',
      'It is made with water that is cleaned and used again.',
      'Printed with plant inks in a family-run press.',
    ],
  },
  Resin: {
    finish: 'gloss',
    palette: 'lacquer',
    care: 'Wipe with a soft cloth',
    worth: 1,
    sayings: [
      'The barrel is turned from a solid rod and polished for an hour.',
      'Resin warms in the hand and hides small scratches.',
      'Every part can be taken apart, cleaned and replaced.',
    ],
  },
} as const satisfies Record<string, Material>;
export type MaterialName = keyof typeof materials;
