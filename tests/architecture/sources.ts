import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Paths from the root of the repository to their text; generated and installed files are left out. */
export type Sources = ReadonlyMap<string, string>;

const ignored = new Set(['node_modules', 'dist', 'golden', 'generated', 'vendor']);
const isRead = (name: string) => /\.(ts|tsx|js|json)$/.test(name);

export function readSources(root: string, folders: readonly string[]): Sources {
  const sources = new Map<string, string>();
  const visit = (path: string) => {
    for (const entry of readdirSync(join(root, path), { withFileTypes: true })) {
      const inner = `${path}/${entry.name}`;
      if (ignored.has(entry.name) || entry.name.startsWith('.')) continue;
      if (entry.isDirectory()) visit(inner);
      else if (entry.isFile()) sources.set(inner, isRead(entry.name) ? readFileSync(join(root, inner), 'utf8') : '');
    }
  };
  for (const folder of folders) visit(folder);
  return sources;
}

/**
 * Every file of the repository, code with its text: what git tracks, so nothing that is installed, built or set aside. Throws where git cannot
 * tell, since nothing would have been checked.
 */
export function readTracked(root: string): Sources {
  const { status, stdout, stderr } = spawnSync('git', ['ls-files', '-z'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  const paths = stdout?.split('\0').filter((path) => existsSync(join(root, path)) && path !== '') ?? [];
  if (status !== 0 || paths.length === 0)
    throw new Error(`git lists no files of ${root}: run the tests in a clone. ${stderr ?? 'There is no git.'}`);
  return new Map(paths.map((path) => [path, isCode(path) ? readFileSync(join(root, path), 'utf8') : '']));
}

/** The code without its comments, so that a word in a sentence is no offence. Text literals are kept. */
export function withoutComments(code: string): string {
  return code.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[^:'"`])\/\/[^\n]*/g, '$1');
}

export function isCode(path: string): boolean {
  return /\.tsx?$/.test(path);
}

export function isTest(path: string): boolean {
  return /\.test\.tsx?$/.test(path) || /(^|\/)tests\//.test(path);
}
