import type { Colour } from '../drawing/colour.ts';

const glazes = {
  Oat: '#e4d8c4',
  Chalk: '#f2eee6',
  Charcoal: '#3b3c3f',
  Ink: '#26324a',
  Sage: '#a3b18f',
  Moss: '#5f6b47',
  Terracotta: '#c06b4a',
  Rust: '#9c4a2b',
  Mustard: '#d6a23a',
  Blush: '#e3bdb0',
  Plum: '#6b3f56',
  Sky: '#a9c4d6',
  Petrol: '#1f5c66',
  Cobalt: '#2b4fa3',
  Sand: '#d6c3a3',
  Clay: '#b78b6d',
  Olive: '#7d7a45',
  Coral: '#e27d60',
  Lilac: '#b9a8cc',
  Pine: '#2f4f43',
  Butter: '#f0dc9b',
  Slate: '#6f7a80',
} as const;

const woods = { Oak: '#c9a26b', Walnut: '#6b4a32', Ash: '#dcc6a0', Beech: '#d4ab78', 'Black ash': '#35302c' } as const;
const metals = { Brass: '#b8924a', Steel: '#b3b8bc', Copper: '#b76e4b', 'Matt black': '#2b2b2c' } as const;
const glasses = {
  Clear: '#cfdcdc',
  Smoke: '#7c7a76',
  Amber: '#c98a3c',
  'Sea green': '#7fa596',
  Rose: '#d9a3a0',
  'Blue grey': '#8ba3b5',
} as const;

export const hexOf: Readonly<Record<string, Colour>> = { ...glazes, ...woods, ...metals, ...glasses };

/** What each group of things may come in. */
export const palettes = {
  glaze: Object.keys(glazes),
  textile: Object.keys(glazes),
  lacquer: [
    'Chalk',
    'Charcoal',
    'Ink',
    'Sage',
    'Pine',
    'Rust',
    'Mustard',
    'Petrol',
    'Cobalt',
    'Blush',
    'Olive',
    'Slate',
    'Coral',
    'Plum',
  ],
  wood: Object.keys(woods),
  metal: Object.keys(metals),
  glass: Object.keys(glasses),
  earth: ['Terracotta', 'Chalk', 'Charcoal', 'Sand', 'Clay', 'Sage', 'Moss', 'Rust', 'Slate', 'Ink', 'Petrol'],
  /** Legs, frames and stands beside what they carry. */
  frame: ['Oak', 'Walnut', 'Black ash', 'Chalk', 'Charcoal'],
  fibre: ['Sand', 'Oat', 'Clay', 'Charcoal', 'Chalk', 'Rust', 'Olive'],
} as const satisfies Record<string, readonly string[]>;
export type Palette = keyof typeof palettes;
