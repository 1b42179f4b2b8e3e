import { posix } from 'node:path';

/** One entry of a package-lock's `packages`: the keys are folders relative to the repository. */
export type LockedPackage = {
  link?: boolean;
  resolved?: string;
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
};
export type Installed = Record<string, LockedPackage>;

/**
 * The folders of all packages that the workspaces need at run time, sorted; workspaces themselves excluded.
 * `installed` is npm's record of what is on disk, so optional packages of other platforms are absent from it.
 */
export function productionPackages(installed: Installed, workspaces: string[]): string[] {
  const found = new Set<string>();
  const open = [...workspaces];
  for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
    if (found.has(folder)) continue;
    found.add(folder);
    open.push(...dependenciesOf(installed, folder));
  }
  return [...found].filter((folder) => folder.includes('node_modules/')).sort();
}

function dependenciesOf(installed: Installed, folder: string): string[] {
  const entry = installed[folder];
  if (!entry) throw new Error(`"${folder}" is not installed. Run npm ci.`);
  const required = { ...entry.dependencies };
  const wished = { ...entry.optionalDependencies, ...entry.peerDependencies };
  return Object.keys({ ...wished, ...required }).flatMap((name) => {
    const at = resolve(installed, folder, name);
    if (at) return [at];
    if (name in required && !(name in wished)) throw new Error(`"${folder}" needs "${name}". Run npm ci.`);
    return [];
  });
}

/** Node's own rule: the nearest `node_modules` upwards; a link leads to its workspace. */
function resolve(installed: Installed, from: string, name: string): string | undefined {
  for (let folder = from; ; folder = posix.dirname(folder)) {
    const at = posix.join(folder === '.' ? '' : folder, 'node_modules', name);
    const entry = installed[at];
    if (entry) return entry.link ? entry.resolved : at;
    if (folder === '.' || folder === '') return undefined;
  }
}
