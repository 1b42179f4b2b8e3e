import { describe, expect, it } from 'vitest';
import { type Installed, productionPackages } from './packages.ts';

const installed: Installed = {
  'services/kit': { dependencies: { koa: '3', zod: '4' } },
  'services/web': { dependencies: { '@storefront/kit': '1', koa: '3' } },
  'node_modules/@storefront/kit': { link: true, resolved: 'services/kit' },
  'node_modules/koa': { dependencies: { debug: '4' }, optionalDependencies: { 'koa-windows': '1' } },
  'node_modules/debug': {},
  'node_modules/zod': {},
  'node_modules/vite': {},
  'services/web/node_modules/koa': { dependencies: { debug: '4' } },
};

describe('the packages of an image', () => {
  it('are those that the workspaces and their workspaces need, and no others', () => {
    expect(productionPackages(installed, ['services/kit'])).toEqual([
      'node_modules/debug',
      'node_modules/koa',
      'node_modules/zod',
    ]);
  });

  it('include a nested version where Node would find it first', () => {
    expect(productionPackages(installed, ['services/web'])).toContain('services/web/node_modules/koa');
  });

  it('leave out optional packages of other platforms', () => {
    expect(productionPackages(installed, ['services/web']).join()).not.toContain('koa-windows');
  });

  it('refuse a tree in which something is missing', () => {
    const { 'node_modules/zod': _, ...broken } = installed;
    expect(() => productionPackages(broken, ['services/kit'])).toThrow('"services/kit" needs "zod"');
  });
});
