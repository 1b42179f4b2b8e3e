import { readFile, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { paths } from '../paths.ts';
import { type PartName, type When, withPart } from './page-part.ts';

/** Writes what was seen into `docs/benchmarks.md` and shows it. */
export async function record<Result>(
  part: PartName,
  result: Result,
  describe: (result: Result, when: When) => string,
): Promise<void> {
  const machine = `${cpus().length} cores ${cpus()[0]?.model.trim() ?? ''}`;
  const text = describe(result, { date: new Date().toISOString().slice(0, 10), machine });
  const file = join(paths.checkout, 'docs/benchmarks.md');
  await writeFile(file, withPart(await readFile(file, 'utf8'), part, text));
  console.log(text);
}
