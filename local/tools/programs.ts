import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { paths } from '../paths.ts';
import { Failure } from '../steps.ts';
import { goTools, type GoTool, type GoToolName } from './pins.ts';

const tools = Object.entries(goTools) as [GoToolName, GoTool][];

/** The cache entry of a tool. It appears by one rename when everything in it is there. */
export function entryOf(name: GoToolName): string {
  return paths.cached(`${name}-${goTools[name].version}`);
}

/** The path of a program that Debian lacks: `program('consul')`. */
export function program(name: string): string {
  const tool = tools.find(([, { programs }]) => name in programs);
  if (!tool) throw new Error(`${name} is in no tool of pins.ts`);
  const file = join(entryOf(tool[0]), name);
  if (!existsSync(file)) throw new Failure(`${name} ${tool[1].version} is not there.`, 'Run: make up (it builds it)');
  return file;
}
