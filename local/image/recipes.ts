import { appendFile, chmod, copyFile, mkdir, readdir, readFile, realpath, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { paths } from '../paths.ts';
import { execute } from '../process.ts';
import { rootFileSystemKey } from '../tools/pins.ts';
import { program } from '../tools/programs.ts';
import { warmCompileCache } from './compile-cache.ts';
import type { BuiltLayer, Recipe } from './layers.ts';
import { type Installed, productionPackages } from './packages.ts';
import { packPackages } from './packing.ts';
import { copyEntries, digestFiles, digestText, home, listFiles } from './tree.ts';

/** The workspaces that run in the cluster. */
export const workspaces = [
  'crds',
  'operator',
  'services/kit',
  'services/commerce',
  'services/product',
  'services/cart',
  'services/order',
  'services/payment',
  'services/shipping',
  'services/gateway',
  'services/web',
];

/** Debian with Nginx and the certificates of public authorities. */
export async function base(): Promise<Recipe> {
  return {
    name: 'base',
    key: rootFileSystemKey('base').replace('rootfs-base-', ''),
    async fill(tree) {
      await execute(['cp', '-a', '--reflink=auto', `${paths.rootfs('base')}/.`, tree]);
      for (const folder of ['dev', 'var/lib/apt/lists', 'var/cache/apt', 'var/log', 'tmp', 'run'])
        for (const entry of await readdir(join(tree, folder)).catch(() => []))
          await rm(join(tree, folder, entry), { recursive: true });
      await appendFile(join(tree, 'etc/passwd'), 'storefront:x:10001:10001::/srv/storefront:/usr/sbin/nologin\n');
      await appendFile(join(tree, 'etc/group'), 'storefront:x:10001:\n');
    },
  };
}

/** Node, which Debian builds without TypeScript support, and Consul, which it lacks. */
export async function programs(): Promise<Recipe> {
  const files = { node: await realpath(process.execPath), consul: await realpath(program('consul')) };
  const stamps = Object.values(files).map(async (file) => `${file} ${(await stat(file)).size}`);
  return {
    name: 'programs',
    key: digestText(process.version, ...(await Promise.all(stamps))),
    async fill(tree) {
      const folder = join(tree, 'usr/local/bin');
      await mkdir(folder, { recursive: true });
      for (const [name, file] of Object.entries(files)) {
        await copyFile(file, join(folder, name));
        await chmod(join(folder, name), 0o755);
      }
    },
  };
}

const onlyForPeople = ['*.d.ts', '*.d.mts', '*.d.cts', '*.map', '*.md', '@types'];

/** What npm installed, without what only builds and tests need; what is hundreds of files is packed into a few. */
export async function dependencies(repository: string): Promise<Recipe> {
  const record = await readFile(join(repository, 'node_modules/.package-lock.json'), 'utf8');
  const installed = (JSON.parse(record) as { packages: Installed }).packages;
  const folders = productionPackages(installed, workspaces);
  // How it is packed, and by what, is part of what comes of it.
  const packing = [
    await readFile(join(import.meta.dirname, 'packing.ts'), 'utf8'),
    JSON.stringify(installed['node_modules/rolldown']),
    process.version,
  ];
  return {
    name: 'dependencies',
    key: digestText(...packing, ...folders.map((folder) => `${folder} ${JSON.stringify(installed[folder])}`)),
    async fill(tree) {
      const isNested = (folder: string) => folders.some((other) => folder.startsWith(`${other}/`));
      const entries = folders.filter((folder) => !isNested(folder)); // a folder brings what is nested in it
      await copyEntries({ from: repository, entries, to: join(tree, home), exclude: onlyForPeople });
      await packPackages(join(tree, home, 'node_modules'));
    },
  };
}

/** Our own code, with the links by which the workspaces find each other. */
export async function sources(repository: string): Promise<Recipe> {
  const patterns = ['package.json', 'openapi.json', 'src/**', 'dist/**'];
  const files = await listFiles(
    repository,
    workspaces.flatMap((workspace) => patterns.map((pattern) => `${workspace}/${pattern}`)),
    ['**/node_modules', '**/*.test.ts', '**/*.test.tsx'],
  );
  const links = (await readdir(join(repository, 'node_modules/@storefront'))).map(
    (name) => `node_modules/@storefront/${name}`,
  );
  return {
    name: 'sources',
    key: await digestFiles(repository, ['package.json', ...files]),
    fill: (tree) =>
      copyEntries({ from: repository, entries: ['package.json', ...files, ...links], to: join(tree, home) }),
  };
}

/** Compiled code of all that a start loads: without it every pod compiles the same megabytes again. */
export function compileCache(lower: readonly BuiltLayer[]): Recipe {
  return {
    name: 'compile-cache',
    key: digestText(...lower.map(({ digest }) => digest)),
    fill: (tree) => warmCompileCache(lower, tree),
  };
}
