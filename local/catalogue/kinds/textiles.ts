import type { Kind } from './kind.ts';

const shared = { department: 'living', style: 'textile' } as const;

export const textiles: readonly Kind[] = [
  {
    ...shared,
    code: 'blanket',
    noun: 'blanket',
    shelf: 'Throws & Blankets',
    shape: 'blanket',
    materials: ['Lambswool', 'Organic cotton', 'Linen'],
    price: [69, 229],
    size: {
      name: 'measures',
      label: 'Size',
      values: [
        ['130 × 180 cm', 1],
        ['150 × 200 cm', 1.25],
        ['200 × 220 cm', 1.6],
      ],
    },
    facts: { weight: ['380 g/m²', '450 g/m²', '520 g/m²'], edge: ['Fringed', 'Blanket stitch', 'Hemmed'] },
    about: [
      'The {series} blanket is the reason the sofa is never free.',
      'Heavy enough to calm, light enough to carry outside: {series}.',
      'For the end of the bed, the garden chair and the train: the {series} blanket.',
      'A mill on the coast weaves {series} on looms older than anyone who works there.',
    ],
    detail: [
      'It is wide enough for two who like each other.',
      'The fringe is knotted by hand.',
      'It breathes, so it suits summer nights too.',
      'Folded it makes a good cushion.',
    ],
  },
  {
    ...shared,
    code: 'cushion',
    noun: 'cushion',
    shelf: 'Cushions',
    shape: 'cushion',
    materials: ['Linen', 'Organic cotton', 'Lambswool'],
    price: [32, 89],
    size: {
      name: 'measures',
      label: 'Size',
      values: [
        ['40 × 40 cm', 1],
        ['50 × 50 cm', 1.2],
        ['60 × 40 cm', 1.15],
      ],
    },
    facts: { filling: ['Feather', 'Recycled fibre', 'Without filling'], closure: ['Hidden zip', 'Buttons'] },
    about: [
      'One {series} cushion is a colour, three are a sofa.',
      'The {series} cushion has a back worth turning to the front.',
      'Plump, not stiff: {series} keeps its corners and gives in the middle.',
      '{brand} weaves {series} in the colours of its own garden.',
    ],
    detail: [
      'The cover comes off for washing.',
      'The piping is cut on the bias and lies flat.',
      'The filling is a size larger than the cover, which keeps it full.',
      'Front and back are cut from one panel, so the pattern meets at the seam.',
    ],
  },
  {
    ...shared,
    code: 'rug',
    noun: 'rug',
    shelf: 'Rugs',
    shape: 'rug',
    materials: ['Lambswool', 'Organic cotton', 'Seagrass'],
    care: 'Vacuum, treat spots at once',
    price: [119, 590],
    size: {
      name: 'measures',
      label: 'Size',
      values: [
        ['80 × 150 cm', 1],
        ['140 × 200 cm', 2.1],
        ['170 × 240 cm', 2.9],
      ],
    },
    facts: { pile: ['Flat-woven', '6 mm', '12 mm'], underfloorHeating: ['Suitable'] },
    about: [
      'A rug is where a room begins; {series} is a good beginning.',
      'The {series} rug softens steps, voices and Sunday mornings.',
      'Woven flat and on both sides: turn {series} over and it is new.',
      'Two weavers sit at one loom for {series}, and one can tell their hands apart.',
    ],
    detail: [
      'It lies flat from the first day.',
      'The colours are dyed in small lots, so ask for one lot if you need two.',
      'An underlay keeps it from sliding.',
      'Beat it outdoors twice a year; that is all.',
    ],
  },
  {
    ...shared,
    department: 'bath',
    code: 'towel',
    noun: 'bath towel',
    shelf: 'Towels',
    shape: 'towels',
    materials: ['Organic cotton', 'Linen'],
    price: [18, 64],
    size: {
      name: 'measures',
      label: 'Size',
      values: [
        ['50 × 100 cm', 1],
        ['70 × 140 cm', 1.7],
        ['100 × 150 cm', 2.5],
      ],
    },
    facts: { weight: ['450 g/m²', '550 g/m²', '650 g/m²'], weaveType: ['Terry', 'Waffle', 'Honeycomb'] },
    about: [
      'Out of the shower and into {series}: the day may start.',
      'The {series} bath towel drinks water and dries by evening.',
      'Thick without being heavy, {series} fits through a small washing machine.',
      'A hotel in the Alps orders {series} by the hundred; you may have one.',
    ],
    detail: [
      'Two loops, because one always tears.',
      'The edges are woven, not sewn on.',
      'It is dyed in the yarn and stays even.',
      'Leave out the softener and it absorbs better.',
    ],
  },
];
