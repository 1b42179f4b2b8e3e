import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { execute } from '../process.ts';
import { packPackages } from './packing.ts';

const files = {
  'shapes/package.json':
    '{ "type": "module", "exports": { ".": "./index.js", "./round": "./round.js", "./flat": "./flat.js" } }',
  'shapes/index.js': "export { square } from './square.js'; export { circle } from './round.js';",
  'shapes/square.js': "export const square = () => import.meta.url.split('/').at(-1);",
  'shapes/round.js':
    "import { base } from './base.js'; export class Circle extends base() {}; export const circle = new Circle();",
  'shapes/base.js': 'export const base = () => class {};',
  'shapes/flat.js': 'export const flat = true;',
  'tools/package.json': '{ "main": "lib" }',
  'tools/lib/index.js':
    "module.exports = class Tools {}; module.exports.saw = require('./saw'); Object.assign(exports, { lost: 1 });",
  'tools/lib/saw.js': 'exports.teeth = () => __filename.split("/").at(-1);',
  'caller/package.json': '{ "type": "module", "exports": "./index.js" }',
  'caller/index.js':
    "import http from 'node:http'; export const agent = http.Agent.name; export const later = () => import('http');",
  'user/index.js': "module.exports = { teeth: require('tools').saw.teeth, deep: require('tools/lib/saw.js').teeth };",
};

async function place(): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'storefront-packing-'));
  for (const [name, text] of Object.entries(files)) {
    const file = join(root, 'node_modules', name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
  return root;
}

describe('packed packages', () => {
  let root: string;
  beforeEach(async () => {
    root = await place();
  });
  afterEach(() => rm(root, { recursive: true }));

  const pack = (...specifiers: string[]) => packPackages(join(root, 'node_modules'), specifiers);
  /** What a module that imports them writes. */
  const say = async (imports: string, expression: string): Promise<unknown> =>
    JSON.parse(
      await execute(
        [process.execPath, '--input-type=module', '--eval', `${imports}; console.log(JSON.stringify(${expression}))`],
        {
          cwd: root,
        },
      ),
    );

  it('are what import finds', async () => {
    await pack('shapes');
    expect(await say("import { square } from 'shapes'", 'square()')).toBe('packed.mjs');
  });

  it('share what two of their entries have in common', async () => {
    await pack('shapes', 'shapes/round');
    const imports = "import { circle } from 'shapes'; import { Circle } from 'shapes/round'";
    expect(await say(imports, 'circle instanceof Circle')).toBe(true);
  });

  it('leave alone an entry that was not asked for', async () => {
    await pack('shapes');
    expect(await say("import { flat } from 'shapes/flat'", 'flat')).toBe(true);
  });

  it('export of CommonJS what Node finds in it, no less and no more', async () => {
    const names = 'Object.keys(tools).sort().concat(typeof tools.default)';
    const before = await say("import * as tools from 'tools'", names);
    await pack('tools');
    const after = (await say("import * as tools from 'tools'", names)) as string[];
    expect(before).toContain('saw');
    expect(after).toEqual((before as string[]).filter((name) => name !== 'module.exports'));
    expect(await say("import { saw } from 'tools'", 'saw.teeth.toString().includes("__filename")')).toBe(true);
  });

  it('are not what require finds, from wherever in the package it takes', async () => {
    await pack('tools');
    expect(await say("import user from 'user'", '[user.teeth(), user.deep()]')).toEqual(['saw.js', 'saw.js']);
  });

  it("get node:http without Node's own undici, imported at once or later", async () => {
    const loaded =
      "[agent, (await later()).Agent.name, process.moduleLoadList.some((name) => name.endsWith('undici/undici'))]";
    const imports = "import { agent, later } from 'caller'";
    expect(await say(imports, loaded)).toEqual(['Agent', 'Agent', true]);
    await pack('caller');
    expect(await say(imports, loaded)).toEqual(['Agent', 'Agent', false]);
  });

  it('are the same bytes wherever they are packed', async () => {
    await pack('shapes', 'shapes/round', 'tools');
    const other = await place();
    onTestFinished(() => rm(other, { recursive: true }));
    await packPackages(join(other, 'node_modules'), ['shapes', 'shapes/round', 'tools']);
    expect(await execute(['diff', '-r', root, other])).toBe('');
  });

  it('are refused when something that they import is missing', async () => {
    await writeFile(join(root, 'node_modules/shapes/square.js'), "export { square } from 'gone';");
    await expect(pack('shapes')).rejects.toThrow('gone');
  });
});
