/** Makers, where they are, and the departments they work for. */
export const brands = [
  { name: 'Halm & Stein', country: 'Germany', departments: ['kitchen', 'living', 'outdoor'] },
  { name: 'Nordvik', country: 'Denmark', departments: ['living', 'kitchen', 'desk'] },
  { name: 'Casa Lumina', country: 'Italy', departments: ['living'] },
  { name: 'Fjellhus', country: 'Norway', departments: ['outdoor', 'living'] },
  { name: 'Atelier Rive', country: 'France', departments: ['kitchen', 'desk', 'bath'] },
  { name: 'Oakwell & Sons', country: 'United Kingdom', departments: ['living', 'kitchen', 'outdoor'] },
  { name: 'Sora Works', country: 'Japan', departments: ['kitchen', 'desk', 'living'] },
  { name: 'Lindgren Textil', country: 'Sweden', departments: ['living', 'bath', 'kitchen'] },
  { name: 'Tejo', country: 'Portugal', departments: ['kitchen', 'bath', 'living'] },
  { name: 'Papierfabrik Ahr', country: 'Germany', departments: ['desk'] },
  { name: 'Wander & Co', country: 'Austria', departments: ['outdoor'] },
  { name: 'Moor House', country: 'Ireland', departments: ['living', 'bath', 'outdoor'] },
  { name: 'Kaolin Studio', country: 'Spain', departments: ['kitchen', 'living', 'bath'] },
  { name: 'Veld', country: 'Netherlands', departments: ['outdoor', 'desk', 'living'] },
  { name: 'Polder Metaal', country: 'Netherlands', departments: ['kitchen', 'desk', 'outdoor'] },
  { name: 'Aalto & Aho', country: 'Finland', departments: ['living', 'kitchen', 'bath', 'desk'] },
] as const;
export type Department = 'kitchen' | 'living' | 'bath' | 'desk' | 'outdoor';

/** Names of product lines: short, easy to say, meaning nothing. */
export const series = (
  'Alba Aldo Anker Arden Arno Askel Avon Balder Bergen Birk Bodo Brava Brio Calla Carro Cedro Corvo Dala Dover Duna ' +
  'Edda Elm Elva Enzo Esker Fara Faro Fenn Fiora Fjord Flint Forma Freya Gale Garda Glenn Grove Halden Harbo Hasel ' +
  'Havn Hedda Holm Iben Ilse Isola Ivo Jara Jolster Juno Kale Karst Kelda Kira Kolding Kuma Lago Lark Leda Lerwick ' +
  'Lido Linde Lomma Luca Lumo Lys Mare Marlo Mera Milo Mira Moss Nara Nida Nilo Noma Nova Odda Olmo Orla Orme Oslo ' +
  'Palma Pico Pilar Porto Quill Rana Rhea Rho Rilla Roan Runa Saga Salto Sande Selje Senja Sola Soren Stilla Strand ' +
  'Tara Tarn Tela Terra Tilda Tova Tuva Ulla Umber Una Vale Vanja Velo Verde Vero Vik Vinge Wren Yara Ylva Zola'
).split(' ');
