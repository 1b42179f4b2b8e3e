export type When = { date: string; machine: string };

/** Parts of the page of benchmarks, and which command writes each. */
const writers = { sale: 'bench', search: 'bench', race: 'race', chaos: 'chaos' } as const;
export type PartName = keyof typeof writers;

/** The page with the part of that name replaced. */
export function withPart(page: string, name: PartName, text: string): string {
  const [begin, end] = [`<!-- ${name}:begin (written by make ${writers[name]}) -->`, `<!-- ${name}:end -->`];
  const [head, rest] = page.split(begin);
  const tail = rest?.split(end)[1];
  if (head === undefined || tail === undefined) throw new Error(`the page of benchmarks has no ${begin} … ${end}`);
  return `${head}${begin}\n${text}\n${end}${tail}`;
}
