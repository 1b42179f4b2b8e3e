import type { Kind } from './kind.ts';

const shared = { department: 'living' } as const;

export const lighting: readonly Kind[] = [
  {
    ...shared,
    code: 'tablelamp',
    noun: 'table lamp',
    shelf: 'Table Lamps',
    shape: 'tableLamp',
    style: 'plain',
    materials: ['Linen', 'Organic cotton'],
    price: [89, 249],
    size: {
      name: 'height',
      label: 'Height',
      values: [
        ['38 cm', 1],
        ['52 cm', 1.3],
      ],
    },
    facts: { bulb: ['E27, not included', 'E14, not included', 'LED, included'], dimmable: ['Yes', 'No'] },
    about: [
      'The {series} table lamp gives the kind of light that makes people stay.',
      'By the sofa or at the end of a sideboard, {series} glows rather than shines.',
      'A turned base and a fabric shade: {series} is a lamp as one remembers lamps.',
      '{brand} chose a shade for {series} that looks as good by day as by night.',
    ],
    detail: [
      'The switch is on the cable, where a hand finds it.',
      'The cable is covered in textile and two metres long.',
      'The shade is lined, so the bulb does not show.',
      'Felt under the base protects what is below it.',
    ],
  },
  {
    ...shared,
    code: 'floorlamp',
    noun: 'floor lamp',
    shelf: 'Floor Lamps',
    shape: 'floorLamp',
    style: 'plain',
    materials: ['Powder-coated steel', 'Linen', 'Brass'],
    price: [149, 449],
    facts: {
      bulb: ['E27, not included', 'LED, included'],
      height: ['148 cm', '156 cm', '172 cm'],
      dimmable: ['Yes', 'No'],
    },
    about: [
      'The {series} floor lamp leans over the page, not over the room.',
      'Put {series} behind the armchair and read until late.',
      'Slim enough to disappear by day, {series} makes a room of its own at night.',
      'A foot, a stem, a shade: {series} leaves out the rest.',
    ],
    detail: [
      'The head turns and stays where you leave it.',
      'A foot dimmer saves bending down.',
      'The base weighs six kilos, so nobody trips it over.',
      'It comes in three parts and needs one key, which is in the box.',
    ],
  },
  {
    ...shared,
    code: 'pendant',
    noun: 'pendant lamp',
    shelf: 'Pendant Lamps',
    shape: 'pendant',
    style: 'plain',
    materials: ['Powder-coated steel', 'Enamel', 'Brass', 'Porcelain'],
    price: [79, 329],
    size: {
      name: 'diameter',
      label: 'Diameter',
      values: [
        ['22 cm', 1],
        ['35 cm', 1.35],
        ['48 cm', 1.8],
      ],
    },
    facts: { bulb: ['E27, not included'], cable: ['1.5 m', '2 m', '3 m'] },
    about: [
      'Hang {series} low over the table and everyone leans in.',
      'The {series} pendant throws its light down and keeps the glare to itself.',
      'White inside, coloured outside: {series} gives warm light and a clear outline.',
      'One over the counter is good, three in a row are better: {series} by {brand}.',
    ],
    detail: [
      'The ceiling cup hides the hook and two metres of spare cable.',
      'It wipes clean, also above the stove.',
      'The edge is rolled, not cut.',
      'Bulbs up to 60 watts or the LED of your choice fit.',
    ],
  },
  {
    ...shared,
    department: 'outdoor',
    code: 'lantern',
    noun: 'lantern',
    shelf: 'Lanterns',
    shape: 'lantern',
    style: 'gear',
    materials: ['Powder-coated steel', 'Enamel'],
    price: [34, 96],
    size: {
      name: 'height',
      label: 'Height',
      values: [
        ['22 cm', 1],
        ['30 cm', 1.3],
      ],
    },
    facts: { light: ['Candle', 'Rechargeable LED', 'Paraffin'], weatherproof: ['IP44', 'Under cover'] },
    about: [
      'A light to carry: the {series} lantern comes along to the lake, the tent and the balcony.',
      'The {series} lantern keeps its flame in the wind.',
      'Dinner outside goes on for another hour with {series} on the table.',
      'Modelled on the lamps of railwaymen, {series} is built to be knocked about.',
    ],
    detail: [
      'The handle folds flat and locks upright.',
      'The glass comes out for cleaning without tools.',
      'It hangs, stands and carries equally well.',
      'Twenty hours on one charge, or one candle.',
    ],
  },
];
