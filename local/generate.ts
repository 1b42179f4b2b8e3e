/** Writes every file that is made from another one; with --check it writes nothing and fails when one has drifted. */
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fleet } from '@storefront/operator/fleet';
import { type ApiDocument, describeApi } from './api-page.ts';
import { describeFleet, withFleet } from './fleet-diagram.ts';

export type GeneratedFile = { path: string; content: string };

const root = join(import.meta.dirname, '..');
/** Each exports `generated()`: the files that the package makes of its own sources. */
const generators = ['crds/src/generate.ts', 'operator/src/generate.ts'];

/** One at a time and in this order: the gateway's document is made of those of the services it calls. */
export async function* generatedFiles(): AsyncGenerator<GeneratedFile> {
  for (const path of generators.filter(exists)) {
    const { generated } = await load<{ generated: () => Promise<GeneratedFile[]> }>(path);
    yield* await generated();
  }
  const page = 'docs/architecture.md';
  yield { path: page, content: withFleet((await current(page)) ?? '', describeFleet(fleet)) };
  for (const name of calledFirst(fleet)) {
    const path = `services/${name}/src/openapi.ts`;
    if (!exists(path)) continue;
    const { document } = await load<{ document: () => ApiDocument }>(path);
    const made = document();
    yield { path: `services/${name}/openapi.json`, content: `${JSON.stringify(made, null, 2)}\n` };
    if (fleet[name as keyof typeof fleet].edge) yield { path: 'docs/api/README.md', content: describeApi(made) };
  }
}

/** Names of the table, each after those it calls. */
export function calledFirst(table: Readonly<Record<string, { calls: readonly string[] }>>): string[] {
  const order = new Set<string>();
  const visit = (name: string, callers: readonly string[]) => {
    if (callers.includes(name)) return;
    for (const called of table[name]?.calls ?? []) visit(called, [...callers, name]);
    order.add(name);
  };
  for (const name of Object.keys(table)) visit(name, []);
  return [...order];
}

/** Paths whose content is not what their sources make of them now. */
export async function generate({ write }: { write: boolean }): Promise<string[]> {
  const drifted: string[] = [];
  for await (const { path, content } of generatedFiles()) {
    if ((await current(path)) === content) continue;
    drifted.push(path);
    if (!write) continue;
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
  return drifted;
}

/** The path is not known to the import table: what is loaded here is run for its result, as a program would be. */
async function load<Module>(path: string): Promise<Module> {
  try {
    return (await import(join(root, path))) as Module;
  } catch (cause) {
    throw new Error(`${path} does not load: ${String(cause)}`, { cause });
  }
}

function exists(path: string): boolean {
  return existsSync(join(root, path));
}

async function current(path: string): Promise<string | undefined> {
  return exists(path) ? readFile(join(root, path), 'utf8') : undefined;
}

if (import.meta.main) {
  const write = !process.argv.includes('--check');
  const paths = await generate({ write });
  const list = paths.map((path) => `  ${path}`).join('\n');
  if (paths.length === 0) console.log('Generated files are what their sources say.');
  else if (write) console.log(`Written:\n${list}`);
  else {
    console.error(
      `These files are not what their sources say:\n${list}\n  Run "npm run generate" and commit the result.`,
    );
    process.exitCode = 1;
  }
}
