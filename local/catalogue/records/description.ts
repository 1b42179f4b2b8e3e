import type { Kind } from '../kinds/kind.ts';
import type { Naming } from './naming.ts';
import type { Random } from '../random.ts';
import { type MaterialName, materials } from '../words/materials.ts';

type Subject = { kind: Kind; naming: Naming; material: MaterialName; colours: readonly string[]; origin: string };

const colourLines = [
  'It comes in {colours}.',
  'Choose between {colours}.',
  'This season it is made in {colours}.',
  'There is one for every room: {colours}.',
];
const oneColour = ['It comes in {colours}, and in nothing else.', 'Made in one colour, {colours}, chosen with care.'];
const makerLines = [
  'Made in {origin} for {brand}.',
  '{brand} has it made in {origin}, in small series.',
  'From the workshops of {brand}, finished in {origin}.',
  'Designed by {brand}, made in {origin}.',
  '{brand} makes it in {origin} and repairs it there too.',
];

/** Two short paragraphs: what it is, then how it is made and kept. */
export function describe(subject: Subject, random: Random): string {
  const { kind, naming, material, colours, origin } = subject;
  const lines = colours.length > 1 ? colourLines : oneColour;
  const [first, second] = random.sample(kind.detail, 2);
  const what = [random.pick(kind.about), first!];
  if (random.chance(0.6)) what.push(random.pick(lines));
  const how = [
    random.pick(materials[material].sayings),
    ...(random.chance(0.65) ? [second!] : []),
    random.pick(makerLines),
  ];
  if (random.chance(0.4)) how.push(`${kind.care ?? materials[material].care}.`);
  const words: Readonly<Record<string, string>> = {
    series: naming.series,
    brand: naming.brand.name,
    colours: listed(colours),
    origin: articled(origin),
  };
  return [what, how]
    .map((sentences) => sentences.join(' ').replace(/\{(\w+)\}/g, (_, word: string) => words[word]!))
    .join('\n\n');
}

function listed(colours: readonly string[]): string {
  const names = colours.map((colour) => colour.toLowerCase());
  return names.length > 1 ? `${names.slice(0, -1).join(', ')} and ${names.at(-1)}` : names[0]!;
}

const articled = (country: string) => (/^(Netherlands|United Kingdom)$/.test(country) ? `the ${country}` : country);
