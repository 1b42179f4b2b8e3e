import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, relative } from 'node:path';
import { type Plugin, rolldown } from 'rolldown';
import { execute } from '../process.ts';

/**
 * What the services import of packages that are dozens of files, hundreds some. The drivers of the stores are not here: tracing
 * changes their files as they are required.
 */
export const packed = [
  '@easypost/api',
  '@koa/router',
  '@kubernetes/client-node',
  '@opentelemetry/api',
  '@opentelemetry/context-async-hooks',
  '@opentelemetry/core',
  '@opentelemetry/exporter-trace-otlp-http',
  '@opentelemetry/instrumentation',
  '@opentelemetry/instrumentation-amqplib',
  '@opentelemetry/instrumentation-http',
  '@opentelemetry/instrumentation-ioredis',
  '@opentelemetry/instrumentation-mongodb',
  '@opentelemetry/instrumentation-pg',
  '@opentelemetry/instrumentation-undici',
  '@opentelemetry/resources',
  '@opentelemetry/sdk-trace',
  'cockatiel',
  'koa',
  'kysely',
  'kysely/helpers/postgres',
  'kysely/migration',
  'nodemailer',
  'pino',
  'prom-client',
  'rate-limiter-flexible',
  'stripe',
  'undici',
  'zod',
  'zod-openapi',
];

/** The file that holds what `import` finds, and the modules that several of them share. */
const fileOf = (subpath: string) => `packed${subpath.slice(1).replaceAll('/', '.')}.mjs`;
const sharedFiles = '.packed/[name]-[hash].mjs';

/** Gets `node:http` as kit's `node-http.ts` does, and for its reason, wherever a package imports it. */
const quickHttp: Plugin = {
  name: 'quick-http',
  resolveId: (id, _importer, { kind }) => (/^(node:)?http$/.test(id) && kind !== 'require-call' ? '\0http' : null),
  load: (id) => (id === '\0http' ? quickHttpModule() : null),
};

function quickHttpModule(): string {
  const slow = ['WebSocket', 'CloseEvent', 'MessageEvent'];
  const names = Object.keys(process.getBuiltinModule('node:http')).filter((name) => !slow.includes(name));
  return `const http = process.getBuiltinModule('node:http');
export default http;
export const { ${names.join(', ')} } = http;`;
}

/**
 * Packs each of these packages into few files, beside its own, and lets `import` find those: a start reads and links a tenth of the
 * files. `require` finds what it found before. `modules` is a `node_modules` folder that is nobody else's.
 */
export async function packPackages(modules: string, specifiers: readonly string[] = packed): Promise<void> {
  const entries = specifiers.map((specifier) => ({ specifier, ...partsOf(specifier) }));
  const names = await exportedNames(modules, specifiers);
  const folder = join(modules, '.entries'); // its name is found in what is packed: the same each time
  await mkdir(folder);
  try {
    const input: Record<string, string> = {};
    for (const [index, { specifier, name, subpath }] of entries.entries()) {
      const file = join(folder, `${index}.mjs`);
      await writeFile(file, `export { ${names[specifier]?.join(', ')} } from '${specifier}';\n`);
      input[join(name, fileOf(subpath))] = file;
    }
    // What it would say is about style, in code that is not ours.
    const bundle = await rolldown({ input, platform: 'node', cwd: modules, plugins: [quickHttp], logLevel: 'silent' });
    await bundle.write({
      dir: modules,
      format: 'esm',
      entryFileNames: '[name]',
      chunkFileNames: sharedFiles,
      comments: false,
    });
    await bundle.close();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  const packages = Map.groupBy(entries, ({ name }) => name);
  for (const [name, own] of packages) await exportPacked(join(modules, name), own);
}

/** What each module exports when Node imports it: what that finds in CommonJS, no reader of its source finds as well. */
async function exportedNames(modules: string, specifiers: readonly string[]): Promise<Record<string, string[]>> {
  const script = `const names = {};
for (const each of ${JSON.stringify(specifiers)})
  names[each] = Object.keys(await import(each)).filter((name) => name !== 'module.exports');
process.stdout.write(JSON.stringify(names));
process.exit();`;
  const node = [process.execPath, '--input-type=module', '--eval', script];
  return JSON.parse(await execute(node, { cwd: modules, timeoutMs: 60_000 })) as Record<string, string[]>;
}

type Exports = Record<string, unknown>;
type Manifest = { exports?: string | Exports };
type Part = { specifier: string; subpath: string };

/** `@scope/name/sub` as the package's name and what its `exports` call the rest. */
function partsOf(specifier: string): { name: string; subpath: string } {
  const name = specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
  return { name, subpath: `.${specifier.slice(name.length)}` };
}

async function exportPacked(folder: string, parts: readonly Part[]): Promise<void> {
  const file = join(folder, 'package.json');
  const manifest = JSON.parse(await readFile(file, 'utf8')) as Manifest;
  const before = exportsOf(folder, manifest, parts);
  const after = parts.map(({ subpath }) => [subpath, { import: `./${fileOf(subpath)}`, default: before[subpath] }]);
  await writeFile(file, JSON.stringify({ ...manifest, exports: { ...before, ...Object.fromEntries(after) } }, null, 2));
}

/** `exports` by subpath. A package that has none lets everyone have its files, and still does by their whole names. */
function exportsOf(folder: string, { exports }: Manifest, parts: readonly Part[]): Exports {
  if (exports === undefined) {
    const { resolve } = createRequire(join(folder, '../'));
    const found = parts.map(({ specifier, subpath }) => [subpath, `./${relative(folder, resolve(specifier))}`]);
    return { ...Object.fromEntries(found), './*': './*' };
  }
  const isBySubpath = typeof exports === 'object' && Object.keys(exports).some((key) => key.startsWith('.'));
  return isBySubpath ? exports : { '.': exports };
}
