import type { Sources } from './sources.ts';

type Manifest = { name?: string; exports?: Record<string, unknown>; dependencies?: object; devDependencies?: object };

const shared = ['kit', 'commerce'];

/** Workspaces whose manifest names a package of ours that it may not import, or opens more than its front door. */
export function manifestProblems(sources: Sources, services: readonly string[]): string[] {
  const problems: string[] = [];
  for (const [path, text] of sources) {
    if (!/^(crds|operator|local|pulumi|tests|services\/[^/]+)\/package\.json$/.test(path)) continue;
    const folder = path.replace('/package.json', '');
    const manifest = JSON.parse(text) as Manifest;
    const name = folder.split('/').at(-1) as string;
    if (manifest.name !== `@storefront/${name}`) problems.push(`${path}: its name must be @storefront/${name}`);
    const allowed = mayDependOn(name, services);
    for (const used of ours(manifest))
      if (!allowed.includes(used)) problems.push(`${path}: ${name} may not depend on ${used}`);
    for (const opened of Object.keys(manifest.exports ?? {}))
      if (!mayExport(name, opened, services)) problems.push(`${path}: ${name} may not export ${opened}`);
  }
  return problems;
}

function mayDependOn(name: string, services: readonly string[]): readonly string[] {
  if (services.includes(name)) return [...shared, ...services];
  const table: Record<string, readonly string[]> = {
    operator: ['crds', 'kit'],
    local: ['crds', 'operator', 'commerce', 'kit', ...services],
    tests: ['crds', 'operator', 'commerce', 'kit', ...services],
  };
  return table[name] ?? [];
}

/** A service opens its contract, whole or by noun, and its document; kit and commerce open subpaths, never all at once. */
function mayExport(name: string, opened: string, services: readonly string[]): boolean {
  if (services.includes(name)) return opened === './openapi.json' || /^\.\/contract(\/[a-z-]+)?$/.test(opened);
  return !shared.includes(name) || opened !== '.';
}

function ours({ dependencies, devDependencies }: Manifest): string[] {
  return Object.keys({ ...dependencies, ...devDependencies })
    .filter((name) => name.startsWith('@storefront/'))
    .map((name) => name.replace('@storefront/', ''));
}
