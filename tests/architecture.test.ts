import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fleet, type Fleet, type Upload } from '@storefront/operator/fleet';
import { cruise, type ICruiseOptions, type ICruiseResult } from 'dependency-cruiser';
import { describe, expect, it, onTestFinished } from 'vitest';
import { arrowProblems } from './architecture/arrows.ts';
import { manifestProblems } from './architecture/manifests.ts';
import { namingProblems } from './architecture/names.ts';
import { impureDomains } from './architecture/purity.ts';
import { readSources, readTracked } from './architecture/sources.ts';
import { uploadProblems } from './architecture/uploads.ts';

const root = join(import.meta.dirname, '..');
type ImportTable = { forbidden: { name: string }[]; options: ICruiseOptions };
const { default: table } = (await import(join(root, '.dependency-cruiser.js'))) as { default: ImportTable };
const sources = readSources(root, ['crds', 'operator', 'services', 'local', 'pulumi', 'tests']);
const of = (files: Record<string, string>) => new Map(Object.entries(files));

describe('this repository', () => {
  it('bears no name that says nothing', () =>
    expect(namingProblems(new Map([...readTracked(root), ...sources]))).toEqual([]));
  it('keeps clock, chance and environment out of its domains', () => expect(impureDomains(sources)).toEqual([]));
  it('depends among its packages as the import table says', () =>
    expect(manifestProblems(sources, Object.keys(fleet))).toEqual([]));
  it('draws the arrows of the fleet table and no others', () => expect(arrowProblems(sources, fleet)).toEqual([]));
  it('takes at its edge what its routes take, and no more', () => expect(uploadProblems(sources, fleet)).toEqual([]));
});

describe('the check of names', () => {
  it.each([
    ['services/product/src/utils.ts', ''],
    ['services/product/src/helpers/text.ts', ''],
    ['services/product/src/http/order-manager.ts', ''],
    ['services/product/src/common/a.ts', ''],
    ['services/product/src/data.ts', ''],
    ['services/product/src/a.ts', 'export interface IProduct {}'],
    ['services/product/src/a.ts', 'export type ProductDto = {};'],
    ['services/product/src/a.ts', 'export class OrderManager {}'],
    ['services/product/src/a.ts', 'export const info = 1;'],
  ])('refuses %s with %j', (path, text) => expect(namingProblems(of({ [path]: text }))).toHaveLength(1));

  it.each([
    [
      'services/web/src/domain/structured-data.ts',
      'export const productData = 1; export type Image = {}; export class Informer {}',
    ],
    ['operator/src/kinds.ts', "export const fieldManager = 'x'; // export const utils"],
  ])('lets %s pass', (path, text) => expect(namingProblems(of({ [path]: text }))).toEqual([]));
});

describe('the files that git tracks', () => {
  const folder = () => {
    const dir = mkdtempSync(join(tmpdir(), 'tracked-'));
    onTestFinished(() => rmSync(dir, { recursive: true }));
    return dir;
  };

  it('are seen wherever they lie, with the code in them', () => {
    const dir = folder();
    for (const [path, text] of Object.entries({
      'docs/utils/a.md': '',
      'b.ts': 'export type ADto = 1;',
      'c/helpers.ts': '',
    })) {
      mkdirSync(dirname(join(dir, path)), { recursive: true });
      writeFileSync(join(dir, path), text);
    }
    const git = (...words: string[]) => execFileSync('git', words, { cwd: dir });
    git('init', '--quiet');
    git('add', 'docs', 'b.ts');
    expect(namingProblems(readTracked(dir))).toEqual(['b.ts: rename ADto', 'docs/utils: rename it']);
  });

  it('are asked for where there is no clone', () => {
    expect(() => readTracked(folder())).toThrow('run the tests in a clone');
  });
});

describe('the check of domains', () => {
  it.each(['new Date()', 'new Date( )', 'Date.now()', 'Math.random()', 'process.env.A', 'randomUUID()'])(
    'refuses %s',
    (code) => {
      const path = 'services/order/src/domain/order.ts';
      expect(impureDomains(of({ [path]: `export const a = () => ${code};` }))).toHaveLength(1);
    },
  );

  it('lets a given time, a comment and other folders pass', () => {
    const files = {
      'services/order/src/domain/order.ts': '/* new Date() */ const at = new Date(now); // Date.now()',
      'services/order/src/main.ts': 'Date.now()',
    };
    expect(impureDomains(of(files))).toEqual([]);
  });
});

describe('the check of manifests', () => {
  const manifest = (name: string, dependencies: object, exports: object = {}) =>
    JSON.stringify({ name, dependencies, exports });

  it.each([
    ['services/kit', manifest('@storefront/kit', { '@storefront/commerce': '1' })],
    ['services/kit', manifest('@storefront/kit', {}, { '.': './src/index.ts' })],
    ['services/order', manifest('@storefront/order', { '@storefront/operator': '1' })],
    ['services/order', manifest('@storefront/order', {}, { './store': './src/store/orders.ts' })],
    ['services/order', manifest('@storefront/orders', {})],
    ['operator', manifest('@storefront/operator', { '@storefront/order': '1' })],
    ['crds', manifest('@storefront/crds', { '@storefront/kit': '1' })],
  ])('refuses %s with %s', (folder, text) => {
    expect(manifestProblems(of({ [`${folder}/package.json`]: text }), ['order'])).toHaveLength(1);
  });
});

describe('the check of arrows', () => {
  const nothing = { publishes: [], consumes: [], streams: [], external: false };
  const size = { cpu: '1m', memory: '1Mi', replicas: [1, 1] as const };
  const small: Fleet = {
    order: {
      ...nothing,
      port: 7005,
      calls: ['stock'],
      stores: { state: { kind: 'redis' } },
      publishes: ['order.placed'],
      size,
    },
    stock: { ...nothing, port: 7006, calls: [], stores: {}, migrates: true, size },
  };
  const good = {
    'services/order/src/main.ts': 'connectRedis(config)',
    'services/order/src/config.ts':
      "z.object({ ...callConfig('stock'), ...storeConfig('state'), ...storeConfig('broker'), publicUrl: z.url() })",
    'services/order/src/events/placed.ts': "publish('order.placed')",
    'services/stock/src/main.ts': '',
    'services/stock/src/migrate.ts': '',
  };
  const without = (path: string) => Object.fromEntries(Object.entries(good).filter(([name]) => name !== path));

  it('finds nothing where code and table agree', () => expect(arrowProblems(of(good), small)).toEqual([]));

  it('wants a belief on both sides: who is believed makes statements, and who believes names the key', () => {
    const order = { ...small['order']!, believes: ['stock'] };
    const config = `${good['services/order/src/config.ts']} beliefConfig('stock')`;
    const signer = { 'services/stock/src/main.ts': 'createStatementSigner(x)' };
    const both = { ...good, ...signer, 'services/order/src/config.ts': config };
    expect(arrowProblems(of(both), { ...small, order })).toEqual([]);
    expect(arrowProblems(of(both), small)).toHaveLength(2);
    expect(arrowProblems(of({ ...good, ...signer }), { ...small, order })).toEqual([
      expect.stringContaining('does not have "stock" of the beliefs of order'),
    ]);
    expect(arrowProblems(of({ ...good, 'services/order/src/config.ts': config }), { ...small, order })).toEqual([
      expect.stringContaining('must make statements'),
    ]);
  });

  it.each([
    ['a call too many', { ...good, 'services/stock/src/config.ts': "callConfig('order')" }, '"order"'],
    [
      'a key of guests that is not given',
      { ...good, 'services/stock/src/config.ts': 'guestKeyFile: z.string()' },
      '"guestKeyFile"',
    ],
    [
      'a belief that is not declared',
      { ...good, 'services/stock/src/config.ts': "beliefConfig('order')" },
      'the beliefs of stock',
    ],
    [
      'statements that nobody believes',
      { ...good, 'services/stock/src/main.ts': 'createStatementSigner(x)' },
      '"stock"',
    ],
    [
      'an address outside that is not declared',
      { ...good, 'services/stock/src/config.ts': 'stripeUrl: z.url()' },
      '"stripe"',
    ],
    [
      'a call that is not made',
      { ...good, 'services/order/src/config.ts': "storeConfig('state'), brokerUrl: z.url()" },
      '"stock"',
    ],
    [
      'a broker that is not asked for',
      { ...good, 'services/order/src/config.ts': "callConfig('stock'), storeConfig('state')" },
      '"broker"',
    ],
    ['a store too many', { ...good, 'services/stock/src/config.ts': 'mediaUrl: z.url()' }, '"media"'],
    ['a driver of another kind', { ...good, 'services/stock/src/app.ts': 'connectMongo(x)' }, '"mongo"'],
    [
      'an event that is not declared',
      { ...good, 'services/stock/src/events/low.ts': "publish('stock.low')" },
      '"stock.low"',
    ],
    ['an event that is not published', without('services/order/src/events/placed.ts'), '"order.placed"'],
    ['a migration that is not there', without('services/stock/src/migrate.ts'), 'migrates'],
    ['a service that is not declared', { ...good, 'services/cart/src/main.ts': '' }, '"cart"'],
    ['a service that is not there', without('services/order/src/main.ts'), '"order"'],
  ])('finds %s', (_, files, named) => {
    const problems = arrowProblems(of(files), small);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(named);
  });
});

describe('the check of uploads', () => {
  const limited = (bytes: number) => ({ post: { requestBody: { description: `At most ${bytes} bytes` } } });
  const sourcesWith = (paths: object) => of({ 'services/gateway/openapi.json': JSON.stringify({ paths }) });
  const small = { '/webhooks/stripe': limited(512 * 1024), '/api/products': { post: { requestBody: {} } } };
  const { gateway } = fleet;
  const taking = (...uploads: Upload[]): Fleet => ({ gateway: { ...gateway, edge: { ...gateway.edge!, uploads } } });

  it('finds nothing where edge and routes agree', () => {
    const sources = sourcesWith({ ...small, '/api/media': limited(16 * 1024 ** 2) });
    expect(uploadProblems(sources, taking({ path: '/api/media', limitMiB: 16 }))).toEqual([]);
  });

  it.each([
    ['a route that the edge cuts short', [{ path: '/api/media', limitMiB: 15 }]],
    ['a route that the edge takes for a plain one', []],
    ['a path that takes more than its route', [{ path: '/api/media', limitMiB: 17 }]],
  ])('finds %s', (_, uploads) => {
    const problems = uploadProblems(sourcesWith({ '/api/media': limited(16 * 1024 ** 2) }), taking(...uploads));
    expect(problems).toEqual([expect.stringContaining('/api/media')]);
  });

  it('finds an upload that no route takes', () => {
    expect(uploadProblems(sourcesWith(small), taking({ path: '/api/media', limitMiB: 16 }))).toHaveLength(1);
  });
});

describe('the import table', () => {
  /** One offender for each rule, by the rule's name. */
  const offenders: Record<string, Record<string, string>> = {
    'domain-is-pure': { 'services/order/src/domain/a.ts': "import type { Log } from '../../../kit/src/log.ts';" },
    'edges-do-not-know-http': { 'services/order/src/store/b.ts': "import '../http/orders.ts';" },
    'http-does-not-know-drivers': { 'services/order/src/http/c.ts': "import type { Db } from 'mongodb';" },
    'a-service-knows-no-other-inside': {
      'services/order/src/d.ts': "import type { A } from '../../cart/src/inner.ts';",
    },
    'services-know-no-platform': { 'services/order/src/e.ts': "import '../../../operator/src/fleet.ts';" },
    'kit-knows-no-shop': { 'services/kit/src/f.ts': "import '../../commerce/src/money.ts';" },
    'commerce-is-pure': { 'services/commerce/src/g.ts': "import 'node:fs';" },
    'operator-knows-no-service': { 'operator/src/h.ts': "import '../../services/kit/src/http/index.ts';" },
    'crds-know-zod-only': { 'crds/src/i.ts': "import 'node:fs';" },
    'crds-know-no-other-package': { 'crds/src/j.test.ts': "import '../../operator/src/fleet.ts';" },
    'local-knows-no-service-inside': { 'local/k.ts': "import '../services/cart/src/inner.ts';" },
    'platform-knows-no-code-of-ours': { 'pulumi/w.test.ts': "import '../operator/src/fleet.ts';" },
    'platform-ships-without-the-kind': { 'pulumi/x.ts': "import '../crds/src/storefront.ts';" },
    'nobody-knows-the-platform': { 'local/y.ts': "import '../pulumi/naming.ts';" },
    'browser-code-is-light': { 'services/web/src/client/l.ts': "import '../../../kit/src/log.ts';" },
    'components-are-light': { 'services/web/src/components/m.tsx': "import '../../../kit/src/log.ts';" },
    'components-know-no-node': { 'services/web/src/components/v.tsx': "import 'node:fs';" },
    'tests-use-front-doors': { 'tests/cluster/n.ts': "import '../../services/cart/src/inner.ts';" },
    'test-aids-stay-in-tests': { 'services/order/src/o.ts': "import '../../kit/src/testing/index.ts';" },
    'code-knows-no-tests': { 'services/order/src/p.ts': "import '../tests/p.ts';", 'services/order/tests/p.ts': '' },
    'no-circle': {
      'services/order/src/q.ts': "import { r } from './r.ts'; export const q = () => r;",
      'services/order/src/r.ts': "import { q } from './q.ts'; export const r = () => q;",
    },
    'imports-resolve': { 'services/order/src/s.ts': "import './nowhere.ts';" },
    'dependencies-are-declared': { 'services/order/src/t.ts': "import 'koa';" },
    'what-ships-needs-no-development-dependency': { 'services/order/src/u.ts': "import 'fast-check';" },
  };
  const clean = {
    'package.json': '{ "type": "module" }',
    'services/order/package.json': '{ "dependencies": { "mongodb": "*" }, "devDependencies": { "fast-check": "*" } }',
    'services/order/src/http/orders.ts': "import type { A } from '../../../cart/src/contract.ts';",
    'services/order/src/store/orders.ts': "import 'mongodb'; import '../domain/order.ts';",
    'services/order/src/domain/order.ts':
      "import { createHash } from 'node:crypto'; import '../../../kit/src/errors.ts';",
    'services/cart/src/contract.ts': 'export type A = 1;',
    'services/cart/src/inner.ts': 'export type A = 1;',
    'services/commerce/src/money.ts': '',
    'services/kit/src/errors.ts': '',
    'services/kit/src/log.ts': 'export type Log = 1;',
    'services/kit/src/http/index.ts': '',
    'services/kit/src/testing/index.ts': '',
    'operator/src/fleet.ts': '',
    'crds/src/storefront.ts': '',
    'pulumi/naming.ts': '',
    'pulumi/naming.test.ts': "import './naming.ts'; import '../crds/src/storefront.ts';",
    'tests/cluster/shop.ts': "import '../../operator/src/fleet.ts';",
  };

  async function violations(files: Record<string, string>): Promise<string[]> {
    const dir = mkdtempSync(join(tmpdir(), 'imports-'));
    onTestFinished(() => rmSync(dir, { recursive: true }));
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(dir, path)), { recursive: true });
      writeFileSync(join(dir, path), text);
    }
    symlinkSync(join(root, 'node_modules'), join(dir, 'node_modules'));
    const { tsConfig: _, ...options } = table.options;
    const ruleSet = { forbidden: table.forbidden } as unknown as NonNullable<ICruiseOptions['ruleSet']>;
    const asked: ICruiseOptions = { ...options, ruleSet, validate: true, baseDir: dir, preserveSymlinks: true };
    const folders = ['crds', 'operator', 'services', 'local', 'pulumi', 'tests'].filter((folder) =>
      Object.keys(files).some((path) => path.startsWith(folder)),
    );
    const { output } = await cruise(folders, asked);
    return (output as ICruiseResult).summary.violations.map(({ rule }) => rule.name);
  }

  it('has an offender here for each of its rules', () => {
    expect(Object.keys(offenders).toSorted()).toEqual(table.forbidden.map(({ name }) => name).toSorted());
  });

  it('finds each offender, and nothing in a tree without them', async () => {
    expect(await violations(clean)).toEqual([]);
    const found = await violations(Object.assign({}, clean, ...Object.values(offenders)) as Record<string, string>);
    expect(Object.keys(offenders).filter((name) => !found.includes(name))).toEqual([]);
  });
});
